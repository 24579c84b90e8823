import { logName, type LogEntry, type Operation, type RecordAddress } from '@concord/protocol';
import { jsonEqual, type Fields } from '@concord/schema';
import type { EventDraft } from '../feed/feed.ts';

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

/** The event of an entry of a log of that record. */
export function entryEvent(
  { collection, record }: RecordAddress,
  { log, before, after, actor }: EntryEvent,
  timestamp: string,
): EventDraft {
  const operation = operationOn(before, after);
  // What was deleted is not told once more.
  const changed = operation === 'delete' ? [] : changedKeys(before, after);
  return {
    type: `${logName(collection, log)}.${operation}`,
    timestamp,
    collection,
    record,
    log,
    seq: after.seq,
    version: after.version,
    changed,
    previous: before === undefined ? {} : valuesOf(before, changed),
    actors: [actor],
    data: after as unknown as NonNullable<EventDraft['data']>,
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
