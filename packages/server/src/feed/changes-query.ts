import { ConcordError, isName } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { Reader, Since } from './resume.ts';
import { parseSelection, type ReadingRules, type SelectionRequest } from './selection-request.ts';
import type { SnapshotPlace } from './snapshot.ts';

export type Transport = 'poll' | 'longpoll' | 'sse';

/** What somebody wants to be told of, and from where on, checked; on whatever transport. */
export interface FeedRequest {
  readonly reader: Reader;
  readonly since: Since;
  /** Whether it is given the records that there are where it does not go on from a cursor. */
  readonly snapshot: boolean;
}

/** A request for changes by HTTP, checked. */
export interface ChangesQuery extends FeedRequest {
  readonly transport: Transport;
  readonly asked: SelectionRequest;
  /** Of a poll: the place in the snapshot behind which this page of it begins. */
  readonly after?: SnapshotPlace;
  /** Of a long poll. */
  readonly timeoutMs: number;
  readonly limit: number;
}

/** What of a request is looked at. Parameters as the framework parsed them: a list where one is repeated. */
export interface ChangesRequest {
  readonly query: { readonly [name: string]: unknown };
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
}

const parameters: ReadonlySet<string> = new Set([
  'since',
  'last-event-id',
  'feed',
  'timeout',
  'limit',
  'collections',
  'record',
  'filter',
  'include',
  'page',
  'token',
]);

export const defaultTimeoutMs = 25_000;
export const maxTimeoutMs = 55_000;
export const defaultLimit = 100;
export const maxLimit = 1000;

/**
 * Understands a request for changes, or says by name which parameter is at fault (a misspelled `filter`
 * must not answer with everything): `bad_request`,
 * `invalid_name`, `invalid_filter`, or `not_found` for a collection that is not there or that the
 * principal may not read: the same answer.
 */
export function parseChangesQuery(
  { query, headers }: ChangesRequest,
  principal: Principal,
  { schema, access }: ReadingRules,
): ChangesQuery {
  for (const name of Object.keys(query)) {
    if (!parameters.has(name))
      throw new ConcordError('bad_request', {
        message: `There is no such parameter here; there are: ${[...parameters].join(', ')}.`,
      });
  }
  const transport = parseTransport(single(query, 'feed'), headers['accept']);
  const page = single(query, 'page');
  const asked = { collections: repeated(query, 'collections'), record: single(query, 'record'), filter: single(query, 'filter') };
  const snapshot = parseInclude(single(query, 'include'));
  return {
    transport,
    asked,
    reader: readerFor(asked, principal, { schema, access }),
    snapshot,
    ...(page === undefined
      ? { since: parseSince(query, headers['last-event-id'], transport) }
      : parseSnapshotPage(page, snapshot && transport === 'poll')),
    timeoutMs: parseNumber(query, 'timeout', { fallback: defaultTimeoutMs, min: 0, max: maxTimeoutMs }),
    limit: parseNumber(query, 'limit', { fallback: defaultLimit, min: 1, max: maxLimit }),
  };
}

/** Who reads what. Throws as {@link parseChangesQuery} does. */
export function readerFor(asked: SelectionRequest, principal: Principal, rules: ReadingRules): Reader {
  const { account, only } = principal;
  if (only !== undefined && (asked.record ?? only.record) !== only.record)
    throw new ConcordError('not_found', { field: 'record' });
  const within = only === undefined ? asked : { ...asked, record: only.record };
  return { account, digest: rules.access.digest(principal), selection: parseSelection(within, principal, rules) };
}

/** Whether `snapshot` is included. */
export function parseInclude(include: string | undefined): boolean {
  if (include === undefined || include === '') return false;
  if (include === 'snapshot') return true;
  throw new ConcordError('bad_request', { field: 'include', message: 'What can be included is: snapshot.' });
}

/** Where the next page of a snapshot begins: the feed's place with which it began, and what it goes on behind. */
export function formatSnapshotPage(cursor: string, { collection, record, entry }: SnapshotPlace): string {
  return [cursor, collection, record, ...(entry === undefined ? [] : [entry.log, entry.seq])].join('.');
}

function parseSnapshotPage(page: string, isAllowed: boolean): { readonly since: Since; readonly after: SnapshotPlace } {
  const [cursor = '', collection, record, ...rest] = page.split('.');
  if (isAllowed && isName('collection', collection) && isName('record', record)) {
    if (rest.length === 0) return { since: { cursor }, after: { collection, record } };
    const [log, seq = '', ...more] = rest;
    if (more.length === 0 && isName('field', log) && /^[0-9]{1,12}$/.test(seq))
      return { since: { cursor }, after: { collection, record, entry: { log, seq: Number(seq) } } };
  }
  throw new ConcordError('bad_request', {
    field: 'page',
    message: 'A page is the `nextPage` of an answer to a poll with include=snapshot.',
  });
}

function parseTransport(feed: string | undefined, accept: string | readonly string[] | undefined): Transport {
  if (feed === undefined)
    return String(accept ?? '')
      .toLowerCase()
      .includes('text/event-stream')
      ? 'sse'
      : 'poll';
  if (feed === 'poll' || feed === 'longpoll' || feed === 'sse') return feed;
  throw new ConcordError('bad_request', { field: 'feed', message: 'The feed is one of poll, longpoll and sse.' });
}

/**
 * `Last-Event-ID`, then `last-event-id`, go before `since`: a browser that reconnects sends the address it
 * was first given again. Who asks for no place gets all there is; a new stream begins now.
 */
function parseSince(query: ChangesRequest['query'], header: string | readonly string[] | undefined, transport: Transport): Since {
  const text = (typeof header === 'string' && header) || single(query, 'last-event-id') || single(query, 'since');
  return text ? parseSinceText(text) : transport === 'sse' ? 'now' : 'beginning';
}

export function parseSinceText(text: string): Since {
  if (text === '0') return 'beginning';
  return text === 'now' ? 'now' : { cursor: text };
}

function parseNumber(
  query: ChangesRequest['query'],
  name: string,
  range: { fallback: number; min: number; max: number },
): number {
  const text = single(query, name);
  if (text === undefined) return range.fallback;
  const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  throw new ConcordError('bad_request', { field: name, message: `${name} is a whole number from ${range.min} to ${range.max}.` });
}

function single(query: ChangesRequest['query'], name: string): string | undefined {
  const [text, ...more] = repeated(query, name);
  if (more.length > 0) throw new ConcordError('bad_request', { field: name, message: `${name} may be given once.` });
  return text;
}

function repeated(query: ChangesRequest['query'], name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
}
