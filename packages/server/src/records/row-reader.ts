import type { Store } from '@concord/store';
import type { ReadRow } from '../feed/beyond.ts';
import type { ReadRows } from '../feed/snapshot.ts';
import { collectionPrefix, decodeRow, rowKey } from './record-row.ts';

/** Records as they were last published, for who reads the feed. */
export interface RowReader {
  readonly readRow: ReadRow;
  readonly readRows: ReadRows;
}

export function createRowReader(store: Store): RowReader {
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
  };
}
