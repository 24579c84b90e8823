import { ConcordError, type Json, type RecordView } from '@concord/protocol';
import { namesOf, valueOf } from './comparable.ts';
import type { VisibleCollection } from './schema.ts';

/** The part of a record that somebody wants to see. */
export interface FieldSelection {
  /** As in `fields`, with `id` before them. */
  readonly fields: readonly string[];
  pick(view: RecordView): { readonly id: string; readonly [field: string]: Json };
}

/**
 * Parses `title,status`. The id is always part of the answer. Throws `bad_request` with the name that is no
 * field.
 */
export function parseFieldSelection(text: string, collection: VisibleCollection): FieldSelection {
  const known = new Set(namesOf(collection));
  const fields = new Set(['id']);
  for (const part of text.split(',')) {
    const name = part.trim();
    if (!known.has(name)) {
      const field = name.slice(0, 80);
      throw new ConcordError('bad_request', { field, message: `There is no field "${field}" in ${collection.name} to select.` });
    }
    fields.add(name);
  }
  return {
    fields: [...fields],
    pick: (view) => {
      const picked: Record<string, Json> = {};
      for (const name of fields) picked[name] = valueOf(view, name) ?? null;
      return { ...picked, id: view.id };
    },
  };
}
