import type { FieldSchema } from '@concord/schema';
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { icon } from '../icons.ts';
import { fieldValue } from '../record/field-value.ts';
import { bindField, controlId, type FieldBinding, type FieldView } from '../record/field-binding.ts';
import { RecordElement } from '../record/record-element.ts';
import { recordStanding } from '../record/record-standing.ts';
import type { AnyRecord } from '../record/any-record.ts';
import { undoKey } from '../record/undo-keys.ts';
import { peopleOf, type PersonHere } from '../record/visitors.ts';
import type { Strings } from '../strings/strings.ts';
import { buttons } from '../styles/buttons.ts';
import { fieldStyles } from '../styles/field.ts';
import { inputs } from '../styles/inputs.ts';
import { kindStyles } from '../styles/kinds.ts';
import { waitingStyles } from '../styles/record.ts';
import { tokens } from '../styles/tokens.ts';

/** What a `<label>` can be for. The others say their name by themselves. */
const labelable: ReadonlySet<FieldSchema['kind']> = new Set([
  'string',
  'number',
  'boolean',
  'date',
  'enum',
  'ref',
  'json',
  'text',
  'set',
]);

/**
 * One field of a record, with its label, who is in it, and what is wrong with it. Inside of a `<concord-record>` it is that
 * one's; by itself it names its record.
 */
export class ConcordField extends RecordElement {
  static readonly formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles: CSSResultGroup = [tokens, buttons, inputs, fieldStyles, kindStyles, waitingStyles];
  static override properties: PropertyDeclarations = {
    field: { type: String },
    label: { type: String },
    hint: { type: String },
    size: { type: String, reflect: true },
    readonly: { type: Boolean, reflect: true },
    absent: { type: Boolean, reflect: true },
  };

  /** The field's name. */
  declare field: string;
  /** Instead of what the strings say. */
  declare label: string | undefined;
  /** A sentence below the control. */
  declare hint: string | undefined;
  /** `title`: the large line of text that a record is called by. */
  declare size: 'title' | undefined;
  /** Shown, but not changed here, whoever may. */
  declare readonly: boolean;
  /** The record has no such field for this user. Set by the element. */
  declare absent: boolean;

  readonly #internals = this.attachInternals();
  #form: HTMLFormElement | null = null;
  #bound: FieldBinding | undefined;
  #announced = '';
  #words: Strings | undefined;

  constructor() {
    super();
    this.field = '';
    this.readonly = false;
    this.absent = false;
    this.addEventListener('focusin', () => this.#focused(true));
    this.addEventListener('focusout', () => this.#focused(false));
    this.addEventListener('keydown', (event) => this.#pressed(event));
  }

  override disconnectedCallback(): void {
    this.#unbind();
    super.disconnectedCallback();
  }

  /** The form asks for the value when it wants it: nobody else has use for a long text, written out at each key. */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#form?.removeEventListener('formdata', this.#tellForm);
    this.#form = form;
    form?.addEventListener('formdata', this.#tellForm);
  }

  readonly #tellForm = ({ formData }: FormDataEvent): void => {
    const name = this.getAttribute('name') ?? '';
    const value = this.#bound?.value.get() ?? null;
    if (name === '' || value === null || this.matches(':disabled')) return;
    formData.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  };

  protected override willUpdate(): void {
    const record = this.source.get();
    const client = this.source.client();
    const schema = this.#schemaIn(record);
    const bound = this.#bound;
    if (bound?.record === record && bound?.schema === schema) return;
    this.#unbind();
    if (record === undefined || client === undefined || schema === undefined) return;
    this.#bound = bindField(client, record, this.field, schema, this.#view());
  }

  /** Undefined until there is a value to show: the field's document may come after the others. */
  #schemaIn(record: AnyRecord | undefined): FieldSchema | undefined {
    if (record === undefined) return undefined;
    this.watcher.read(recordStanding(record));
    const schema = record.fields.schema(this.field);
    return schema !== undefined && record.fields.has(this.field) ? schema : undefined;
  }

  #unbind(): void {
    this.#bound?.dispose();
    this.#bound = undefined;
  }

