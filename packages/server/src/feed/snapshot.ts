import { logName, type RecordView, type SnapshotItem } from '@concord/protocol';
import type { LogAddress } from '../logs/log-address.ts';
import type { LogRow } from '../logs/log-row.ts';
import { factsOf, viewOf, type RecordRow } from '../records/record-row.ts';
import type { ReadRow } from './beyond.ts';
import type { LogSelection } from './log-selection.ts';
import type { Reader } from './resume.ts';
import type { CollectionSelection } from './selection.ts';

/** Reads up to `limit` rows of a collection in the order of their ids, those of deleted records, too. */
export type ReadRows = (
  account: string,
  collection: string,
  after: string | undefined,
  limit: number,
) => AsyncIterable<RecordRow>;

/** Reads up to `limit` entries of a log in their order, deleted ones, too. */
export type ReadEntries = (address: LogAddress, after: number, limit: number) => AsyncIterable<LogRow>;

/**
 * How far a snapshot has been read: everything up to that record of that collection; or up to that record's entry of a log
 * of the collection, 0 standing for none of them.
 */
export interface SnapshotPlace {
  readonly collection: string;
  readonly record: string;
  readonly entry?: { readonly log: string; readonly seq: number };
}

/** Part of a snapshot. */
export interface SnapshotPage {
  readonly items: readonly SnapshotItem[];
  /** Where to go on; undefined when this was the last. */
  readonly next: SnapshotPlace | undefined;
  /** Of what was read, whether it was for the reader or not: how new it was. */
  readonly read: readonly Omit<Step, 'item'>[];
}

/** How the records and entries are read that snapshots are of. */
export interface SnapshotRows {
  readonly readRow: ReadRow;
  readonly readRows: ReadRows;
  readonly readEntries: ReadEntries;
}

/** One row that was read. */
interface Step {
  readonly place: SnapshotPlace;
  readonly lastEvent: number;
  /** Absent where the reader is not shown it. */
  readonly item?: SnapshotItem;
}

/** From where on, and how many at most. */
interface Stretch {
  readonly after: SnapshotPlace | undefined;
  readonly limit: number;
}

/**
 * The records and entries that `reader` has asked for, page by page. Each is as it was when it was read. So whoever begins
 * with the feed's head as it was before the first page misses nothing; of what happened meanwhile, some is in it already.
 */
export async function readSnapshotPage(
  rows: SnapshotRows,
  reader: Reader,
  after: SnapshotPlace | undefined,
  limit: number,
): Promise<SnapshotPage> {
  const { collections, logs } = reader.selection;
  const items: SnapshotItem[] = [];
  const read: Step[] = [];
  const begun = after && sourceOf(after);
  // In one order, whatever the order in which they were asked for.
  for (const source of [...collections.keys(), ...logs.keys()].toSorted()) {
    if (begun !== undefined && source < begun) continue;
    const stretch = { after: source === begun ? after : undefined, limit: limit - read.length };
    for await (const step of stepsOf(rows, reader, source, stretch)) {
      read.push(step);
      if (step.item !== undefined) items.push(step.item);
      if (read.length >= limit) return { items, next: step.place, read };
    }
  }
  return { items, next: undefined, read };
}

/** The collection or log in which it is. */
function sourceOf({ collection, entry }: SnapshotPlace): string {
  return entry === undefined ? collection : logName(collection, entry.log);
}

function stepsOf(rows: SnapshotRows, reader: Reader, source: string, stretch: Stretch): AsyncIterable<Step> {
  const collection = reader.selection.collections.get(source);
  if (collection !== undefined) return recordSteps(rows, reader, collection, stretch);
  return entrySteps(rows, reader, reader.selection.logs.get(source) as LogSelection, stretch);
}

async function* recordSteps(
  { readRow, readRows }: SnapshotRows,
  { account, selection: { record } }: Reader,
  selection: CollectionSelection,
  { after, limit }: Stretch,
): AsyncIterable<Step> {
  const collection = selection.schema.name;
  // The one that is asked for has been read.
  if (record !== undefined && after !== undefined) return;
  const all =
    record === undefined
      ? readRows(account, collection, after?.record, limit)
      : onlyRow(await readRow(account, collection, record));
  for await (const row of all) {
    const data = seenBy(selection, row);
    const place = { collection, record: row.view.id };
    yield { place, lastEvent: row.lastEvent, ...(data === undefined ? {} : { item: { collection, data } }) };
  }
}

/** The logs of one record after another. That of which a part has been read comes first, as its reader may see it by now. */
async function* entrySteps(
  { readRow, readRows, readEntries }: SnapshotRows,
  { account, selection: { record: only } }: Reader,
  { schema, log, mayRead }: LogSelection,
  { after, limit }: Stretch,
): AsyncIterable<Step> {
  const collection = schema.name;
  async function* records(): AsyncIterable<RecordRow> {
    const first = only ?? after?.record;
    if (first !== undefined) yield* onlyRow(await readRow(account, collection, first));
    if (only === undefined) yield* readRows(account, collection, after?.record, limit);
  }
  for await (const row of records()) {
    const record = row.view.id;
    const from = record === after?.record ? after.entry?.seq : undefined;
    if (from === undefined) yield { place: { collection, record, entry: { log, seq: 0 } }, lastEvent: 0 };
    if (row.deleted !== undefined || mayRead?.(factsOf(row, schema)) === false) continue;
    for await (const { entry, lastEvent } of readEntries({ account, collection, record, log }, from ?? 0, limit)) {
      const data = entry as unknown as RecordView;
      yield { place: { collection, record, entry: { log, seq: entry.seq } }, lastEvent, item: { collection, log, record, data } };
    }
  }
}

function* onlyRow(row: RecordRow | undefined): Iterable<RecordRow> {
  if (row !== undefined) yield row;
}

function seenBy({ schema, widest, see, filter }: CollectionSelection, row: RecordRow): RecordView | undefined {
  if (row.deleted !== undefined) return undefined;
  const projection = see === undefined ? widest : see(factsOf(row, schema));
  const view = projection && viewOf(row, projection);
  return view === undefined || filter?.matches(view) === false ? undefined : view;
}
