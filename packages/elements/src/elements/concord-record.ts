import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { provide, type Provided } from '../context/context.ts';
import { recordContext, type RecordScope } from '../context/record-context.ts';
import { icon } from '../icons.ts';
import type { AnyClient, AnyRecord } from '../record/any-record.ts';
import { arrangeFields, chooseFields } from '../record/arrange-fields.ts';
import { RecordElement } from '../record/record-element.ts';
import { recordStanding } from '../record/record-standing.ts';
import { undoKey } from '../record/undo-keys.ts';
import type { Strings } from '../strings/strings.ts';
import { buttons } from '../styles/buttons.ts';
import { recordStyles, waitingStyles } from '../styles/record.ts';
import { tokens } from '../styles/tokens.ts';

/** Parts of the fields inside, so that a page can reach them through the form. */
const fieldParts =
  'field, label, visitors, visitor, box, input, hint, problem, notice, chip, rows, row, options, option, editor, toolbar, tool, content';

/**
 * A record as a form that is made of its schema. Elements inside of it take the form's place; one with `slot="field-<name>"`
 * takes a single field's.
 */
export class ConcordRecord extends RecordElement {
  static override styles: CSSResultGroup = [tokens, buttons, recordStyles, waitingStyles];
  static override properties: PropertyDeclarations = {
    fields: { type: String },
    layout: { type: String },
    readonly: { type: Boolean, reflect: true },
    bare: { type: Boolean },
    isLaidOut: { state: true },
    failure: { state: true },
  };

  /** Which fields are shown, and in which order, as in `title,status`. All that may be seen when left out. */
  declare fields: string | undefined;
  /** `stack`: all fields below each other, in their order. */
  declare layout: 'stack' | undefined;
  /** Nothing can be changed here, whoever may. */
  declare readonly: boolean;
  /** Without the line that shows who is here, undo and redo, and whether it is saved. */
  declare bare: boolean;
  /** The page has put elements inside, which are shown instead of the form. */
  declare protected isLaidOut: boolean;
  declare protected failure: string | undefined;

  readonly #provided: Provided<RecordScope> = provide(this, recordContext);
  readonly #children = new MutationObserver(() => this.#lookInside());
  #scope: RecordScope | undefined;

