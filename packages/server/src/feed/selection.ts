import type { Operation } from '@concord/protocol';
import type { CollectionSchema, Filter } from '@concord/schema';
import type { Facts } from '../access/access.ts';
import type { Projection } from '../access/projection.ts';
import { factsOf, viewOf, type RecordRow } from '../records/record-row.ts';
import type { Placed, StoredEvent } from './feed.ts';
import { factsAround, isSeenThrough, operationOf, viewIn } from './seen-event.ts';
import { narrowed, sightOf, type Sight } from './sight.ts';

/** Reads a record as it is now, a deleted one, too; undefined when there is nothing. */
export type ReadRow = (account: string, collection: string, record: string) => Promise<RecordRow | undefined>;

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
  /**
   * Whether compaction may have taken events that would have told this reader something (F4). One who reads
   * all of its collections, or one record of them, is told enough by the latest event of each record.
   */
  readonly limited: boolean;
  /**
   * How the reader gets the event, if it does; `unknown` when that takes the record as it is now. `late` says that the event
   * is read later than it happened: then who may see less of the record by now gets less (F5).
   */
  judge(event: StoredEvent, late?: 'late'): Sight | 'unknown' | undefined;
  /** The answer where it takes the record as it is now. */
  judgeBy(event: StoredEvent, row: RecordRow | undefined): Sight | undefined;
}

export function createSelection({ collections, limitedAccess, record, name }: SelectionOptions): Selection {
  let limited = limitedAccess;
  for (const { operations, filter, widest, see } of collections.values())
    limited ||= operations !== undefined || filter !== undefined || see !== undefined || !widest.isWhole;

  /** Before the filter. */
  function sightThat({ operations, schema, widest, see }: CollectionSelection, event: StoredEvent): Sight | undefined {
    const sight = see === undefined ? sightOf(schema, widest, widest) : sightByRecord(schema, widest, see, event);
    if (sight === undefined || !isSeenThrough(event, sight)) return undefined;
    if (operations === undefined || operations.has(operationOf(event))) return sight;
    // To who follows only what comes or goes, this does.
    const does = sight.match === 'enter' ? 'create' : 'delete';
    return sight.match !== undefined && operations.has(does) ? sight : undefined;
  }

  function selected(event: StoredEvent): CollectionSelection | undefined {
    return record !== undefined && event.record !== record ? undefined : collections.get(event.collection);
  }

  return {
    name,
    limited,
    judge(event, late) {
      const selection = selected(event);
      const sight = selection && sightThat(selection, event);
      if (sight === undefined || sight.match === 'leave') return sight;
      return late !== undefined && selection?.see !== undefined ? 'unknown' : wantedOf(selection, event, sight);
    },
    judgeBy(event, row) {
      const selection = selected(event);
      const seen = selection && sightThat(selection, event);
      // By what the reader may not see any more, it asks for nothing either.
      const sight = seen && sightByNow(selection, event, seen, row);
      const wanted = sight && wantedOf(selection, event, sight);
      if (wanted !== 'unknown') return wanted;
      // Of a purged record nobody can say whether it matched: who held it must hear that it is gone.
      if (row === undefined || row.purged) return operationOf(event) === 'delete' ? sight : undefined;
      return sight !== undefined && selection?.filter?.matches(viewOf(row, sight.projection)) === true ? sight : undefined;
    },
  };
}

/** Whether the event is what the reader filters for, as it sees it; `unknown` where that is not in the event. */
function wantedOf(selection: CollectionSelection | undefined, event: StoredEvent, sight: Sight): Sight | 'unknown' | undefined {
  if (selection?.filter === undefined || sight.match === 'leave') return sight;
  const view = viewIn(event, sight.projection);
  if (view === undefined) return 'unknown';
  return selection.filter.matches(view) ? sight : undefined;
}

/** The sight as somebody has it who may see by now what the record is now. */
function sightByNow(
  selection: CollectionSelection | undefined,
  event: StoredEvent,
  sight: Sight,
  row: RecordRow | undefined,
): Sight | undefined {
  if (selection?.see === undefined) return sight;
  // Of what was purged only that is left: that it is gone, without a word on what it was.
  if (row === undefined || row.purged) return operationOf(event) === 'delete' && event.data === undefined ? sight : undefined;
  return narrowed(sight, selection.see(factsOf(row, selection.schema)));
}

function sightByRecord(
  schema: CollectionSchema,
  widest: Projection,
  see: (facts: Facts) => Projection | undefined,
  event: StoredEvent,
): Sight | undefined {
  const { before, after } = factsAround(event, schema);
  // A purge leaves no word on what the record was. That it is gone is heard by all who could have held it.
  if (after === undefined) return sightOf(schema, widest, widest);
  const is = see(after);
  const was = before === undefined || before === after ? is : see(before);
  return sightOf(schema, was, is);
}

/** Decides on an event that is read later than it happened. */
export async function judgeLate(
  selection: Selection,
  account: string,
  { event }: Placed,
  readRow: ReadRow,
): Promise<Sight | undefined> {
  const judged = selection.judge(event, 'late');
  if (judged !== 'unknown') return judged;
  return selection.judgeBy(event, await readRow(account, event.collection, event.record));
}
