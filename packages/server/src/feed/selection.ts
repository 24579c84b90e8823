import type { Operation, RecordView } from '@concord/protocol';
import type { Filter } from '@concord/schema';
import type { Placed, StoredEvent } from './feed.ts';

/** Reads a record as it is now, also a deleted one's last state; undefined when there is nothing. */
export type ReadView = (account: string, collection: string, record: string) => Promise<RecordView | undefined>;

export interface CollectionSelection {
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

/** Which events of an account one reader gets. */
export interface Selection {
  readonly name: string;
  /**
   * Whether compaction may have taken events that would have told this reader something (F4). One who reads
   * all of its collections, or one record of them, is told enough by the latest event of each record.
   */
  readonly limited: boolean;
  /** Whether to deliver the event; `unknown` when that takes the record's view. */
  admits(placed: Placed): boolean | 'unknown';
  /** The answer for an event whose data was left out, given the record as it is now. */
  admitsView(placed: Placed, view: RecordView | undefined): boolean;
}

export function createSelection({ collections, limitedAccess, record, name }: SelectionOptions): Selection {
  let limited = limitedAccess;
  for (const { operations, filter } of collections.values()) limited ||= operations !== undefined || filter !== undefined;
  return {
    name,
    limited,
    admits({ event }) {
      const selected = collections.get(event.collection);
      if (selected === undefined || (record !== undefined && event.record !== record)) return false;
      if (selected.operations !== undefined && !selected.operations.has(operationOf(event))) return false;
      if (selected.filter === undefined) return true;
      return event.data === undefined ? 'unknown' : selected.filter.matches(event.data);
    },
    admitsView({ event }, view) {
      const filter = collections.get(event.collection)?.filter;
      // Of a purged record nobody can say whether it matched: who held it must hear that it is gone.
      if (view === undefined) return operationOf(event) === 'delete';
      return filter === undefined || filter.matches(view);
    },
  };
}

/** Decides on an event for good. */
export async function isSelected(selection: Selection, account: string, placed: Placed, view: ReadView): Promise<boolean> {
  const admitted = selection.admits(placed);
  if (admitted !== 'unknown') return admitted;
  return selection.admitsView(placed, await view(account, placed.event.collection, placed.event.record));
}

function operationOf({ type, collection }: StoredEvent): Operation {
  return type.slice(collection.length + 1) as Operation;
}