  #view(): FieldView {
    return {
      root: this.renderRoot as ShadowRoot,
      wraps: this.size === 'title',
      locale: this.locale,
      // These are asked for while the field is rendered, or after it.
      label: () => this.#label(this.#words as Strings),
      describedBy: () => this.#describedBy(),
      readOnly: () => !this.#mayWrite(),
      strings: () => this.#words as Strings,
      announce: (text) => {
        this.#announced = text;
        this.requestUpdate();
      },
      update: () => this.requestUpdate(),
    };
  }

  #mayWrite(): boolean {
    return !this.readonly && this.#bound?.record.fields.mayWrite(this.field) === true;
  }

  #label(words: Strings): string {
    const collection = this.#bound?.record.collection ?? this.collection ?? '';
    return this.label ?? words.fieldLabel(this.field, collection);
  }

  #describedBy(): string | undefined {
    const bound = this.#bound;
    const ids = [
      ...(typeof bound?.problem === 'string' ? ['problem'] : []),
      ...((bound?.correction ?? null) === null ? [] : ['notice']),
      ...(this.hint === undefined ? [] : ['hint']),
      ...(this.#visitors().length === 0 ? [] : ['who']),
    ];
    return ids.length === 0 ? undefined : ids.join(' ');
  }

  #visitors(): readonly PersonHere[] {
    const record = this.#bound?.record;
    if (record === undefined) return [];
    return peopleOf(record.presence.others.get().filter(({ field }) => field === this.field));
  }

  #focused(isHere: boolean): void {
    const record = this.#bound?.record;
    if (record === undefined) return;
    record.presence.focus(isHere ? this.field : null);
    // What is typed here is a step to undo of its own.
    record.history.stop();
    if (isHere) return;
    this.#announced = '';
    if (this.#bound?.correction !== null) this.#bound?.dismiss();
  }

  #pressed(event: KeyboardEvent): void {
    const bound = this.#bound;
    if (bound === undefined || event.defaultPrevented) return;
    if (event.key === 'Escape' && !event.isComposing && bound.control?.revert() === true) {
      event.preventDefault();
      this.requestUpdate();
    }
    const step = undoKey(event);
    if (step === undefined) return;
    // The record's own history: the browser's knows only this input, and would undo what others have typed.
    event.preventDefault();
    if (bound.control?.revert() === true) this.requestUpdate();
    else bound.record.history[step]();
  }

  protected override render(): TemplateResult | typeof nothing {
    const words = (this.#words = this.words());
    const record = this.source.get();
    const bound = this.#bound;
    if (bound === undefined) return this.#renderAbsent(record, words);
    const { schema } = bound;
    // A text is shown by what it is edited in. To read a long one at each key would hold up who types.
    if (schema.kind !== 'text' && schema.kind !== 'richText') this.watcher.read(bound.value);
    this.watcher.read(bound.record.presence.others);
    this.absent = false;
    const label = this.#label(words);
    const visitors = this.#visitors();
    const [first] = visitors;
    const isLocked = !this.#mayWrite();
    return html`<div class="field" part="field">
      <div class="head">
        ${this.#renderLabel(schema, label, words)}
        ${isLocked ? html`<span title=${words.readOnly}>${icon('lock')}<span class="unseen">${words.readOnly}</span></span>` : nothing}
        <slot name="label-end"></slot>
        ${
          visitors.length === 0
            ? nothing
            : html`<span class="visitors" part="visitors" aria-hidden="true">
                ${visitors.map(
                  ({ name, color, ink }) =>
                    html`<span class="visitor" part="visitor" style="--color: ${color}; --on-color: ${ink}">${name}</span>`,
                )}
              </span>`
        }
      </div>
      <div
        class="box"
        part="box"
        ?data-visited=${first !== undefined}
        style=${first === undefined ? '' : `--color: ${first.color}`}
      >
        ${
          bound.control === null
            ? html`<concord-editor
                id=${controlId}
                part="editor"
                exportparts="toolbar, tool, content"
                .field=${this.field}
                .label=${label}
                .strings=${this.strings}
                ?readonly=${isLocked}
              ></concord-editor>`
            : bound.control.render()
        }
      </div>
      ${this.#renderNotes(bound, words, visitors)}
    </div>`;
  }

  #renderLabel(schema: FieldSchema, label: string, words: Strings): TemplateResult {
    const isRequired = 'required' in schema && schema.required && schema.default === null;
    const content = html`${label}${isRequired ? html`<span class="required" aria-hidden="true">*</span>` : nothing}`;
    if (labelable.has(schema.kind))
      return html`<label class="label" part="label" id="label" for=${controlId} title=${isRequired ? words.required : nothing}
        >${content}</label
      >`;
    const focus = () => (this.renderRoot as ShadowRoot).getElementById(controlId)?.focus();
    return html`<span class="label" part="label" id="label" @click=${focus}>${content}</span>`;
  }

  #renderNotes(bound: FieldBinding, words: Strings, visitors: readonly PersonHere[]): TemplateResult {
    const { problem, correction } = bound;
    return html`${this.hint === undefined ? nothing : html`<p class="hint" part="hint" id="hint">${this.hint}</p>`}
      <p class="problem" part="problem" id="problem" ?hidden=${problem === null}>
        ${problem === null ? nothing : html`${icon('alert')}<span>${problem}</span>`}
      </p>
      ${
        correction === null
          ? nothing
          : html`<p class="notice" part="notice" id="notice" role="status">
              ${icon('alert')}<span>${words.corrected(correction.rule)}</span>
            </p>`
      }
      ${
        visitors.length === 0
          ? nothing
          : html`<span class="unseen" id="who"
              >${words.isEditing(
                visitors.map(({ name }) => name),
                this.locale,
              )}</span
            >`
      }
      <span class="unseen" role="status">${problem ?? this.#announced}</span>`;
  }

  #renderAbsent(record: AnyRecord | undefined, words: Strings): TemplateResult | typeof nothing {
    const isInside = this.source.around !== undefined;
    const status = record === undefined ? undefined : this.watcher.read(recordStanding(record));
    const isOver = status !== undefined && ['offline', 'live'].includes(status.phase);
    // The value may come with a document of its own, or not at all.
    if (record !== undefined) this.watcher.read(fieldValue(record, this.field));
    this.absent = isInside && isOver;
    if (this.absent) return nothing;
    if (record === undefined && !isInside && this.record !== undefined && this.source.client() === undefined)
      return html`<p class="hint">${words.noClient}</p>`;
    if (status?.phase === 'denied') return html`<p class="hint">${words.denied}</p>`;
    if (status?.phase === 'gone')
      return html`<p class="hint">${status.error?.code === 'record_deleted' ? words.deleted : words.gone}</p>`;
    if (isOver) return html`<p class="hint">${words.noField(this.field)}</p>`;
    return html`<div class="field" aria-hidden="true">
      <div class="head"><span class="waiting short"></span></div>
      <span class="waiting"></span>
    </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const bound = this.#bound;
    const anchor = (this.renderRoot as ShadowRoot).getElementById(controlId);
    const problem = bound?.problem ?? null;
    if (problem === null || anchor === null) this.#internals.setValidity({});
    else this.#internals.setValidity({ customError: true }, problem, anchor);
  }
}
