import type { LogEntry, Operation } from '@concord/protocol';
import { jsonEqual, type CollectionSchema, type Fields } from '@concord/schema';
import { decidesByRecord } from '../access/access.ts';
import type { EventDraft } from '../feed/feed.ts';
import { factsOf, type RecordRow } from './record-row.ts';

/** One change of an entry of a log. */
export interface EntryEvent {
  readonly log: string;
  /** Undefined of one that is new. */
  readonly before: LogEntry | undefined;
  readonly after: LogEntry;
  readonly actor: string;
}

/** What stays as it is, or changes with everything else. */
const unlisted: ReadonlySet<string> = new Set<keyof LogEntry>(['id', 'seq', 'version', 'author', 'authorName', 'at', 'editedAt']);

/** The event of an entry of a log of that record. Policies are asked about the record as it is then. */
export function entryEvent(
  collection: CollectionSchema,
  row: RecordRow,
  { log, before, after, actor }: EntryEvent,
  timestamp: string,
): EventDraft {
  const operation = operationOn(before, after);
  const { id: record, ...facts } = factsOf(row, collection);
  // What was deleted is not told once more.
  const changed = operation === 'delete' ? [] : changedKeys(before, after);
  return {
    type: `${collection.name}.${log}.${operation}`,
    timestamp,
    collection: collection.name,
    record,
    log,
    seq: after.seq,
    version: after.version,
    changed,
    previous: before === undefined ? {} : valuesOf(before, changed),
    actors: [actor],
    data: after as unknown as NonNullable<EventDraft['data']>,
    ...(decidesByRecord(collection) ? { decisive: { after: facts } } : {}),
  };
}

function operationOn(before: LogEntry | undefined, after: LogEntry): Operation {
  if (before === undefined) return 'create';
  return before.deletedAt === undefined && after.deletedAt !== undefined ? 'delete' : 'update';
}

function changedKeys(before: Partial<LogEntry> = {}, after: LogEntry): readonly string[] {
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]) as Set<keyof LogEntry>;
  return [...keys].filter((key) => !unlisted.has(key) && !jsonEqual(before[key] ?? null, after[key] ?? null));
}

/** Reactions are left out: they may be many, and say little. */
function valuesOf(entry: LogEntry, keys: readonly string[]): Fields {
  const values = entry as unknown as Fields;
  return Object.fromEntries(keys.filter((key) => key !== 'reactions').map((key) => [key, values[key] ?? null]));
}
