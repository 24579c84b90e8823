import type { Store } from '@concord/store';
import type { SnapshotRows } from '../feed/snapshot.ts';
import { entriesPrefix, entryKey } from '../logs/log-keys.ts';
import { decodeLogRow } from '../logs/log-row.ts';
import { collectionPrefix, decodeRow, rowKey } from './record-row.ts';

/** Reads records and entries as they were last published, for who reads the feed. */
export function createRowReader(store: Store): SnapshotRows {
  return {
    async readRow(account, collection, record) {
      const bytes = await store.get(rowKey({ account, collection, record }));
      return bytes && decodeRow(bytes);
    },
    async *readRows(account, collection, after, limit) {
      const prefix = collectionPrefix(account, collection);
      const range = { prefix, limit, ...(after === undefined ? {} : { gt: prefix + after }) };
      for await (const [, bytes] of store.range(range)) yield decodeRow(bytes);
    },
    async *readEntries(address, after, limit) {
      const range = { prefix: entriesPrefix(address), gt: entryKey(address, after), limit };
      for await (const [, bytes] of store.range(range)) yield decodeLogRow(bytes);
    },
  };
}
