import type { RecordRow } from '../records/record-row.ts';
import type { Feed, StoredEvent } from './feed.ts';

/** What an event itself does not tell. */
export interface Beyond {
  /** The record as it is now, a deleted one, too; undefined where there is none. */
  readonly row: RecordRow | undefined;
  /** The record's event before this one; undefined where there is none any more. */
  readonly prior: StoredEvent | undefined;
}

/** Looks beyond an event of that account. */
export type LookBeyond = (account: string, event: StoredEvent) => Promise<Beyond>;

/** Reads a record as it is now, a deleted one, too; undefined when there is nothing. */
export type ReadRow = (account: string, collection: string, record: string) => Promise<RecordRow | undefined>;

export function createLookBeyond(feed: Feed, readRow: ReadRow): LookBeyond {
  async function priorOf(account: string, prior: number | undefined): Promise<StoredEvent | undefined> {
    if (prior === undefined) return undefined;
    const [placed] = await feed.read(account, prior - 1, 1);
    return placed?.seq === prior ? placed.event : undefined;
  }
  return async (account, { collection, record, prior }) => {
    const [row, before] = await Promise.all([readRow(account, collection, record), priorOf(account, prior)]);
    return { row, prior: before };
  };
}
