import { ConcordError } from '@concord/protocol';
import type { LogQuery } from '../logs/log-reader.ts';
import type { LogSearchQuery } from '../logs/search/log-search.ts';
import { readCount, readFlag, readQuery } from './query.ts';

const places = ['before', 'after', 'around'] as const;

/** Which entries of a log a request asks for. Throws `bad_request`. */
export function readLogQuery(query: unknown): LogQuery {
  const { pinned, limit, thread, ...given } = readQuery(query, ['limit', ...places, 'thread', 'pinned']);
  const asked = places.filter((name) => given[name] !== undefined);
  if (asked.length > 1)
    throw new ConcordError('bad_request', { field: asked[1], message: `Ask for one of ${places.join(', ')}.` });
  const isPinned = readFlag('pinned', pinned);
  if (isPinned && thread !== undefined)
    throw new ConcordError('bad_request', { field: 'pinned', message: 'Ask for a thread, or for what is pinned.' });
  return {
    limit: readCount('limit', limit, { fallback: 50, max: 200 }),
    ...Object.fromEntries(asked.map((name) => [name, readSeq(name, given[name])])),
    ...(thread === undefined ? {} : { thread: readSeq('thread', thread) }),
    isPinned,
  };
}

/** What a request searches for; undefined where it does not search. Throws `bad_request`. */
export function readLogSearch(query: unknown): LogSearchQuery | undefined {
  if (!Object.hasOwn(query as object, 'query')) return undefined;
  const { query: words = '', limit, before } = readQuery(query, ['query', 'limit', 'before']);
  return {
    query: words,
    limit: readCount('limit', limit, { fallback: 50, max: 100 }),
    before: before === undefined ? undefined : readSeq('before', before),
  };
}

/** An entry's number; behind 0 all are. */
function readSeq(name: string, value: string | undefined): number {
  const seq = /^[0-9]{1,12}$/.test(value ?? '') ? Number(value) : -1;
  if (seq < (name === 'after' ? 0 : 1))
    throw new ConcordError('bad_request', { field: name, message: `${name} is the number of an entry.` });
  return seq;
}
