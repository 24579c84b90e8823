import { logName, type Operation, type RecordView } from '@concord/protocol';
import type { CollectionSchema, Filter } from '@concord/schema';
import type { Facts } from '../access/access.ts';
import type { Projection } from '../access/projection.ts';
import { factsOf, viewOf, type RecordRow } from '../records/record-row.ts';
import type { Beyond, LookBeyond } from './beyond.ts';
import type { Placed, StoredEvent } from './feed.ts';
import { judgeEntry, type LogSelection } from './log-selection.ts';
import { factsAround, isSeenThrough, operationOf, touches, viewBefore, viewIn } from './seen-event.ts';
import { blindSight, narrowed, sightOf, type Match, type Sight } from './sight.ts';

export interface CollectionSelection {
  readonly schema: CollectionSchema;
  /** All that the reader may see of any of its records. */
  readonly widest: Projection;
  /** What it may see of one; absent where that is the same for all. */
  readonly see?: (facts: Facts) => Projection | undefined;
  /** All of them when absent. */
  readonly operations?: ReadonlySet<Operation>;
  readonly filter?: Filter;
}

export interface SelectionOptions {
  /** By name: what is asked for of what the reader may read (F5). */
  readonly collections: ReadonlyMap<string, CollectionSelection>;
  /** By name, `rooms.messages`: the same of logs. */
  readonly logs: ReadonlyMap<string, LogSelection>;
  /** It did not name the collections that it wants: it gets all that it may read. */
  readonly isUnnamed: boolean;
  /** There are collections or logs that the reader may not read, and it did not name those it wants. */
  readonly limitedAccess: boolean;
  readonly record?: string;
  /** The same for equal selections; part of the ETag. */
  readonly name: string;
}

/** Which events of an account one reader gets, and how it sees them. */
export interface Selection {
  readonly name: string;
  /** What is asked for of each collection. */
  readonly collections: ReadonlyMap<string, CollectionSelection>;
  /** What is asked for of each log, by `rooms.messages`. */
  readonly logs: ReadonlyMap<string, LogSelection>;
  /** Whatever there is for the reader: nothing narrows it down. */
  readonly isEverything: boolean;
  /** The one record that is asked for. */
  readonly record: string | undefined;
  /**
   * Whether compaction may have taken events that would have told this reader something (F4). One who reads
   * all of its collections, or one record of them, is told enough by the latest event of each record, and of each entry.
   */
  readonly limited: boolean;
  /**
   * How the reader gets the event, if it does; `unknown` when the event alone does not tell. `late` says that it is read
   * later than it happened: then who may see less of the record by now gets less (F5).
   */
  judge(event: StoredEvent, late?: 'late'): Sight | 'unknown' | undefined;
  /** The answer with what is to be found out beyond the event. */
  judgeBy(event: StoredEvent, beyond: Beyond, late?: 'late'): Sight | undefined;
}

export function createSelection({ collections, logs, isUnnamed, limitedAccess, record, name }: SelectionOptions): Selection {
  let limited = limitedAccess;
  for (const { operations, filter, widest, see } of collections.values())
    limited ||= operations !== undefined || filter !== undefined || see !== undefined || !widest.hasAllFields;
  for (const { operations } of logs.values()) limited ||= operations !== undefined;

  function judgeWith(event: StoredEvent, beyond: Beyond | undefined, late: 'late' | undefined): Sight | 'unknown' | undefined {
    if (record !== undefined && event.record !== record) return undefined;
    if (event.log !== undefined) return judgeEntry(logs.get(logName(event.collection, event.log)), event, beyond);
    const selection = collections.get(event.collection);
    if (selection === undefined) return undefined;
    const access = accessSight(selection, event);
    if (access === undefined) return undefined;
    const dependsOnNow = late !== undefined && selection.see !== undefined && !access.isBlind;
    if (dependsOnNow && beyond === undefined) return 'unknown';
    const seen = dependsOnNow ? sightByNow(selection, event, access, beyond?.row) : access;
    const sight = seen && selection.filter !== undefined ? filterSight(selection.filter, access, seen, event, beyond) : seen;
    if (sight === undefined || sight === 'unknown') return sight;
    return isAskedFor(sight, event, selection.operations) && isSeenThrough(event, sight) ? sight : undefined;
  }

  return {
    name,
    collections,
    logs,
    isEverything: isUnnamed && record === undefined && [...collections.values()].every(({ filter }) => filter === undefined),
    record,
    limited,
    judge: (event, late) => judgeWith(event, undefined, late),
    judgeBy(event, beyond, late) {
      const judged = judgeWith(event, beyond, late);
      return judged === 'unknown' ? undefined : judged;
    },
  };
}