  constructor() {
    super();
    this.readonly = false;
    this.bare = false;
    this.isLaidOut = false;
    this.addEventListener('keydown', (event) => {
      const step = event.defaultPrevented ? undefined : undoKey(event);
      if (step === undefined || this.#scope === undefined) return;
      event.preventDefault();
      this.#scope.record.history[step]();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#children.observe(this, { childList: true });
    this.#lookInside();
  }

  override disconnectedCallback(): void {
    this.#children.disconnect();
    super.disconnectedCallback();
  }

  /** A record has its own strings only, which are those of what is inside of it. */
  protected override outerStrings(): undefined {
    return undefined;
  }

  #lookInside(): void {
    this.isLaidOut = Array.from(this.children).some((child) => !child.hasAttribute('slot'));
  }

  protected override willUpdate(): void {
    const record = this.source.get();
    const client = this.source.client();
    const { strings } = this;
    if (record === undefined || client === undefined) this.#scope = undefined;
    else if (this.#scope?.record !== record || this.#scope.client !== client || this.#scope.strings !== strings)
      this.#scope = { client, record, strings };
    this.#provided.set(this.#scope);
  }

  protected override render(): TemplateResult {
    const words = this.words();
    const scope = this.#scope;
    if (scope === undefined) return this.#renderState('alert', words.noClient, '');
    const { record, client } = scope;
    const { phase, error } = this.watcher.read(recordStanding(record));
    if (phase === 'denied') return this.#renderState('lock', words.denied, words.deniedMore);
    if (phase === 'gone' && error?.code === 'record_deleted') return this.#renderDeleted(record, client, words);
    if (phase === 'gone') {
      const isKnown = client.schema.get()?.collections.has(record.collection) !== false;
      return isKnown
        ? this.#renderState('alert', words.gone, words.goneMore)
        : this.#renderState('alert', words.noCollection(record.collection), '');
    }
    return html`<div
      class="base"
      part="base"
      role="group"
      aria-label=${words.formLabel(record.collection)}
      aria-busy=${phase === 'loading' ? 'true' : 'false'}
    >
      ${this.bare ? nothing : this.#renderHead(record, words)}
      <slot name="before"></slot>
      ${this.isLaidOut ? html`<slot></slot>` : this.#renderForm(record, phase === 'loading', words)}
      <slot name="after"></slot>
    </div>`;
  }

  #renderHead(record: AnyRecord, words: Strings): TemplateResult {
    const { canUndo, canRedo } = this.watcher.read(record.history.state);
    const { canWrite } = record.status.get();
    const step = (name: 'undo' | 'redo', isOn: boolean) =>
      html`<button
        type="button"
        class="icon-button"
        part="button"
        aria-label=${words[name]}
        title=${words[name]}
        aria-disabled=${isOn ? 'false' : 'true'}
        @click=${() => record.history[name]()}
      >
        ${icon(name)}
      </button>`;
    return html`<header class="head" part="header">
      <slot name="header"></slot>
      <concord-status exportparts="status, refusal, button" .strings=${this.strings}></concord-status>
      <span class="steps">${canWrite && !this.readonly ? html`${step('undo', canUndo)}${step('redo', canRedo)}` : nothing}</span>
      <concord-presence exportparts="people, avatar" .strings=${this.strings}></concord-presence>
    </header>`;
  }

  #renderForm(record: AnyRecord, isLoading: boolean, words: Strings): TemplateResult {
    const { schema } = record;
    if (schema === undefined || isLoading) {
      return html`<div class="loading">
        <span class="unseen" role="status">${words.loading}</span>
        <span class="waiting wide"></span><span class="waiting"></span><span class="waiting tall"></span>
      </div>`;
    }
    const names = chooseFields(schema, this.fields);
    if (this.layout === 'stack') return html`<div class="form" part="form" data-stacked>${this.#renderFields(names)}</div>`;
    const { title, side, main } = arrangeFields(schema, names);
    return html`<div class="form" part="form" ?data-stacked=${side.length === 0}>
      ${title === undefined ? nothing : html`<div class="title">${this.#renderField(title, true)}</div>`}
      ${side.length === 0 ? nothing : html`<div class="side" part="side">${this.#renderFields(side)}</div>`}
      ${main.length === 0 ? nothing : html`<div class="main" part="main">${this.#renderFields(main)}</div>`}
    </div>`;
  }

  #renderFields(names: readonly string[]): unknown {
    return repeat(
      names,
      (name) => name,
      (name) => this.#renderField(name, false),
    );
  }

  #renderField(name: string, isTitle: boolean): TemplateResult {
    return html`<slot name="field-${name}"
      ><concord-field
        field=${name}
        .size=${isTitle ? 'title' : undefined}
        ?readonly=${this.readonly}
        exportparts=${fieldParts}
      ></concord-field
    ></slot>`;
  }

  #renderDeleted(record: AnyRecord, client: AnyClient, words: Strings): TemplateResult {
    const mayRestore = record.schema?.may.delete !== false;
    const button = html`<button type="button" class="button primary" part="button" @click=${() => this.#restore(record, client)}>
      ${words.restore}
    </button>`;
    return this.#renderState('trash', words.deleted, this.failure ?? words.deletedMore, mayRestore ? button : nothing);
  }

  async #restore(record: AnyRecord, client: AnyClient): Promise<void> {
    this.failure = undefined;
    try {
      await client.commands.restore(record.collection as never, record.id).done;
      record.retry();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : this.words().failed;
    }
  }

  #renderState(shape: 'alert' | 'lock' | 'trash', title: string, more: string, action: unknown = nothing): TemplateResult {
    return html`<div class="state" part="state" role="status">
      ${icon(shape)}
      <h2>${title}</h2>
      ${more === '' ? nothing : html`<p>${more}</p>`} ${action}
    </div>`;
  }
}
