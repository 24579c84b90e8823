import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { parseDocumentName } from '@concord/protocol';
import { readFields, type Fields, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { decodeMark } from './documents/journal-codec.ts';
import { journalScope, markKey, markPrefix, snapshotPrefix } from './documents/keys.ts';
import { readUpdates } from './documents/loading.ts';
import { decodeEntry } from './feed/entry.ts';
import type { StoredEvent } from './feed/feed.ts';
import { accountPrefix, decodeNumber, feedScope, horizonKey, type Subject } from './feed/feed-keys.ts';
import { seqKey } from './logs/log-keys.ts';
import { decodeRow, rowPrefix, type PartState, type RecordRow } from './records/record-row.ts';
import { compareWithEvent, verifyLogs, type LatestEvent } from './verify-logs.ts';

export interface VerifyOptions {
  readonly store: Store;
  readonly schema: Schema;
}

export interface VerifyReport {
  readonly records: number;
  readonly parts: number;
  /** Of logs. */
  readonly entries: number;
  readonly events: number;
  /** One sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Reads a whole store and compares what must agree: each record's view with its document, each document's
 * journal with its numbering, dirty marks with the journal they speak of, the feed with the records, and logs with all
 * three that are kept of each entry.
 *
 * The store must not be in use by a server: between two of its commits it is consistent, between two of
 * these reads it need not be.
 */
export async function verifyStore({ store, schema }: VerifyOptions): Promise<VerifyReport> {
  const problems: string[] = [];
  const told = new Map<string, Told>();
  const events = await verifyFeeds(store, problems, told);
  const rows = new Set<string>();
  let parts = 0;
  for await (const [key, bytes] of store.range({ prefix: rowPrefix })) {
    const name = key.slice(rowPrefix.length);
    rows.add(name);
    const row = await attempt(problems, name, () => decodeRow(bytes));
    if (row === undefined) continue;
    const last = told.get(name);
    compareWithEvent(name, last, { seq: row.lastEvent, version: versionOf(row.view.version, row.parts) }, problems);
    if (row.purged) continue;
    if (last?.isWhole === false) problems.push(`${name}: its first events are missing`);
    for (const part of [null, ...Object.keys(row.parts ?? {})]) {
      parts++;
      await attempt(problems, partName(name, part), () => verifyPart(store, schema, name, part, row, problems));
    }
  }
  const entries = await verifyLogs(store, told, problems);
  for (const name of told.keys())
    if (!rows.has(name) && !entries.has(name)) problems.push(`${name}: has events and no record or entry`);
  await verifyMarks(store, problems);
  for await (const [key] of store.range({ prefix: snapshotPrefix })) {
    const name = key.slice(snapshotPrefix.length);
    if (!rows.has(recordName(name)) && (await store.get(markKey(name))) === undefined)
      problems.push(`${name}: has a snapshot and no record`);
  }
  return { records: rows.size, parts, entries: entries.size, events, problems };
}

async function verifyPart(
  store: Store,
  schema: Schema,
  record: string,
  part: string | null,
  row: RecordRow,
  problems: string[],
): Promise<void> {
  const name = partName(record, part);
  const collection = schema.collections.get(parseDocumentName(record).collection);
  const partSchema = part === null ? collection?.content : collection?.parts.get(part);
  if (partSchema === undefined) {
    problems.push(`${name}: the config has no such ${collection === undefined ? 'collection' : 'part'}`);
    return;
  }
  const { updates } = await readUpdates(store, name);
  // What is marked as dirty is derived at the next start; until then the view is behind.
  if ((await store.get(markKey(name))) !== undefined) return;
  const document = new Y.Doc();
  for (const update of updates) Y.applyUpdate(document, update);
  const shown: Fields = part === null ? row.view : (row.parts?.[part]?.fields ?? {});
  for (const [field, value] of Object.entries(readFields(partSchema, document))) {
    if (!isDeepStrictEqual(value, shown[field])) problems.push(`${name}: the view's ${field} differs from the document's`);
  }
}

/** The document of a record's part. */
function partName(record: string, part: string | null): string {
  return part === null ? record : `${record}/${part}`;
}

/** The record that a document is of. */
function recordName(documentName: string): string {
  return documentName.split('/').slice(0, 3).join('/');
}

/** Of the whole record: fields may have moved from part to part, and their counts with them. */
function versionOf(content: number, parts: { readonly [part: string]: PartState } = {}): number {
  return Object.values(parts).reduce((sum, { version }) => sum + version, content);
}

async function verifyMarks(store: Store, problems: string[]): Promise<void> {
  for await (const [key, bytes] of store.range({ prefix: markPrefix })) {
    const name = key.slice(markPrefix.length);
    await attempt(problems, name, async () => {
      const { first, last } = decodeMark(bytes);
      const seq = await store.lastSeq(journalScope(name));
      if (first > last || last !== seq)
        problems.push(`${name}: is marked dirty from ${first} to ${last}, its journal ends at ${seq}`);
    });
  }
}

/** What the feed says of a record, or of an entry. */
interface Told extends LatestEvent {
  /** Whether its events go back to its first version, or may have been compacted. */
  readonly isWhole: boolean;
}

/** Notes in `told` what is told of each record and entry, by name. Answers how many events there are. */
async function verifyFeeds(store: Store, problems: string[], told: Map<string, Told>): Promise<number> {
  let events = 0;
  for await (const [key] of store.range({ prefix: accountPrefix })) {
    const account = key.slice(accountPrefix.length);
    const horizon = await store.get(horizonKey(account)).then((bytes) => (bytes === undefined ? 0 : decodeNumber(bytes)));
    for await (const [seq, bytes] of store.entries(feedScope(account))) {
      events++;
      await attempt(problems, `event ${seq} of ${account}`, () => {
        const { event } = decodeEntry(seq, bytes);
        const name = `${account}/${nameOf(event)}`;
        const version = versionOf(event.version, event.parts);
        const before = told.get(name);
        // Only compaction, below the horizon, leaves some out.
        const expected = before === undefined ? version : before.version + raiseOf(event);
        if (version < expected || (version > expected && (before?.seq ?? 0) > horizon)) {
          problems.push(`${name}: event ${seq} has version ${version} and should have ${expected}`);
        }
        told.set(name, { seq, version, isWhole: before?.isWhole ?? (event.version === 1 || horizon > 0) });
      });
    }
  }
  return events;
}

/** As its row's key ends. */
function nameOf({ collection, record, log, seq }: Subject): string {
  const name = `${collection}/${record}`;
  return log === undefined || seq === undefined ? name : `${name}/${log}/e/${seqKey(seq)}`;
}

/** By how much an event raises it: an entry by one; of a record, each part that has changed counts, and a record comes and goes by its content. */
function raiseOf({ type, collection, log, changed, parts = {} }: StoredEvent): number {
  if (log !== undefined) return 1;
  const isContent = changed.length > 0 || type !== `${collection}.update`;
  return Object.values(parts).filter((share) => share.changed.length > 0).length + (isContent ? 1 : 0);
}

/** Runs one check; what it throws is a problem, not the end of the others. */
async function attempt<T>(problems: string[], what: string, check: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
