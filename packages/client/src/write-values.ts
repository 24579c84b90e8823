import { ConcordError } from '@concord/protocol';
import { validateFields, writeFields } from '@concord/schema';
import type { ClientCollection } from './client-schema.ts';
import { writePart, type RecordPart } from './record-part.ts';

/** What is wrong with a value of a field, or null. */
export function checkValues(collection: ClientCollection, values: { readonly [field: string]: unknown }): string | null {
  try {
    validateFields(collection, values, 'update');
    return null;
  } catch (error) {
    if (error instanceof ConcordError) return error.message;
    throw error;
  }
}

/** Writes all of the values or none, each into its part. Throws `invalid_record` or `forbidden`. */
export function writeValues(
  collection: ClientCollection,
  values: { readonly [field: string]: unknown },
  partOf: (field: string) => RecordPart | undefined,
): void {
  const checked = validateFields(collection, values, 'update');
  const byPart = Map.groupBy(Object.keys(checked), partOf);
  // All are looked at before anything is written.
  for (const [part, [field = '']] of byPart)
    if (part?.mayWrite !== true) throw new ConcordError('forbidden', { field, message: `${field} can only be read.` });
  for (const [part, [field = '']] of byPart)
    if (part !== undefined) writePart(part, field, () => writeFields(part.schema, part.replica.doc, checked));
}
