import type { VisibleCollection } from '@concord/schema';

/** SnackBase's names of what every record has, and Concord's. Own fields keep their names. */
const systemFields: ReadonlyMap<string, string> = new Map([
  ['id', 'id'],
  ['created_at', 'createdAt'],
  ['created_by', 'createdBy'],
  ['updated_at', 'updatedAt'],
  ['updated_by', 'updatedBy'],
]);

/** What a record of SnackBase has that is the server's to say. */
export const serverOwned: ReadonlySet<string> = new Set([...systemFields.keys(), 'account_id']);

/** Concord's name of a field that may be sorted and filtered by; undefined where there is none. An own field goes first. */
export function concordName(name: string, collection: VisibleCollection): string | undefined {
  return collection.fields.has(name) ? name : systemFields.get(name);
}
