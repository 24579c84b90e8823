import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { parseDocumentName } from '@concord/protocol';
import { readFields, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { decodeMark } from './documents/journal-codec.ts';
import { journalScope, markKey, markPrefix, snapshotPrefix } from './documents/keys.ts';
import { readUpdates } from './documents/loading.ts';
import { decodeEntry } from './feed/entry.ts';
import { accountPrefix, decodeNumber, feedScope, horizonKey } from './feed/feed-keys.ts';
import { decodeRow, rowPrefix, type RecordRow } from './records/record-row.ts';

export interface VerifyOptions {
  readonly store: Store;
  readonly schema: Schema;
}

export interface VerifyReport {
  readonly records: number;
  readonly parts: number;
  readonly events: number;
  /** One sentence each; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Reads a whole store and compares what must agree: each record's view with its document, each document's
 * journal with its numbering, dirty marks with the journal they speak of, and the feed with the records.
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
    if (last?.seq !== row.lastEvent) {
      problems.push(`${name}: its latest event is ${last?.seq ?? 'missing'}, the record says ${row.lastEvent}`);
    } else if (last.version !== row.view.version) {
      problems.push(`${name}: its latest event has version ${last.version}, the record has ${row.view.version}`);
    }
    if (row.purged) continue;
    if (last?.isWhole === false) problems.push(`${name}: its first events are missing`);
    parts++;
    await attempt(problems, name, () => verifyRecord(store, schema, name, row, problems));
  }
  for (const name of told.keys()) if (!rows.has(name)) problems.push(`${name}: has events and no record`);
  await verifyMarks(store, problems);
  for await (const [key] of store.range({ prefix: snapshotPrefix })) {
    const name = key.slice(snapshotPrefix.length);
    if (!rows.has(name) && (await store.get(markKey(name))) === undefined) problems.push(`${name}: has a snapshot and no record`);
  }
  return { records: rows.size, parts, events, problems };
}

async function verifyRecord(store: Store, schema: Schema, name: string, row: RecordRow, problems: string[]): Promise<void> {
  const collection = schema.collections.get(parseDocumentName(name).collection);
  if (collection === undefined) {
    problems.push(`${name}: the config has no such collection`);
    return;
  }
  const { updates } = await readUpdates(store, name);
  // What is marked as dirty is derived at the next start; until then the view is behind.
  if ((await store.get(markKey(name))) !== undefined) return;
  const document = new Y.Doc();
  for (const update of updates) Y.applyUpdate(document, update);
  const derived = readFields(collection, document);
  for (const [field, value] of Object.entries(derived)) {
    if (!isDeepStrictEqual(value, row.view[field])) problems.push(`${name}: the view's ${field} differs from the document's`);
  }
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

/** What the feed says of a record. */
interface Told {
  /** Of its latest event. */
  readonly seq: number;
  readonly version: number;
  /** Whether its events go back to its first version, or may have been compacted. */
  readonly isWhole: boolean;
}

/** Notes in `told` what is told of each record. Answers how many events there are. */
async function verifyFeeds(store: Store, problems: string[], told: Map<string, Told>): Promise<number> {
  let events = 0;
  for await (const [key] of store.range({ prefix: accountPrefix })) {
    const account = key.slice(accountPrefix.length);
    const horizon = await store.get(horizonKey(account)).then((bytes) => (bytes === undefined ? 0 : decodeNumber(bytes)));
    for await (const [seq, bytes] of store.entries(feedScope(account))) {
      events++;
      await attempt(problems, `event ${seq} of ${account}`, () => {
        const { event } = decodeEntry(seq, bytes);
        const { version } = event;
        const name = `${account}/${event.collection}/${event.record}`;
        const before = told.get(name);
        // Each event raises the version by one. Only compaction, below the horizon, leaves some out.
        const expected = (before?.version ?? version - 1) + 1;
        if (version < expected || (version > expected && (before?.seq ?? 0) > horizon)) {
          problems.push(`${name}: event ${seq} has version ${version} and should have ${expected}`);
        }
        told.set(name, { seq, version, isWhole: before?.isWhole ?? (version === 1 || horizon > 0) });
      });
    }
  }
  return events;
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
