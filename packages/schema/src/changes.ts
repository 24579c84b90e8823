import type { Json } from '@concord/protocol';
import { jsonEqual } from './json-value.ts';
import type { CollectionSchema, Fields } from './schema.ts';

/** The fields whose values differ, in the schema's order. */
export function changedFields(collection: CollectionSchema, before: Fields, after: Fields): string[] {
  return [...collection.fields.keys()].filter((name) => !jsonEqual(before[name] ?? null, after[name] ?? null));
}

/** What those fields were before; without `text`, `richText` and `list`, which may be long. */
export function previousValues(collection: CollectionSchema, changed: readonly string[], before: Fields): Fields {
  const values: Record<string, Json> = {};
  for (const name of changed) {
    const kind = collection.fields.get(name)?.kind;
    if (kind !== undefined && kind !== 'text' && kind !== 'richText' && kind !== 'list') values[name] = before[name] ?? null;
  }
  return values;
}
