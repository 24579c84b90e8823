import type { Json } from '@concord/protocol';
import { jsonEqual } from './json-value.ts';
import type { FieldSet, Fields } from './schema.ts';

/** The fields whose values differ, in the schema's order. */
export function changedFields({ fields }: FieldSet, before: Fields, after: Fields): string[] {
  return [...fields.keys()].filter((name) => !jsonEqual(before[name] ?? null, after[name] ?? null));
}

/** What those fields were before; without `text`, `richText` and `list`, which may be long. */
export function previousValues({ fields }: FieldSet, changed: readonly string[], before: Fields): Fields {
  const values: Record<string, Json> = {};
  for (const name of changed) {
    const kind = fields.get(name)?.kind;
    if (kind !== undefined && kind !== 'text' && kind !== 'richText' && kind !== 'list') values[name] = before[name] ?? null;
  }
  return values;
}
