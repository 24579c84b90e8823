import type { FieldSchema, FieldSet } from '@concord/schema';
import { titleFieldOf } from '../controls/record-title.ts';

/** Where the fields of a form stand. */
export interface Arrangement {
  /** The line of text that the record is called by. */
  readonly title: string | undefined;
  /** Short ones, which stand beside each other, or beside the others. */
  readonly side: readonly string[];
  /** Those that take the whole width. */
  readonly main: readonly string[];
}

const short: ReadonlySet<FieldSchema['kind']> = new Set(['number', 'boolean', 'date', 'enum', 'ref', 'counter', 'string', 'set']);

/** The fields to show: all of them, or those that are named, in that order. Names that are none are left out. */
export function chooseFields(schema: FieldSet, names: string | undefined): readonly string[] {
  if (names === undefined) return Array.from(schema.fields.keys());
  const chosen = names.split(/[\s,]+/).filter((name) => schema.fields.has(name));
  return Array.from(new Set(chosen));
}

export function arrangeFields(schema: FieldSet, names: readonly string[]): Arrangement {
  const likely = titleFieldOf(schema);
  const title = likely !== undefined && names.includes(likely) ? likely : undefined;
  const rest = names.filter((name) => name !== title);
  const isShort = (name: string) => short.has(schema.fields.get(name)?.kind ?? 'json');
  return { title, side: rest.filter(isShort), main: rest.filter((name) => !isShort(name)) };
}
