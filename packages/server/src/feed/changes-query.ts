import { ConcordError, isName, namePatterns, operations, type Operation } from '@concord/protocol';
import { parseFilter, type Filter, type Schema, type VisibleCollection } from '@concord/schema';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Projection } from '../access/projection.ts';
import type { Reader, Since } from './resume.ts';
import { createSelection, type CollectionSelection, type Selection } from './selection.ts';
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

/** What is there, and who may read it. */
export interface ReadingRules {
  readonly schema: Schema;
  readonly access: Access;
}

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
  const { account } = principal;
  return { account, digest: rules.access.digest(principal), selection: parseSelection(asked, principal, rules) };
}

/** Whether `snapshot` is included. */
export function parseInclude(include: string | undefined): boolean {
  if (include === undefined || include === '') return false;
  if (include === 'snapshot') return true;
  throw new ConcordError('bad_request', { field: 'include', message: 'What can be included is: snapshot.' });
}

/** Where the next page of a snapshot begins: the feed's place with which it began, and the record behind which it goes on. */
export function formatSnapshotPage(cursor: string, { collection, record }: SnapshotPlace): string {
  return `${cursor}.${collection}.${record}`;
}

function parseSnapshotPage(page: string, isAllowed: boolean): { readonly since: Since; readonly after: SnapshotPlace } {
  const [cursor = '', collection, record, ...rest] = page.split('.');
  if (isAllowed && rest.length === 0 && isName('collection', collection) && isName('record', record))
    return { since: { cursor }, after: { collection, record } };
  throw new ConcordError('bad_request', {
    field: 'page',
    message: 'A page is the `nextPage` of an answer to a poll with include=snapshot.',
  });
}

/** What a subscriber asks for, on any transport. */
export interface SelectionRequest {
  /** `tickets` or `tickets:create,update`. None: all that the principal may read. */
  readonly collections: readonly string[];
  readonly record: string | undefined;
  readonly filter: string | undefined;
}

function parseSelection(
  { collections: named, record, filter }: SelectionRequest,
  principal: Principal,
  { schema, access }: ReadingRules,
): Selection {
  const readable = new Map<string, Projection>();
  for (const [name, collection] of schema.collections) {
    const widest = access.widest(principal, collection);
    if (widest !== undefined) readable.set(name, widest);
  }
  const chosen =
    named.length === 0 ? new Map([...readable.keys()].map((name) => [name, null])) : parseCollections(named, readable);
  if (filter !== undefined && named.length === 0 && schema.collections.size !== 1) {
    throw new ConcordError('bad_request', {
      field: 'filter',
      message: 'A filter is about fields of a collection: name it with `collections`.',
    });
  }
  if (record !== undefined && !isName('record', record)) {
    throw new ConcordError('invalid_name', {
      field: 'record',
      message: `This is no record id: it must match ${namePatterns.record.source}`,
    });
  }
  const collections = new Map<string, CollectionSelection>();
  for (const [name, only] of chosen) {
    const widest = readable.get(name) as Projection;
    const { collection } = widest;
    const depends = access.standing(principal, collection) === 'undecided';
    collections.set(name, {
      schema: collection,
      widest,
      ...(depends ? { see: (facts) => access.projection(principal, collection, facts) } : {}),
      ...(only === null ? {} : { operations: only }),
      ...(filter === undefined ? {} : { filter: checkFilter(filter, widest) }),
    });
  }
  return createSelection({
    collections,
    isUnnamed: named.length === 0,
    limitedAccess: named.length === 0 && readable.size < schema.collections.size,
    ...(record === undefined ? {} : { record }),
    name: JSON.stringify([describe(chosen), record, filter]),
  });
}

/** The same for the same choice, in whatever order it was made. */
function describe(chosen: ReadonlyMap<string, ReadonlySet<Operation> | null>): readonly string[] {
  return [...chosen]
    .map(([name, only]) => (only === null ? name : `${name}:${operations.filter((operation) => only.has(operation)).join(',')}`))
    .toSorted();
}

/** By name: the operations that were asked for, or null for all. */
function parseCollections(named: readonly string[], readable: ReadonlyMap<string, unknown>): Map<string, Set<Operation> | null> {
  const chosen = new Map<string, Set<Operation> | null>();
  for (const text of named) {
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    if (!isName('collection', name)) {
      throw new ConcordError('bad_request', {
        field: 'collections',
        message: 'Give each collection a parameter of its own: `collections=tickets` or `collections=tickets:create,update`.',
      });
    }
    if (!readable.has(name))
      throw new ConcordError('not_found', { field: 'collections', message: 'There is no such collection.' });
    const before = chosen.get(name);
    if (colon < 0 || before === null) chosen.set(name, null);
    else
      chosen.set(
        name,
        new Set([
          ...(before ?? []),
          ...text
            .slice(colon + 1)
            .split(',')
            .map(checkOperation),
        ]),
      );
  }
  return chosen;
}

function checkOperation(text: string): Operation {
  const operation = operations.find((known) => known === text);
  if (operation !== undefined) return operation;
  throw new ConcordError('bad_request', {
    field: 'collections',
    message: `Behind the colon stand operations: ${operations.join(', ')}.`,
  });
}

function checkFilter(text: string, collection: VisibleCollection): Filter {
  try {
    return parseFilter(text, collection);
  } catch (error) {
    if (!(error instanceof ConcordError) || error.field !== undefined) throw error;
    throw new ConcordError(error.code, { field: 'filter', message: error.message, cause: error });
  }
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
