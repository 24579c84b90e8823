import type { FieldSchema, VisibleCollection } from '@concord/schema';
import { titleFieldOf } from '../collection/title-field.ts';

/** Where the fields of a record stand on its page. */
export interface RecordLayout {
  readonly title: string | null;
  /** What takes room: texts, lists, JSON. */
  readonly main: readonly FieldSchema[];
  readonly side: readonly FieldSchema[];
}

const wide: ReadonlySet<string> = new Set(['richText', 'text', 'list', 'json']);

export function layoutOf(collection: VisibleCollection): RecordLayout {
  const title = titleFieldOf(collection);
  const fields = [...collection.fields.values()].filter(({ name }) => name !== title);
  return {
    title,
    main: fields.filter(({ kind }) => wide.has(kind)),
    // Members are changed by command.
    side: fields.filter(({ kind }) => !wide.has(kind) && kind !== 'members'),
  };
}
