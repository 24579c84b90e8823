import { isName, type Json } from '@concord/protocol';
import * as Y from 'yjs';
import { richTextToJson } from './rich-text/read.ts';
import { existingArray, existingFragment, existingMap, existingText } from './roots.ts';
import { readScalar } from './scalar.ts';
import {
  isScalar,
  type FieldSet,
  type Fields,
  type ListSchema,
  type MembersSchema,
  type SetSchema,
  type SharedSchema,
} from './schema.ts';
import { memberProblem } from './validate.ts';

/** The Y.Map in which the scalars of a part lie. */
export const scalarsRoot = 'fields';

/**
 * The view of a document: every declared field, in the schema's order. Never throws, whatever the document
 * holds: an invalid scalar reads as its default or null, what is no row, member or node is left out, and
 * what the schema does not know is not shown.
 */
export function readFields({ fields }: FieldSet, doc: Y.Doc): Fields {
  const scalars = existingMap(doc, scalarsRoot);
  const values: Record<string, Json> = {};
  for (const [name, field] of fields) {
    values[name] = isScalar(field) ? readScalar(field, scalars?.get(name)) : readShared(field, doc);
  }
  return values;
}

function readShared(field: SharedSchema, doc: Y.Doc): Json {
  switch (field.kind) {
    case 'text':
      return existingText(doc, field.root)?.toString() ?? '';
    case 'richText': {
      const fragment = existingFragment(doc, field.root);
      return fragment === null ? { type: 'doc', content: [] } : richTextToJson(fragment);
    }
    case 'list':
      return readRows(existingArray(doc, field.root)).map((row) => readRow(field, row));
    case 'counter':
      return counterTotal(existingMap(doc, field.root));
    case 'set':
      return readMembers(field, existingMap(doc, field.root));
    case 'members':
      return readRoles(field, existingMap(doc, field.root));
  }
}

/** The rows, without what else somebody may have put into the array. */
export function readRows(array: Y.Array<unknown> | null): Y.Map<unknown>[] {
  return (array?.toArray() ?? []).filter((item): item is Y.Map<unknown> => item instanceof Y.Map);
}

export function readRow(field: ListSchema, row: Y.Map<unknown>): Fields {
  const values: Record<string, Json> = {};
  for (const [name, column] of field.rows) values[name] = readScalar(column, row.get(name));
  return values;
}

/** The sum over all clients. Whole numbers only, so that the order in which they are added does not matter. */
export function counterTotal(sums: Y.Map<unknown> | null): number {
  let total = 0;
  sums?.forEach((sum, client) => {
    if (Number.isSafeInteger(sum) && /^\d{1,10}$/.test(client)) total += sum as number;
  });
  return clampToSafe(total);
}

export function clampToSafe(value: number): number {
  return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

/** Sorted by UTF-16 units, so that every replica answers the same. */
export function readMembers(field: SetSchema, members: Y.Map<unknown> | null): string[] {
  const present: string[] = [];
  members?.forEach((value, member) => {
    if (value === true && memberProblem(field, member) === null) present.push(member);
  });
  return present.toSorted();
}

/** Role by user. Sorted, so that every replica answers the same. */
export function readRoles({ roles }: MembersSchema, members: Y.Map<unknown> | null): { readonly [user: string]: string } {
  const found: [user: string, role: string][] = [];
  members?.forEach((role, user) => {
    if (typeof role === 'string' && roles.includes(role) && isName('user', user)) found.push([user, role]);
  });
  return Object.fromEntries(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
