import { ConcordError, type RecordAddress, type RecordView } from '@concord/protocol';
import { isPolicy, readFields, type CollectionSchema, type Fields, type PartSchema } from '@concord/schema';
import * as Y from 'yjs';
import type { Facts } from '../access/access.ts';
import type { Projection } from '../access/projection.ts';

/** A record as it was last published, and what the record layer knows beside its view. */
export interface RecordRow {
  /** The system's fields and those of the content part. */
  readonly view: RecordView;
  /** The other parts that were ever written. */
  readonly parts?: { readonly [part: string]: PartRow };
  /** The feed position of its latest event: that one is never compacted away (F4). */
  readonly lastEvent: number;
  /** Set on a tombstone (R3). */
  readonly deleted?: { readonly at: string; readonly by: string };
  /** Set once the content of a tombstone has been erased. */
  readonly purged?: true;
}

/** A part with access of its own, which changes and is counted by itself (R5). */
export interface PartRow extends PartState {
  readonly fields: Fields;
}

/** How often a part was changed, and when and by whom the last time. */
export interface PartState {
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export const rowPrefix = 'record/';

export function rowKey(address: RecordAddress): string {
  return `${collectionPrefix(address.account, address.collection)}${address.record}`;
}

/** The keys of a collection's records begin with this. */
export function collectionPrefix(account: string, collection: string): string {
  return `${rowPrefix}${account}/${collection}/`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeRow(row: RecordRow): Uint8Array {
  return encoder.encode(JSON.stringify(row));
}

/** @throws `damaged` where the bytes are no row. */
export function decodeRow(bytes: Uint8Array): RecordRow {
  let row: Partial<RecordRow> | null;
  try {
    row = JSON.parse(decoder.decode(bytes)) as RecordRow | null;
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
  if (typeof row?.view?.id !== 'string' || typeof row.lastEvent !== 'number') throw new ConcordError('damaged');
  return row as RecordRow;
}

/**
 * A record as somebody sees it (R5): the fields of the parts that the projection shows. Its version is the sum of theirs,
 * and it was updated when the last of them was: what happens to the others shows nowhere.
 */
export function viewOf({ view, parts = {} }: RecordRow, projection: Projection): RecordView {
  if (projection.parts.size === 0) return view;
  const { id, createdAt, createdBy } = view;
  const shown = [...projection.parts].flatMap((name) => parts[name] ?? []);
  const values: Record<string, Fields[string]> = {};
  for (const name of projection.fields.keys()) {
    const part = projection.collection.partOf.get(name);
    values[name] = valueIn(part === undefined ? view : parts[part]?.fields, name, projection.collection);
  }
  return { id, createdAt, createdBy, ...seenState(view, shown), ...values };
}

/** The system's fields alone. */
export function bareView({ view }: RecordRow): RecordView {
  const { id, version, createdAt, createdBy, updatedAt, updatedBy } = view;
  return { id, version, createdAt, createdBy, updatedAt, updatedBy };
}

/** Version and last update of the content and the parts that are shown. */
export function seenState(content: PartState, shown: readonly PartState[]): PartState {
  let { version, updatedAt, updatedBy } = content;
  for (const part of shown) {
    version += part.version;
    if (part.updatedAt >= updatedAt) ({ updatedAt, updatedBy } = part);
  }
  return { version, updatedAt, updatedBy };
}

/** Names the parts that are shown of those which are not shown with every record: views of one version may differ by them. */
export function variantOf({ parts }: CollectionSchema, shows: (part: PartSchema) => boolean): string {
  const depending = [...parts.values()].filter((part) => isPolicy(part.access.read) && shows(part));
  return depending.map(({ name }) => name).join('+');
}

/** What policies may ask of a record. */
export function factsOf({ view, parts = {} }: RecordRow, collection: CollectionSchema): Facts {
  const { id, createdAt, createdBy } = view;
  return { id, createdAt, createdBy, ...policyValues(view, (part) => parts[part]?.fields, collection) };
}

/** The values of the fields that policies read, from wherever they lie. */
export function policyValues(
  content: Fields,
  fieldsOf: (part: string) => Fields | undefined,
  collection: CollectionSchema,
): Fields {
  const values: Record<string, Fields[string]> = {};
  for (const name of collection.policyFields) {
    const part = collection.partOf.get(name);
    values[name] = valueIn(part === undefined ? content : fieldsOf(part), name, collection);
  }
  return values;
}

/** A field's value among those that were kept. What is older than the field holds what a record does in which nobody wrote it. */
export function valueIn(kept: Fields | undefined, name: string, { content, parts, partOf }: CollectionSchema): Fields[string] {
  if (kept !== undefined && Object.hasOwn(kept, name)) return kept[name] ?? null;
  const part = partOf.get(name);
  return emptyFields(part === undefined ? content : (parts.get(part) as PartSchema))[name] ?? null;
}

const empties = new WeakMap<PartSchema, Fields>();

/** What a part holds that was never written. */
export function emptyFields(part: PartSchema): Fields {
  let fields = empties.get(part);
  if (fields === undefined) empties.set(part, (fields = readFields(part, new Y.Doc())));
  return fields;
}
