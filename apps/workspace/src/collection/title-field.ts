import type { VisibleCollection } from '@concord/schema';
import { singularOf } from '../words/words.ts';

const usual = ['title', 'name', 'topic', 'subject', 'label'];

/** The field that a record is called by; null where there is none, and it is called by its id. */
export function titleFieldOf(collection: VisibleCollection): string | null {
  const strings = [...collection.fields.values()].filter(({ kind }) => kind === 'string').map(({ name }) => name);
  return usual.find((name) => strings.includes(name)) ?? strings[0] ?? null;
}

/** What a record is called. */
export function titleOf(
  collection: VisibleCollection,
  record: { readonly id?: unknown; readonly [field: string]: unknown },
): string {
  const field = titleFieldOf(collection);
  const value = field === null ? record.id : record[field];
  return typeof value === 'string' && value.trim() !== '' ? value : `Untitled ${singularOf(collection.name)}`;
}
