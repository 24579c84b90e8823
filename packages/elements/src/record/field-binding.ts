import type { Correction } from '@concord/protocol';
import { isScalar, type FieldSchema, type ListSchema } from '@concord/schema';
import type { Live } from '../base/cell.ts';
import { createCounterControl } from '../controls/counter-control.ts';
import { createLazyControl } from '../controls/lazy-control.ts';
import type { ListTarget } from '../controls/list-control.ts';
import { createScalarControl } from '../controls/scalar-control.ts';
import { createSetControl } from '../controls/set-control.ts';
import type { Control, Target } from '../controls/target.ts';
import { createTextControl } from '../controls/text-control.ts';
import type { Strings } from '../strings/strings.ts';
import type { AnyClient, AnyRecord } from './any-record.ts';
import { fieldValue } from './field-value.ts';

/** What the element that shows a field says to its control. */
export interface FieldView {
  readonly root: ShadowRoot;
  readonly wraps: boolean;
  readonly locale: string;
  label(): string;
  describedBy(): string | undefined;
  readOnly(): boolean;
  strings(): Strings;
  announce(text: string): void;
  update(): void;
}

/** One field of an open record, with the control that shows it. */
export interface FieldBinding {
  readonly record: AnyRecord;
  readonly schema: FieldSchema;
  readonly value: Live<unknown>;
  /** Null for rich text, which has an element of its own. */
  readonly control: Control | null;
  readonly problem: string | null;
  /** What the server has put right in the last edit, until the next one. */
  readonly correction: Correction | null;
  /** The correction has been seen. */
  dismiss(): void;
  dispose(): void;
}

/** The id of the element in the field's shadow tree that takes the focus. */
export const controlId = 'control';

export function bindField(
  client: AnyClient,
  record: AnyRecord,
  name: string,
  schema: FieldSchema,
  view: FieldView,
): FieldBinding {
  let problem: string | null = null;
  let correction: Correction | null = null;

  const value = fieldValue(record, name);
  const stop = record.onCorrected((corrections) => {
    const own = corrections.find(({ field }) => field === name || field.startsWith(`${name}.`));
    if (own === undefined) return;
    correction = own;
    view.update();
  });

  const target: ListTarget & Target = {
    schema: schema as ListSchema,
    id: controlId,
    get label() {
      return view.label();
    },
    labelledBy: 'label',
    get describedBy() {
      return view.describedBy();
    },
    get readOnly() {
      return view.readOnly();
    },
    get problem() {
      return problem;
    },
    get strings() {
      return view.strings();
    },
    locale: view.locale,
    optionLabel: (option) => view.strings().optionLabel(option, name, record.collection),
    columnLabel: (column) => view.strings().columnLabel(column, name, record.collection),
    value: () => record.fields.get(name) ?? null,
    rule: (given) => record.fields.problem(name, given),
    write(given) {
      correction = null;
      record.fields.set(name, given);
    },
    stop: () => record.history.stop(),
    complain(next) {
      problem = next;
      view.update();
    },
    announce: (text) => view.announce(text),
    update: () => view.update(),
  };
  const control = createControl();

  function createControl(): Control | null {
    const around = { client, root: view.root, wraps: view.wraps };
    if (isScalar(schema)) return createScalarControl(target, around);
    switch (schema.kind) {
      case 'text':
        return createTextControl(target as unknown as Target<typeof schema>, record.text(name));
      case 'list':
        return createLazyControl(async () => {
          const { createListControl } = await import('../controls/list-control.ts');
          return () => createListControl(target, record.list(name), around);
        }, view.update);
      case 'counter':
        return createCounterControl(target as unknown as Target<typeof schema>, record.counter(name));
      case 'set':
        return createSetControl(target as unknown as Target<typeof schema>, record.set(name), view.root);
      case 'richText':
      case 'members':
        return null;
    }
  }

  return {
    record,
    schema,
    value,
    control,
    get problem() {
      return problem;
    },
    get correction() {
      return correction;
    },
    dismiss() {
      correction = null;
    },
    dispose() {
      stop();
      control?.dispose?.();
    },
  };
}
