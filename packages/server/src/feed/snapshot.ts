import type { RecordView } from '@concord/protocol';
import { factsOf, viewOf, type RecordRow } from '../records/record-row.ts';
import type { ReadRow } from './beyond.ts';
import type { Reader } from './resume.ts';

/** A record as its reader may see it, when it begins. */
export interface SnapshotItem {
  readonly collection: string;
  readonly data: RecordView;
}

/** Reads up to `limit` rows of a collection in the order of their ids, those of deleted records, too. */
export type ReadRows = (
  account: string,
  collection: string,
  after: string | undefined,
  limit: number,
) => AsyncIterable<RecordRow>;

/** How far a snapshot has been read: everything up to that record of that collection. */
export interface SnapshotPlace {
  readonly collection: string;
  readonly record: string;
}

/** Part of a snapshot. */
export interface SnapshotPage {
  readonly items: readonly SnapshotItem[];
  /** Where to go on; undefined when this was the last. */
  readonly next: SnapshotPlace | undefined;
  /** Of what was read, whether it was for the reader or not: how new it was. */
  readonly read: readonly { readonly place: SnapshotPlace; readonly lastEvent: number }[];
}

/** How the records are read that snapshots are of. */
export interface SnapshotRows {
  readonly readRow: ReadRow;
  readonly readRows: ReadRows;
}

/**
 * The records that match what `reader` has asked for, page by page. Each is as it was when it was read. So whoever begins
 * with the feed's head as it was before the first page misses nothing; of what happened meanwhile, some is in it already.
 */
export async function readSnapshotPage(
  { readRow, readRows }: SnapshotRows,
  { account, selection }: Reader,
  after: SnapshotPlace | undefined,
  limit: number,
): Promise<SnapshotPage> {
  const items: SnapshotItem[] = [];
  const read: { readonly place: SnapshotPlace; readonly lastEvent: number }[] = [];
  const rowsOf = (collection: string, from: string | undefined): AsyncIterable<RecordRow> =>
    selection.record === undefined
      ? readRows(account, collection, from, limit - read.length)
      : onlyRow(readRow(account, collection, selection.record));
  // In one order, whatever the order in which they were asked for.
  const isLeft = (name: string): boolean =>
    after === undefined || name > after.collection || (name === after.collection && selection.record === undefined);
  const names = [...selection.collections.keys()].toSorted().filter(isLeft);
  for (const collection of names) {
    const from = collection === after?.collection ? after.record : undefined;
    for await (const row of rowsOf(collection, from)) {
      const place = { collection, record: row.view.id };
      read.push({ place, lastEvent: row.lastEvent });
      const data = seenBy({ account, selection }, collection, row);
      if (data !== undefined) items.push({ collection, data });
    }
    if (read.length >= limit) return { items, next: read.at(-1)?.place, read };
  }
  return { items, next: undefined, read };
}

async function* onlyRow(row: Promise<RecordRow | undefined>): AsyncIterable<RecordRow> {
  const found = await row;
  if (found !== undefined) yield found;
}

function seenBy(
  { selection }: Pick<Reader, 'account' | 'selection'>,
  collection: string,
  row: RecordRow,
): RecordView | undefined {
  const { schema, widest, see, filter } = selection.collections.get(collection) ?? {};
  if (schema === undefined || row.deleted !== undefined) return undefined;
  const projection = see === undefined ? widest : see(factsOf(row, schema));
  const view = projection && viewOf(row, projection);
  return view === undefined || filter?.matches(view) === false ? undefined : view;
}
