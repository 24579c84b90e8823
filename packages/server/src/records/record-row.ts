import { ConcordError, type RecordAddress, type RecordView } from '@concord/protocol';

/** A record as it was last published, and what the record layer knows beside its view. */
export interface RecordRow {
  readonly view: RecordView;
  /** The feed position of its latest event: that one is never compacted away (F4). */
  readonly lastEvent: number;
  /** Set on a tombstone (R3). */
  readonly deleted?: { readonly at: string; readonly by: string };
  /** Set once the content of a tombstone has been erased. */
  readonly purged?: true;
}

export const rowPrefix = 'record/';

export function rowKey(address: RecordAddress): string {
  return `${collectionPrefix(address.account, address.collection)}${address.record}`;
}

/** The keys of a collection's records begin with this. */
export function collectionPrefix(account: string, collection: string): string {
  return `${rowPrefix}${account}/${collection}/`;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeRow(row: RecordRow): Uint8Array {
  return encoder.encode(JSON.stringify(row));
}

/** @throws `damaged` where the bytes are no row. */
export function decodeRow(bytes: Uint8Array): RecordRow {
  let row: Partial<RecordRow> | null;
  try {
    row = JSON.parse(decoder.decode(bytes)) as RecordRow | null;
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
  if (typeof row?.view?.id !== 'string' || typeof row.lastEvent !== 'number') throw new ConcordError('damaged');
  return row as RecordRow;
}
