import { ConcordError, segmentAt, segmentSize, type LogEntry, type LogPage, type PartAddress } from '@concord/protocol';
import type { KeyRange, Store } from '@concord/store';
import type { LogAddress } from './log-address.ts';
import { entriesPrefix, entryIdKey, entryKey, pinsPrefix, seqKey, threadPrefix } from './log-keys.ts';
import { decodeIdRow, decodeLogRow, type IdRow, type LogRow } from './log-row.ts';

/** Which entries of a log are asked for: at most one of `before`, `after` and `around`, the newest where there is none. */
export interface LogQuery {
  readonly limit: number;
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  /** The replies in the thread that the entry of that number began. */
  readonly thread?: number;
  readonly isPinned?: boolean;
}

/** The number of the log's last entry; 0 where there is none. A good `guess` spares it looking for it. */
export async function readHead(store: Store, address: LogAddress, guess = 0): Promise<number> {
  if (guess > 0) {
    // There are no gaps.
    const [last, next] = await Promise.all([store.get(entryKey(address, guess)), store.get(entryKey(address, guess + 1))]);
    if (last !== undefined && next === undefined) return guess;
  }
  const prefix = entriesPrefix(address);
  for await (const [key] of store.range({ prefix, reverse: true, limit: 1 })) return Number(key.slice(prefix.length));
  return 0;
}

export async function readSeq(store: Store, address: LogAddress, seq: number): Promise<LogRow | undefined> {
  const bytes = await store.get(entryKey(address, seq));
  return bytes && decodeLogRow(bytes);
}

export async function readId(store: Store, address: LogAddress, id: string): Promise<IdRow | undefined> {
  const bytes = await store.get(entryIdKey(address, id));
  return bytes && decodeIdRow(bytes);
}

/** Whether a part is there to be opened: of a log, the segments that have entries, and the one that gets the next. */
export async function isPartThere(store: Store, { account, collection, record, part }: PartAddress): Promise<boolean> {
  const found = part === undefined ? undefined : segmentAt(part);
  if (found === undefined) return true;
  // There are no gaps: the one before it is full where its last entry is there.
  const last = entryKey({ account, collection, record, log: found.log }, found.segment * segmentSize);
  return found.segment === 0 || (await store.get(last)) !== undefined;
}

export async function readPage(store: Store, address: LogAddress, query: LogQuery): Promise<Omit<LogPage, 'may'>> {
  const { limit, before, after, around } = query;
  const head = await readHead(store, address);
  const read = (range: KeyRange, count: number): Promise<LogEntry[]> => readEntries(store, address, query, range, count);
  const prefix = prefixOf(address, query);
  const below = (seq: number): KeyRange => ({ lt: `${prefix}${seqKey(seq)}`, reverse: true });
  const from = (seq: number): KeyRange => ({ gte: `${prefix}${seqKey(seq)}` });

  if (around !== undefined) {
    const half = Math.floor(limit / 2);
    const [older, newer] = await Promise.all([read(below(around), half + 1), read(from(around), limit - half + 1)]);
    const items = [...older.slice(0, half).toReversed(), ...newer.slice(0, limit - half)];
    return page(items, head, older.length > half, newer.length > limit - half);
  }
  if (after !== undefined) {
    const [newer, older] = await Promise.all([read(from(after + 1), limit + 1), read(below(after + 1), 1)]);
    return page(newer.slice(0, limit), head, older.length > 0, newer.length > limit);
  }
  const [older, newer] = await Promise.all([
    read(before === undefined ? { reverse: true } : below(before), limit + 1),
    before === undefined ? [] : read(from(before), 1),
  ]);
  return page(older.slice(0, limit).toReversed(), head, older.length > limit, newer.length > 0);
}

/** What was appended since the head was read is in the page as well. */
function page(items: readonly LogEntry[], head: number, hasBefore: boolean, hasAfter: boolean): Omit<LogPage, 'may'> {
  return { items, head: Math.max(head, items.at(-1)?.seq ?? 0), hasBefore, hasAfter };
}

function prefixOf(address: LogAddress, { thread, isPinned }: LogQuery): string {
  if (thread !== undefined) return threadPrefix(address, thread);
  return isPinned === true ? pinsPrefix(address) : entriesPrefix(address);
}

async function readEntries(
  store: Store,
  address: LogAddress,
  query: LogQuery,
  range: KeyRange,
  limit: number,
): Promise<LogEntry[]> {
  const prefix = prefixOf(address, query);
  const isRow = query.thread === undefined && query.isPinned !== true;
  const found: (readonly [key: string, value: Uint8Array])[] = [];
  for await (const pair of store.range({ prefix, ...range, limit })) found.push(pair);
  const read = async ([key, value]: (typeof found)[number]): Promise<LogEntry> => {
    const row = isRow ? decodeLogRow(value) : await readSeq(store, address, Number(key.slice(prefix.length)));
    if (row === undefined) throw new ConcordError('damaged');
    return row.entry;
  };
  return await Promise.all(found.map(read));
}
