import type { Operation } from '@concord/protocol';
import type { CollectionSchema, Filter } from '@concord/schema';
import type { Facts } from '../access/access.ts';
import type { Projection } from '../access/projection.ts';
import { factsOf, viewOf, type RecordRow } from '../records/record-row.ts';
import type { Beyond, LookBeyond } from './beyond.ts';
import type { Placed, StoredEvent } from './feed.ts';
import { factsAround, isSeenThrough, operationOf, viewBefore, viewIn } from './seen-event.ts';
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
  /** There are collections that the reader may not read, and it did not name those it wants. */
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
  /** The one record that is asked for. */
  readonly record: string | undefined;
  /**
   * Whether compaction may have taken events that would have told this reader something (F4). One who reads
   * all of its collections, or one record of them, is told enough by the latest event of each record.
   */
  readonly limited: boolean;
  /** How the reader gets the event, if it does; `unknown` when the event alone does not tell. */
  judge(event: StoredEvent): Sight | 'unknown' | undefined;
  /** The answer with what is to be found out beyond the event. */
  judgeBy(event: StoredEvent, beyond: Beyond): Sight | undefined;
  /** Whether what the reader may see depends on the record: then what is read later than it happened is {@link Selection.narrow}ed. */
  dependsOnRecord(event: StoredEvent): boolean;
  /** The sight as somebody has it who may see by now what the record is now. */
  narrow(event: StoredEvent, sight: Sight, row: RecordRow | undefined): Sight | undefined;
}

export function createSelection({ collections, limitedAccess, record, name }: SelectionOptions): Selection {
  let limited = limitedAccess;
  for (const { operations, filter, widest, see } of collections.values())
    limited ||= operations !== undefined || filter !== undefined || see !== undefined || !widest.isWhole;

  function judgeWith(event: StoredEvent, beyond: Beyond | undefined): Sight | 'unknown' | undefined {
    if (record !== undefined && event.record !== record) return undefined;
    const selection = collections.get(event.collection);
    const access = selection && accessSight(selection, event);
    const sight = access && selection.filter !== undefined ? filterSight(selection.filter, access, event, beyond) : access;
    if (sight === undefined || sight === 'unknown') return sight;
    return isAskedFor(sight, event, selection?.operations) && isSeenThrough(event, sight) ? sight : undefined;
  }

  return {
    name,
    collections,
    record,
    limited,
    judge: (event) => judgeWith(event, undefined),
    judgeBy(event, beyond) {
      const judged = judgeWith(event, beyond);
      return judged === 'unknown' ? undefined : judged;
    },
    dependsOnRecord: ({ collection }) => collections.get(collection)?.see !== undefined,
    narrow(event, sight, row) {
      const { schema, see } = collections.get(event.collection) ?? {};
      if (schema === undefined || see === undefined) return sight;
      // Of what was purged only that is left: the event without a word on it.
      if (row === undefined || row.purged) return event.data === undefined ? sight : undefined;
      return narrowed(sight, see(factsOf(row, schema)));
    },
  };
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
 * The same for who asked for what matches a filter. What the record was cannot be told any more where its event before
 * that was compacted: then it counts as come, or gone, with this event, which does no harm to who keeps to that.
 */
function filterSight(
  filter: Filter,
  access: Sight,
  event: StoredEvent,
  beyond: Beyond | undefined,
): Sight | 'unknown' | undefined {
  const { collection, projection, before, isBlind } = access;
  const operation = operationOf(event);
  const was = operation !== 'update' || before === undefined ? false : matchedBefore(filter, before, event, beyond);
  if (was === 'unknown' && beyond === undefined) return 'unknown';
  if (isBlind) return was === false ? undefined : access;
  const row = beyond?.row;
  const view = viewIn(event, projection) ?? (row === undefined || row.purged ? undefined : viewOf(row, projection));
  if (view === undefined) {
    if (beyond === undefined) return 'unknown';
    // Of a purged record nobody can say whether it matched: who held it must hear that it is gone.
    return operation === 'delete' ? sightOf({ collection, projection, before, match: 'leave' }) : undefined;
  }
  const is = filter.matches(view);
  if (operation === 'delete') return is ? sightOf({ collection, projection, before, match: 'leave' }) : undefined;
  if (!is) return was === false ? undefined : sightOf({ collection, projection, before, match: 'leave' });
  return sightOf({ collection, projection, before, match: was === true ? 'stay' : 'enter' });
}

/** Whether the record matched before the event, as far as that can be told. */
function matchedBefore(filter: Filter, before: Projection, event: StoredEvent, beyond: Beyond | undefined): boolean | 'unknown' {
  const view = viewBefore(event, before, filter.fields) ?? (beyond?.prior && viewIn(beyond.prior, before));
  return view === undefined ? 'unknown' : filter.matches(view);
}

/** To who follows only what comes or what goes, entering and leaving is that. */
function isAskedFor({ match }: Sight, event: StoredEvent, operations: ReadonlySet<Operation> | undefined): boolean {
  if (operations === undefined || operations.has(operationOf(event))) return true;
  return (match === 'enter' && operations.has('create')) || (match === 'leave' && operations.has('delete'));
}

/** Decides on an event that is read later than it happened: who may not see the record by now does not get what it was (F5). */
export async function judgeLate(
  selection: Selection,
  account: string,
  { event }: Placed,
  lookBeyond: LookBeyond,
): Promise<Sight | undefined> {
  const judged = selection.judge(event);
  const depends = judged !== undefined && selection.dependsOnRecord(event);
  if (judged !== 'unknown' && !depends) return judged;
  const beyond = await lookBeyond(account, event);
  const sight = judged === 'unknown' ? selection.judgeBy(event, beyond) : judged;
  return sight === undefined || !depends ? sight : selection.narrow(event, sight, beyond.row);
}
