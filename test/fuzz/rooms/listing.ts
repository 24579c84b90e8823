import { isDeepStrictEqual } from 'node:util';
import { entryOf, type FeedEvent, type LogEntry, type LogPage } from '@concord/protocol';
import { readAll } from '../../kit/feed-readers.ts';
import type { Reachable } from '../../kit/requests.ts';
import type { TestUser } from '../../kit/tokens.ts';
import { withThreads } from './watchers.ts';

type Server = Pick<Reachable, 'url' | 'fetch' | 'json'>;

/** All entries, page by page from the first on. */
export async function listForward(server: Server, path: string, as: TestUser, limit: number): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  for (;;) {
    const query = `limit=${limit}&after=${entries.at(-1)?.seq ?? 0}`;
    const { items, hasAfter } = await server.json<LogPage>('GET', `${path}?${query}`, undefined, as);
    entries.push(...items);
    if (!hasAfter) return entries;
  }
}

/** All entries, page by page from the last back. */
export async function listBackward(server: Server, path: string, as: TestUser, limit: number): Promise<readonly LogEntry[]> {
  let entries: readonly LogEntry[] = [];
  for (;;) {
    const before = entries[0] === undefined ? '' : `&before=${entries[0].seq}`;
    const { items, hasBefore } = await server.json<LogPage>('GET', `${path}?limit=${limit}${before}`, undefined, as);
    entries = [...items, ...entries];
    if (!hasBefore) return entries;
  }
}

/** All that the feed has told of a log from its beginning. */
export async function readHistory(server: Server, log: string, as: TestUser): Promise<readonly FeedEvent[]> {
  return await readAll(server, '0', { as, query: `collections=${log}` });
}

/** The entries that a history comes to. Throws where it has a gap, or tells something twice. */
export function replay(history: readonly FeedEvent[]): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  for (const event of history) {
    const entry = entryOf(event);
    if (entry === undefined) throw new Error(`${event.type} says nothing.`);
    const before = entries[entry.seq - 1];
    if (before === undefined && entry.seq !== entries.length + 1) throw new Error(`${entry.id} is told of out of turn.`);
    if (entry.version !== (before?.version ?? 0) + 1)
      throw new Error(`${entry.id} goes from ${before?.version} to ${entry.version}.`);
    entries[entry.seq - 1] = entry;
  }
  return withThreads(entries);
}

/** Where what somebody sees is not what there is. A segment's document does not count reactions in versions. */
export function differences(seen: readonly LogEntry[], entries: readonly LogEntry[]): readonly string[] {
  const length = Math.max(seen.length, entries.length);
  return Array.from({ length }, (_, index) => [seen[index], entries[index]] as const)
    .filter(([one, other]) => !isDeepStrictEqual({ ...one, version: 0 }, { ...other, version: 0 }))
    .map(([one, other]) => `${JSON.stringify(one)} in place of ${JSON.stringify(other)}`);
}
