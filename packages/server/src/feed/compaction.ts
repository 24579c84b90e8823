import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import { entryKey } from '../logs/log-keys.ts';
import { decodeLogRow } from '../logs/log-row.ts';
import { decodeRow, rowKey } from '../records/record-row.ts';
import { startRecurring, type Recurring } from '../recurring.ts';
import { decodeEntry } from './entry.ts';
import { accountPrefix, decodeNumber, encodeNumber, feedScope, horizonKey, keptKey, type Subject } from './feed-keys.ts';
import type { Placed } from './feed.ts';

export interface CompactionOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Younger events are kept whole. */
  readonly keepMs: number;
  /** Events after this number are kept whole, whatever their age: a webhook has yet to read them. */
  readonly neededAfter?: (account: string) => Promise<number | undefined>;
  /** How many events are looked at for one commit. */
  readonly chunkEvents?: number;
}

export interface CompactionReport {
  readonly accounts: number;
  readonly removed: number;
}

const leaseName = 'feed-compaction';

/**
 * Removes what F4 no longer keeps: of the events older than `keepMs`, all but the latest of each record, and of
 * each entry of a log.
 *
 * An event is removed only when the row of its record, or entry, names a later one, which is durable by then. The horizon
 * moves in the commit that removes what lies below it, so that an end at any point leaves a feed that is
 * compacted up to its horizon and whole above; the next run goes on from there.
 *
 * Answers undefined when somebody else is at it.
 */
export async function compactFeeds(options: CompactionOptions, stopped?: AbortSignal): Promise<CompactionReport | undefined> {
  const lease = await options.store.lease(leaseName);
  if (lease === undefined) return undefined;
  try {
    let accounts = 0;
    let removed = 0;
    for await (const [key] of options.store.range({ prefix: accountPrefix })) {
      if (stopped?.aborted) break;
      accounts++;
      removed += await compactAccount(options, key.slice(accountPrefix.length), stopped);
    }
    return { accounts, removed };
  } finally {
    await lease.release();
  }
}

async function compactAccount(options: CompactionOptions, account: string, stopped: AbortSignal | undefined): Promise<number> {
  const { store, clock, keepMs, neededAfter, chunkEvents = 500 } = options;
  const olderThan = new Date(clock.now() - keepMs).toISOString();
  const through = await neededAfter?.(account);
  const stored = await store.get(horizonKey(account));
  let horizon = stored === undefined ? 0 : decodeNumber(stored);
  let removed = 0;
  while (!stopped?.aborted) {
    const chunk: Placed[] = [];
    const range = { after: horizon, limit: chunkEvents, ...(through === undefined ? {} : { through }) };
    for await (const [seq, bytes] of store.entries(feedScope(account), range)) {
      const placed = decodeEntry(seq, bytes);
      // The clock may have been set back in between: what lies behind a younger event waits with it.
      if (placed.event.timestamp >= olderThan) break;
      chunk.push(placed);
    }
    const last = chunk.at(-1);
    if (last === undefined) return removed;
    removed += await compactChunk(store, account, chunk);
    horizon = last.seq;
  }
  return removed;
}

/** One commit: what is superseded goes, and the horizon moves behind the chunk. */
async function compactChunk(store: Store, account: string, chunk: readonly Placed[]): Promise<number> {
  const scope = feedScope(account);
  const gone = new Set<number>();
  const kept = new Map<string, number>();
  await Promise.all(
    [...seqsBySubject(account, chunk)].map(async ([key, { subject, seqs }]) => {
      const [named, before] = await Promise.all([latestOf(store, account, subject), store.get(key)]);
      // Without a row nothing says that a later event exists.
      const latest = named ?? Math.max(...seqs);
      // The one that an earlier run kept was the latest then.
      if (before !== undefined) seqs.push(decodeNumber(before));
      for (const seq of seqs) if (seq < latest) gone.add(seq);
      const remaining = seqs.find((seq) => seq >= latest);
      kept.set(key, remaining ?? 0);
    }),
  );
  await store.commit([scope], (tx) => {
    for (const seq of gone) tx.remove(scope, seq);
    for (const [key, seq] of kept) {
      if (seq > 0) tx.put(key, encodeNumber(seq));
      else tx.delete(key);
    }
    tx.put(horizonKey(account), encodeNumber((chunk.at(-1) as Placed).seq));
  });
  return gone.size;
}

/** The number of the latest event, as the row says. */
async function latestOf(store: Store, account: string, subject: Subject): Promise<number | undefined> {
  const { collection, record, log, seq } = subject;
  const address = { account, collection, record };
  const isEntry = log !== undefined && seq !== undefined;
  const bytes = await store.get(isEntry ? entryKey({ ...address, log }, seq) : rowKey(address));
  return bytes && (isEntry ? decodeLogRow : decodeRow)(bytes).lastEvent;
}

interface SubjectSeqs {
  readonly subject: Subject;
  readonly seqs: number[];
}

/** By the key under which the kept one is remembered. */
function seqsBySubject(account: string, chunk: readonly Placed[]): Map<string, SubjectSeqs> {
  const subjects = new Map<string, SubjectSeqs>();
  for (const { seq, event } of chunk) {
    const key = keptKey(account, event);
    let entry = subjects.get(key);
    if (entry === undefined) subjects.set(key, (entry = { subject: event, seqs: [] }));
    entry.seqs.push(seq);
  }
  return subjects;
}

export interface CompactionTimerOptions extends CompactionOptions {
  readonly everyMs?: number;
  readonly report?: (error: unknown) => void;
}

/** Compacts again and again, the first time after one interval. */
export function startCompaction(options: CompactionTimerOptions): Recurring {
  const { clock, everyMs = 60 * 60 * 1000, report = () => {} } = options;
  return startRecurring({ clock, everyMs, report, work: (stopped) => compactFeeds(options, stopped) });
}
