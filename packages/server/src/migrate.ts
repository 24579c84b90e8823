import * as Y from 'yjs';
import { formatDocumentName, parseDocumentName, type RecordAddress } from '@concord/protocol';
import {
  readFields,
  writeFields,
  type CollectionSchema,
  type Fields,
  type FieldSchema,
  type PartSchema,
  type Schema,
} from '@concord/schema';
import type { Store, Transaction } from '@concord/store';
import { readClientIds } from './documents/client-ids.ts';
import { eraseField, holdsField } from './documents/erase-field.ts';
import { eraseStored, type StoredDocument } from './documents/erase-stored.ts';
import { decodeMark, encodeEntry, encodeMark, encodeSnapshot } from './documents/journal-codec.ts';
import { journalScope, markKey, markPrefix, snapshotKey } from './documents/keys.ts';
import { readUpdates } from './documents/loading.ts';
import { keepLayout, pendingMoves, type Move } from './layout.ts';
import { decodeRow, emptyFields, encodeRow, rowKey, rowPrefix, type PartRow, type RecordRow } from './records/record-row.ts';

export interface MigrateOptions {
  readonly store: Store;
  readonly schema: Schema;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface MigrateReport {
  readonly moves: readonly Move[];
  /** Records in which something was moved. */
  readonly records: number;
}

/** A document of a record while fields are moved out of it and into it. */
interface Source extends StoredDocument {
  readonly document: Y.Doc;
  /** Whose edits have not been derived into the view yet. */
  readonly actors: readonly string[] | undefined;
}

/**
 * Moves the data of fields whose access was added, changed or taken away into the parts in which they lie by the config,
 * and erases it where it was: values, history and keys. Nobody may use the store meanwhile.
 *
 * Each record is one commit, and moving what was moved already does nothing: after an end at any point, the next
 * run goes on.
 */
export async function migrate({ store, schema, now }: MigrateOptions): Promise<MigrateReport> {
  const moves = await pendingMoves(store, schema);
  let records = 0;
  if (moves.length > 0) {
    const byCollection = Map.groupBy(moves, ({ collection }) => collection);
    for await (const { address, row } of recordsIn(store)) {
      const collection = schema.collections.get(address.collection);
      const own = byCollection.get(address.collection);
      if (collection === undefined || own === undefined || row?.purged) continue;
      if (await moveRecord(store, collection, address, row, own, now())) records++;
    }
  }
  await keepLayout(store, schema);
  return { moves, records };
}

interface FoundRecord {
  readonly address: RecordAddress;
  /** Undefined where it has been typed, and not been derived yet. */
  readonly row: RecordRow | undefined;
}

async function* recordsIn(store: Store): AsyncGenerator<FoundRecord> {
  for await (const [key, bytes] of store.range({ prefix: rowPrefix }))
    yield { address: parseDocumentName(key.slice(rowPrefix.length)), row: decodeRow(bytes) };
  for await (const [key] of store.range({ prefix: markPrefix })) {
    const address = parseDocumentName(key.slice(markPrefix.length));
    if (address.part === undefined && (await store.get(rowKey(address))) === undefined) yield { address, row: undefined };
  }
}

async function moveRecord(
  store: Store,
  collection: CollectionSchema,
  address: RecordAddress,
  row: RecordRow | undefined,
  moves: readonly Move[],
  at: number,
): Promise<boolean> {
  const names = new Set(moves.flatMap(({ from, to }) => [from, to]));
  const sources = new Map<string | null, Source>();
  for (const part of names) sources.set(part, await openSource(store, address, part));
  // What no field lies in any more goes as a whole.
  const vanishing = [...names].filter((part) => part !== null && !collection.parts.has(part)) as string[];

  const incoming = new Map<string | null, Record<string, Fields[string]>>();
  for (const { field, from, to } of moves) {
    const schema = collection.fields.get(field) as FieldSchema;
    const { document } = sources.get(from) as Source;
    if (!holdsField(document, schema)) continue;
    const values = incoming.get(to) ?? {};
    incoming.set(to, { ...values, ...readFields({ fields: new Map([[field, schema]]) }, document) });
  }
  const scopes = [...sources.values()].map(({ name }) => journalScope(name));
  const changes = [...sources].map(([part, source]) => {
    const gone = moves.filter(({ from }) => from === part).map(({ field }) => collection.fields.get(field) as FieldSchema);
    return { part, source, gone, values: incoming.get(part) };
  });
  // What nobody has derived yet is to be derived where it lies then.
  const actors = [...new Set(changes.flatMap(({ source }) => source.actors ?? []))];
  const isDirty = changes.some(({ source }) => source.actors !== undefined);
  await store.commit(scopes, (tx) => {
    for (const { part, source, gone, values } of changes) {
      if (part !== null && vanishing.includes(part)) {
        eraseStored(tx, source);
        continue;
      }
      if (gone.length > 0) rewrite(tx, source, gone);
      if (values !== undefined) append(tx, source, partOf(collection, part), values, at, isDirty ? actors : undefined);
    }
    if (row !== undefined) tx.put(rowKey(address), encodeRow(movedRow(row, collection, moves, vanishing)));
  });
  return incoming.size > 0;
}

async function openSource(store: Store, address: RecordAddress, part: string | null): Promise<Source> {
  const name = formatDocumentName(part === null ? address : { ...address, part });
  const { updates, seq, snapshotThrough } = await readUpdates(store, name);
  const document = new Y.Doc();
  for (const update of updates) Y.applyUpdate(document, update);
  const clientIds = await readClientIds(store, name);
  clientIds.adopt(document);
  const mark = await store.get(markKey(name));
  return { name, document, clientIds, seq, snapshotThrough, actors: mark && decodeMark(mark).actors };
}

/** The part's state without those fields takes the place of its journal. */
function rewrite(tx: Transaction, { name, document, seq, snapshotThrough }: Source, gone: readonly FieldSchema[]): void {
  for (const field of gone) eraseField(document, field);
  const state = Y.encodeStateAsUpdate(document);
  for (let entry = snapshotThrough + 1; entry <= seq; entry++) tx.remove(journalScope(name), entry);
  tx.put(snapshotKey(name), encodeSnapshot({ through: seq, state }));
}

/** An entry of the journal that writes the values. */
function append(
  tx: Transaction,
  { name, document, clientIds }: Source,
  part: PartSchema,
  values: Fields,
  at: number,
  actors: readonly string[] | undefined,
): void {
  const updates: { readonly actor: string; readonly update: Uint8Array }[] = [];
  document.on('update', (update: Uint8Array) => updates.push({ actor: 'system', update }));
  document.transact(() => writeFields(part, document, values));
  if (updates.length === 0) return;
  const seq = tx.append(journalScope(name), encodeEntry({ at, updates }));
  clientIds.write(tx);
  if (actors !== undefined) tx.put(markKey(name), encodeMark({ first: seq, last: seq, actors }));
}

/** The row with its published values in their new places. A part that goes leaves its count to where its fields are. */
function movedRow(row: RecordRow, collection: CollectionSchema, moves: readonly Move[], vanishing: readonly string[]): RecordRow {
  const view: Record<string, Fields[string]> = { ...row.view };
  const parts: Record<string, PartRow> = { ...row.parts };
  for (const { field, from, to } of moves) {
    const holder: Fields | undefined = from === null ? view : parts[from]?.fields;
    if (holder === undefined || !Object.hasOwn(holder, field)) continue;
    const value = holder[field] ?? null;
    if (from === null) delete view[field];
    else parts[from] = without(parts[from] as PartRow, field);
    if (to === null) view[field] = value;
    else parts[to] = withField(parts[to] ?? newPart(row, partOf(collection, to)), field, value);
  }
  for (const part of vanishing) {
    const { version = 0, updatedAt = '', updatedBy = '' } = parts[part] ?? {};
    const heir = moves.find(({ from }) => from === part)?.to ?? null;
    const into = heir === null ? view : (parts[heir] as unknown as Record<string, Fields[string]> | undefined);
    delete parts[part];
    if (into === undefined) continue;
    into['version'] = Number(into['version']) + version;
    if (updatedAt >= String(into['updatedAt'])) Object.assign(into, { updatedAt, updatedBy });
  }
  const { parts: _before, ...rest } = row;
  return { ...rest, view: view as unknown as RecordRow['view'], ...(Object.keys(parts).length === 0 ? {} : { parts }) };
}

function newPart({ view: { updatedAt, updatedBy } }: RecordRow, part: PartSchema): PartRow {
  return { version: 0, updatedAt, updatedBy, fields: emptyFields(part) };
}

function withField(part: PartRow, field: string, value: Fields[string]): PartRow {
  return { ...part, fields: { ...part.fields, [field]: value } };
}

function without(part: PartRow, field: string): PartRow {
  const { [field]: _moved, ...fields } = part.fields;
  return { ...part, fields };
}

function partOf({ content, parts }: CollectionSchema, part: string | null): PartSchema {
  return part === null ? content : (parts.get(part) as PartSchema);
}
