import type { RecordView } from '@concord/protocol';
import type { LiveQuery, QueryOptions } from '../query.ts';
import { RecordList, type RecordListParts } from './record-list.ts';
import { systemClock, type Clock } from '../clock.ts';

/** The live lists of a client. Those who ask for the same share one. */
export interface Queries {
  /** Throws a `TypeError` where the limit is none. */
  open<T = RecordView>(collection: string, options?: QueryOptions): LiveQuery<T>;
  /** Ends all of them. */
  close(): void;
}

export interface QueriesParts extends Omit<RecordListParts, 'clock'> {
  readonly clock?: Clock;
}

export function createQueries(parts: QueriesParts): Queries {
  const lists = new Map<string, { readonly list: RecordList; uses: number }>();
  return {
    open<T>(collection: string, options: QueryOptions = {}): LiveQuery<T> {
      const { filter, sort, fields, limit } = options;
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= 1000))
        throw new TypeError('A limit is a whole number from 1 to 1000.');
      const name = JSON.stringify([collection, filter, sort, fields, limit]);
      let shared = lists.get(name);
      if (shared === undefined) {
        shared = { list: new RecordList(collection, options, { clock: systemClock, ...parts }), uses: 0 };
        lists.set(name, shared);
      }
      shared.uses++;
      const { list } = shared;
      let isClosed = false;
      return {
        get: () => list.get() as LiveQuery<T>['get'] extends () => infer State ? State : never,
        subscribe: (listener) => list.subscribe(listener),
        more: () => list.more(),
        close() {
          if (isClosed) return;
          isClosed = true;
          if (--shared.uses > 0) return;
          list.close();
          if (lists.get(name) === shared) lists.delete(name);
        },
      };
    },
    close() {
      for (const { list } of lists.values()) list.close();
      lists.clear();
    },
  };
}
