import { ConcordError, type Json, type RecordView } from '@concord/protocol';
import type { CollectionSchema, VisibleCollection } from '@concord/schema';
import { serverOwned } from './names.ts';

/** A record as SnackBase's clients know it. */
export interface SnackbaseRecord {
  readonly id: string;
  readonly [field: string]: Json;
}

/** An own field that is called as one of SnackBase's system fields is shown in its place. */
export function toSnackbase(view: RecordView, account: string): SnackbaseRecord {
  const { id, version: _version, createdAt, createdBy, updatedAt, updatedBy, ...own } = view;
  const system = { created_at: createdAt, created_by: createdBy, updated_at: updatedAt, updated_by: updatedBy };
  return { id, account_id: account, ...system, ...own };
}

/** Only those fields, and the id. */
export function pick(record: SnackbaseRecord, fields: ReadonlySet<string> | undefined): SnackbaseRecord {
  if (fields === undefined) return record;
  const { id } = record;
  return { id, ...Object.fromEntries(Object.entries(record).filter(([name]) => fields.has(name))) };
}

/** Throws `bad_request` for what is no field. */
export function parseFields(text: string | undefined, collection: VisibleCollection): ReadonlySet<string> | undefined {
  if (text === undefined || text === '') return undefined;
  const fields = text.split(',').map((name) => name.trim());
  const unknown = fields.find((name) => !collection.fields.has(name) && !serverOwned.has(name));
  if (unknown === undefined) return new Set(fields);
  throw new ConcordError('bad_request', { field: 'fields', message: `There is no field "${unknown.slice(0, 80)}".` });
}

/**
 * What somebody writes, without what is the server's to say: clients send back whole records. The id is kept where a
 * record is created, which may bring its own.
 */
export function fromSnackbase(input: unknown, collection: CollectionSchema, mode: 'create' | 'update'): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const kept = Object.entries(input).filter(
    ([name]) => collection.fields.has(name) || !serverOwned.has(name) || (name === 'id' && mode === 'create'),
  );
  return Object.fromEntries(kept);
}

/**
 * A whole record in the place of another: what it leaves out has no value any more. That holds for the scalars of the
 * content part. Texts, lists and the like, which others may be editing, and fields with access of their own stay as
 * they are unless they are named.
 */
export function asReplacement(input: unknown, { content }: CollectionSchema): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const scalars = [...content.fields.values()].filter((field) => !('root' in field));
  return { ...Object.fromEntries(scalars.map(({ name }) => [name, null])), ...input };
}
