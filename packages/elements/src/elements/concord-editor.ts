import { html, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import type { RichEditor } from '../editor/create-rich-editor.ts';
import type { AnyRecord } from '../record/any-record.ts';
import { RecordElement } from '../record/record-element.ts';
import { recordStanding } from '../record/record-standing.ts';
import { buttons } from '../styles/buttons.ts';
import { editorFrame } from '../styles/editor-frame.ts';
import { inputs } from '../styles/inputs.ts';
import { waitingStyles } from '../styles/record.ts';
import { tokens } from '../styles/tokens.ts';

/**
 * Rich text that several people write at once. The editor itself is loaded when the first of these is on the page; until
 * then, and until the text is there, its place is kept.
 */
export class ConcordEditor extends RecordElement {
  static readonly formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles: CSSResultGroup = [tokens, buttons, inputs, waitingStyles, editorFrame];
  static override properties: PropertyDeclarations = {
    field: { type: String },
    label: { type: String },
    placeholder: { type: String },
    readonly: { type: Boolean, reflect: true },
    failed: { state: true },
  };

  /** The field's name. */
  declare field: string;
  /** What the editor is called by who cannot see it. The field's label when left out. */
  declare label: string | undefined;
  declare placeholder: string | undefined;
  declare readonly: boolean;
  /** The editor could not be loaded. */
  declare protected failed: boolean;

  #editor: { readonly rich: RichEditor; readonly record: AnyRecord; readonly field: string } | undefined;
  #loading: AnyRecord | undefined;

  constructor() {
    super();
    this.field = '';
    this.readonly = false;
    this.failed = false;
  }

  override disconnectedCallback(): void {
    this.#close();
    super.disconnectedCallback();
  }

  override focus(options?: FocusOptions): void {
    if (this.#editor === undefined) super.focus(options);
    else this.#editor.rich.focus();
  }

  /** What a `<label>` does that is for this element. */
  formAssociatedCallback(): void {
    this.addEventListener('click', (event) => {
      if (event.target === this && event.detail === 0) this.focus();
    });
  }

  protected override willUpdate(): void {
    const record = this.source.get();
    const isThere = record !== undefined && this.#hasText(record);
    if (this.#editor !== undefined && (!isThere || this.#editor.record !== record || this.#editor.field !== this.field))
      this.#close();
    // Not before the text is there: an editor on a document that is still empty takes the first key for its beginning.
    if (isThere && this.#editor === undefined && this.#loading !== record) void this.#load(record); // its failure is shown
  }

  #hasText(record: AnyRecord): boolean {
    this.watcher.read(recordStanding(record));
    return record.fields.schema(this.field)?.kind === 'richText' && record.fields.has(this.field);
  }

  async #load(record: AnyRecord): Promise<void> {
    this.#loading = record;
    const client = this.source.client();
    try {
      const { createRichEditor } = await import('../editor/create-rich-editor.ts');
      if (this.#loading !== record || !this.isConnected || client === undefined) return;
      const rich = createRichEditor({
        client,
        record,
        field: this.field,
        root: this.renderRoot as ShadowRoot,
        locale: this.locale,
        words: () => this.words(),
        label: () => this.#label(),
        placeholder: () => this.placeholder ?? this.words().placeholder,
        mayWrite: () => this.#mayWrite(record),
        update: () => this.requestUpdate(),
      });
      this.#editor = { rich, record, field: this.field };
    } catch (error) {
      this.failed = true;
      reportError(error);
    } finally {
      if (this.#loading === record) this.#loading = undefined;
    }
    this.requestUpdate();
  }

  #close(): void {
    this.#loading = undefined;
    this.#editor?.rich.close();
    this.#editor = undefined;
  }

  #mayWrite(record: AnyRecord): boolean {
    return !this.readonly && record.fields.mayWrite(this.field);
  }

  #label(): string {
    const record = this.source.get();
    return this.label ?? this.words().fieldLabel(this.field, record?.collection ?? '');
  }

  protected override render(): TemplateResult {
    const words = this.words();
    const editor = this.#editor;
    if (this.failed) return html`<p class="failed" role="status">${words.failed}</p>`;
    if (editor === undefined) return html`<div class="frame"><span class="waiting tall" aria-hidden="true"></span></div>`;
    const mayWrite = this.#mayWrite(editor.record);
    return html`<div class="frame" part="frame" ?data-read-only=${!mayWrite}>${editor.rich.render()}</div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    this.#editor?.rich.updated();
  }
}
