import { ConcordError, isName, logName, namePatterns, operations, type Operation } from '@concord/protocol';
import { parseFilter, type Filter, type Schema, type VisibleCollection } from '@concord/schema';
import type { Access, Facts } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Projection } from '../access/projection.ts';
import type { LogSelection } from './log-selection.ts';
import { createSelection, type CollectionSelection, type Selection } from './selection.ts';

/** What a subscriber asks for, on any transport. */
export interface SelectionRequest {
  /** `tickets` or `tickets:create,update`; `rooms.messages` is a log. None: all that the principal may read. */
  readonly collections: readonly string[];
  readonly record: string | undefined;
  readonly filter: string | undefined;
}

/** What is there, and who may read it. */
export interface ReadingRules {
  readonly schema: Schema;
  readonly access: Access;
}

/** A collection, or a log of one, of which the reader may read something. */
interface Readable {
  /** Of the collection. */
  readonly widest: Projection;
  readonly log?: string;
}

type Chosen = ReadonlyMap<string, ReadonlySet<Operation> | null>;

/** Throws `bad_request`, `invalid_name`, `invalid_filter` or `not_found`, with the field at fault. */
export function parseSelection(
  { collections: named, record, filter }: SelectionRequest,
  principal: Principal,
  { schema, access }: ReadingRules,
): Selection {
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
  const readable = readableBy(principal, { schema, access });
  const isUnnamed = named.length === 0;
  const chosen = isUnnamed ? allOf(readable, filter) : parseNames(named, readable);
  const collections = new Map<string, CollectionSelection>();
  const logs = new Map<string, LogSelection>();
  for (const [name, only] of chosen) {
    const { widest, log } = readable.get(name) as Readable;
    const { collection } = widest;
    const depends = access.standing(principal, collection) === 'undecided';
    const operationsOf = only === null ? {} : { operations: only };
    if (log === undefined) {
      const see = (facts: Facts): Projection | undefined => access.projection(principal, collection, facts);
      const filtered = filter === undefined ? {} : { filter: checkFilter(filter, widest) };
      collections.set(name, { schema: collection, widest, ...(depends ? { see } : {}), ...operationsOf, ...filtered });
    } else {
      if (filter !== undefined) {
        const message = 'A filter is about fields of records: entries of a log have none.';
        throw new ConcordError('invalid_filter', { field: 'filter', message });
      }
      const mayRead = (facts: Facts): boolean => access.mayLog(principal, collection, log, 'read', facts);
      logs.set(name, { schema: collection, log, ...(depends ? { mayRead } : {}), ...operationsOf });
    }
  }
  return createSelection({
    collections,
    logs,
    isUnnamed,
    limitedAccess: isUnnamed && readable.size < countOf(schema),
    ...(record === undefined ? {} : { record }),
    name: JSON.stringify([describe(chosen), record, filter]),
  });
}

/** By name, as it is asked for. */
function readableBy(principal: Principal, { schema, access }: ReadingRules): ReadonlyMap<string, Readable> {
  const readable = new Map<string, Readable>();
  for (const [name, collection] of schema.collections) {
    const widest = access.widest(principal, collection);
    if (widest === undefined) continue;
    readable.set(name, { widest });
    for (const log of widest.logs) readable.set(logName(name, log), { widest, log });
  }
  return readable;
}

/** Collections and logs. */
function countOf({ collections }: Schema): number {
  return [...collections.values()].reduce((sum, { logs }) => sum + 1 + logs.size, 0);
}

/** Who has a filter asks for records. */
function allOf(readable: ReadonlyMap<string, Readable>, filter: string | undefined): Chosen {
  const wanted = [...readable].filter(([, { log }]) => filter === undefined || log === undefined);
  return new Map(wanted.map(([name]) => [name, null]));
}

/** The same for the same choice, in whatever order it was made. */
function describe(chosen: Chosen): readonly string[] {
  return [...chosen]
    .map(([name, only]) => (only === null ? name : `${name}:${operations.filter((operation) => only.has(operation)).join(',')}`))
    .toSorted();
}

/** By name: the operations that were asked for, or null for all. */
function parseNames(named: readonly string[], readable: ReadonlyMap<string, unknown>): Chosen {
  const chosen = new Map<string, Set<Operation> | null>();
  for (const text of named) {
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    if (!isCollectionOrLog(name)) {
      throw new ConcordError('bad_request', {
        field: 'collections',
        message: 'Give each collection a parameter of its own: `collections=tickets` or `collections=tickets:create,update`.',
      });
    }
    if (!readable.has(name)) {
      const message = `There is no such ${name.includes('.') ? 'log' : 'collection'}.`;
      throw new ConcordError('not_found', { field: 'collections', message });
    }
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

function isCollectionOrLog(text: string): boolean {
  const [collection, log, ...more] = text.split('.');
  return more.length === 0 && isName('collection', collection) && (log === undefined || isName('field', log));
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
