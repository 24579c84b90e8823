import type { ErrorCode, RecordAddress } from '@concord/protocol';
import type { Store } from '@concord/store';
import { decodeRow, rowKey, type RecordRow } from '../records/record-row.ts';
import type { Part } from './part.ts';

/** What the loaded parts of one record share. */
export class LiveRecord {
  readonly address: RecordAddress;
  /** The record as it was last published; undefined until it has been. */
  row: RecordRow | undefined;
  /** Those that are loaded. */
  readonly parts: Set<Part> = new Set();

  constructor(address: RecordAddress, row: RecordRow | undefined) {
    this.address = address;
    this.row = row;
  }

  /** Why nothing may be written any more: the record is deleted. */
  get closed(): Extract<ErrorCode, 'record_deleted'> | undefined {
    return this.row?.deleted === undefined ? undefined : 'record_deleted';
  }
}

interface Visited {
  readonly opened: Promise<LiveRecord>;
  /** Once it has been read. */
  record?: LiveRecord;
  visits: number;
}

/**
 * The records of which a part is loaded or being loaded, one object for each: two of them could hold two rows (J5).
 * A record is read when its first part is, and kept until its last is gone.
 */
export class LiveRecords {
  readonly #store: Store;
  #records: Map<string, Visited> = new Map();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Answers the record, and what ends the visit. Throws what the store throws, and `damaged`. */
  async visit({
    account,
    collection,
    record,
  }: RecordAddress): Promise<{ readonly record: LiveRecord; readonly leave: () => void }> {
    const records = this.#records;
    const address = { account, collection, record };
    const key = rowKey(address);
    let visited = records.get(key);
    if (visited === undefined) records.set(key, (visited = { opened: this.#read(address, key), visits: 0 }));
    const { opened } = visited;
    const entry = visited;
    entry.visits++;
    const leave = (): void => {
      if (--entry.visits === 0) records.delete(key);
    };
    try {
      const live = await opened;
      entry.record = live;
      return { record: live, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The record, if a part of it is loaded. */
  get(address: RecordAddress): LiveRecord | undefined {
    return this.#records.get(rowKey(address))?.record;
  }

  /** After a store failure: what is loaded from now on is read anew (J3). */
  abandon(): void {
    this.#records = new Map();
  }

  async #read(address: RecordAddress, key: string): Promise<LiveRecord> {
    const bytes = await this.#store.get(key);
    return new LiveRecord(address, bytes && decodeRow(bytes));
  }
}
