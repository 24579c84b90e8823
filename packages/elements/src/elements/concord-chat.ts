import { html, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { ChatView } from '../chat/create-chat-view.ts';
import type { ChatProperties } from '../chat/chat-host.ts';
import { RecordElement } from '../record/record-element.ts';
import { tokens } from '../styles/tokens.ts';

/**
 * A log of a record as a chat: its messages, threads, reactions, files, and where one writes. What it is made of is loaded
 * when the first of these is on the page.
 */
export class ConcordChat extends RecordElement implements ChatProperties {
  static override styles: CSSResultGroup = tokens;
  static override properties: PropertyDeclarations = {
    log: { type: String },
    label: { type: String },
    entry: { type: Number },
    readonly: { type: Boolean },
    reason: { type: String },
    bare: { type: Boolean },
    floating: { type: Boolean, reflect: true },
    open: { type: Boolean, reflect: true },
    guest: { type: String },
    account: { type: String },
    failed: { state: true },
  };

  /** The log's name. */
  declare log: string;
  /** What it is called, instead of the record's title. */
  declare label: string | undefined;
  /** The number of the entry to be shown. */
  declare entry: number | undefined;
  /** Nothing can be written here, whoever may; `reason` says why. */
  declare readonly: boolean;
  declare reason: string | undefined;
  /** Without the line on top. */
  declare bare: boolean;
  /** As a button at the corner of the page, which opens a panel. */
  declare floating: boolean;
  /** Of one that floats: its panel is open. */
  declare open: boolean;
  /** The collection in which a visitor of `account` gets a record of their own. */
  declare guest: string | undefined;
  declare account: string | undefined;
  /** Its code could not be loaded. */
  declare protected failed: boolean;

  #view: ChatView | undefined;
  #isLoading = false;

  constructor() {
    super();
    this.collection = 'rooms';
    this.log = 'messages';
    this.readonly = this.bare = this.floating = this.open = this.failed = false;
  }

  override disconnectedCallback(): void {
    this.#view?.close();
    this.#view = undefined;
    super.disconnectedCallback();
  }

  /** Moves the focus to where one writes. */
  override focus(): void {
    this.#view?.focus();
  }

  /** Shows the entry with that number, however far back it is. */
  async jump(seq: number): Promise<void> {
    await this.#view?.jump(seq);
  }

  /** Opens the panel that searches, or that shows what is pinned; closes it where it is open. */
  toggle(panel: 'search' | 'pins'): void {
    this.#view?.toggle(panel);
  }

  protected override willUpdate(): void {
    if (!this.isConnected) return;
    if (this.#view === undefined) void this.#load(); // its failure is shown
    this.#view?.willUpdate();
  }

  async #load(): Promise<void> {
    if (this.#isLoading || this.failed) return;
    this.#isLoading = true;
    try {
      const { createChatView } = await import('../chat/create-chat-view.ts');
      if (!this.isConnected) return;
      const { source, watcher } = this;
      this.#view = createChatView({ element: this, source, watcher, words: () => this.words() });
    } catch (error) {
      this.failed = true;
      reportError(error);
    } finally {
      this.#isLoading = false;
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    if (this.failed) return html`<p role="status">${this.words().failed}</p>`;
    return this.#view?.render() ?? html``;
  }

  protected override updated(_changed: PropertyValues): void {
    this.#view?.updated();
  }
}