/** The sight as somebody has it who may see by now what the record is now. */
function sightByNow(
  selection: CollectionSelection,
  event: StoredEvent,
  sight: Sight,
  row: RecordRow | undefined,
): Sight | undefined {
  if (selection.see === undefined) return sight;
  // Of what was purged only that is left: that it is gone, without a word on what it was.
  if (row === undefined || row.purged) return operationOf(event) === 'delete' && event.data === undefined ? sight : undefined;
  return narrowed(sight, selection.see(factsOf(row, selection.schema)));
}

/** What the reader may see; where policies decide on that, with what it means for the record to be among what it may. */
function accessSight({ schema: collection, widest, see }: CollectionSelection, event: StoredEvent): Sight | undefined {
  if (see === undefined) return sightOf({ collection, projection: widest, before: widest });
  const operation = operationOf(event);
  const { before, after } = factsAround(event, collection);
  // A purge leaves no word on what the record was. That it is gone is heard by all who could have held it.
  if (after === undefined) return sightOf({ collection, projection: widest, before: widest, match: 'leave' });
  const is = see(after);
  if (operation === 'create') return is && sightOf({ collection, projection: is, before: undefined, match: 'enter' });
  const was = before === undefined || before === after ? is : see(before);
  if (is === undefined) return was && blindSight(collection, was);
  const match: Match = operation === 'delete' ? 'leave' : was === undefined ? 'enter' : 'stay';
  return sightOf({ collection, projection: is, before: was, match });
}

/**
 * The same for who asked for what matches a filter, by what it may see: `access` of it then, `seen` by now. What the record
 * was cannot be told any more where its event before that was compacted: then it counts as come, or gone, with this
 * event, which does no harm to who keeps to that.
 */
function filterSight(
  filter: Filter,
  access: Sight,
  seen: Sight,
  event: StoredEvent,
  beyond: Beyond | undefined,
): Sight | 'unknown' | undefined {
  // Nothing follows from it but that its reader may not see the record any more.
  if (seen.isBlind) return seen;
  const { collection, projection, before } = seen;
  const operation = operationOf(event);
  const row = beyond?.row;
  const view = viewIn(event, projection) ?? (row === undefined || row.purged ? undefined : viewOf(row, projection));
  const isNew = operation === 'create' || before === undefined;
  const was = isNew ? false : matchedBefore(filter, before.and(projection), projection, event, view, beyond);
  if ((was === 'unknown' || view === undefined) && beyond === undefined) return 'unknown';
  const leaves = sightOf({ collection, projection, before, match: 'leave' });
  // Of a purged record nobody can say whether it matched: who held it must hear that it is gone.
  if (view === undefined) return operation === 'delete' ? leaves : undefined;
  if (operation !== 'delete' && filter.matches(view))
    return sightOf({ collection, projection, before, match: was === true ? 'stay' : 'enter' });
  // By what it may not see from now on, nothing matches any more.
  const isLost = [...filter.fields].some((name) => access.before?.fields.has(name) && !access.projection.fields.has(name));
  return was === false && !isLost ? undefined : leaves;
}

/** Whether the record matched before the event, as far as that can be told. `after` is what it is behind it. */
function matchedBefore(
  filter: Filter,
  before: Projection,
  now: Projection,
  event: StoredEvent,
  after: RecordView | undefined,
  beyond: Beyond | undefined,
): boolean | 'unknown' {
  // What it did not see before is new to it, too.
  const isSame =
    !touches(event, before, filter.fields) &&
    ![...filter.fields].some((name) => now.fields.has(name) && !before.fields.has(name));
  const view = isSame ? after : (viewBefore(event, before, filter.fields) ?? (beyond?.prior && viewIn(beyond.prior, before)));
  return view === undefined ? 'unknown' : filter.matches(view);
}

/** To who follows only what comes or what goes, entering and leaving is that. */
function isAskedFor({ match }: Sight, event: StoredEvent, operations: ReadonlySet<Operation> | undefined): boolean {
  if (operations === undefined || operations.has(operationOf(event))) return true;
  return (match === 'enter' && operations.has('create')) || (match === 'leave' && operations.has('delete'));
}

/** Decides on an event that is read later than it happened. */
export async function judgeLate(
  selection: Selection,
  account: string,
  { event }: Placed,
  lookBeyond: LookBeyond,
): Promise<Sight | undefined> {
  const judged = selection.judge(event, 'late');
  if (judged !== 'unknown') return judged;
  return selection.judgeBy(event, await lookBeyond(account, event), 'late');
}
