import type { FieldSet } from '@concord/schema';

const likelyNames = ['title', 'name', 'label', 'subject', 'topic'];

/** The field that a record is called by: one that is named like a title, or the first line of text. Undefined: its id. */
export function titleFieldOf({ fields }: FieldSet): string | undefined {
  for (const name of likelyNames) if (fields.get(name)?.kind === 'string') return name;
  for (const [name, { kind }] of fields) if (kind === 'string') return name;
  return undefined;
}

/** What a record is called: its title, or its id where that is empty. */
export function titleOf(record: { readonly [field: string]: unknown }, titleField: string | undefined): string {
  const title = titleField === undefined ? undefined : record[titleField];
  return typeof title === 'string' && title.trim() !== '' ? title : String(record['id']);
}
