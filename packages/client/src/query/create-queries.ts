import type { RecordView } from '@concord/protocol';
import { systemClock, type Clock } from '../clock.ts';
import type { Live } from '../live.ts';
import type { LiveQuery, QueryOptions, QueryState } from '../query.ts';
import { checkLimit } from './check-limit.ts';
import { keepList, type KeepingList, type ListStorage } from './kept-list.ts';
import { RecordList, type RecordListParts } from './record-list.ts';

/** The live lists of a client. Those who ask for the same share one. */
export interface Queries {
  /** Throws a `TypeError` where the limit is none. */
  open<T = RecordView>(collection: string, options?: QueryOptions): LiveQuery<T>;
  /** Ends all of them. */
  close(): void;
}

export interface QueriesParts extends Omit<RecordListParts, 'clock'> {
  readonly clock?: Clock;
  /** Where lists are kept for when there is no connection. Nowhere when left out. */
  readonly storage?: () => Promise<ListStorage>;
}

export function createQueries(parts: QueriesParts): Queries {
  const lists = new Map<string, { readonly list: RecordList; readonly shown: KeepingList; uses: number }>();
  return {
    open<T>(collection: string, options: QueryOptions = {}): LiveQuery<T> {
      const { filter, sort, fields, limit } = options;
      checkLimit(options);
      const name = JSON.stringify([collection, filter, sort, fields, limit]);
      let shared = lists.get(name);
      if (shared === undefined) {
        const { storage, clock = systemClock } = parts;
        const list = new RecordList(collection, options, { ...parts, clock });
        const shown = storage === undefined ? { ...nothingToClose, ...liveOf(list) } : keepList(list, name, { storage, clock });
        shared = { list, shown, uses: 0 };
        lists.set(name, shared);
      }
      shared.uses++;
      const { list, shown } = shared;
      let isClosed = false;
      return {
        get: () => shown.get() as QueryState<T>,
        subscribe: shown.subscribe,
        more: () => list.more(),
        close() {
          if (isClosed) return;
          isClosed = true;
          if (--shared.uses > 0) return;
          shown.close();
          list.close();
          if (lists.get(name) === shared) lists.delete(name);
        },
      };
    },
    close() {
      for (const { list, shown } of lists.values()) {
        shown.close();
        list.close();
      }
      lists.clear();
    },
  };
}

const nothingToClose = { close: (): void => undefined };

function liveOf(list: RecordList): Live<QueryState<RecordView>> {
  return { get: () => list.get(), subscribe: (listener) => list.subscribe(listener) };
}
