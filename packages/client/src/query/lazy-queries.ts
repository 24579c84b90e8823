import type { RecordView } from '@concord/protocol';
import { createCell } from '../live.ts';
import type { LiveQuery, QueryOptions, QueryState } from '../query.ts';
import type { Queries } from './create-queries.ts';

/** Live lists whose making is loaded with the first of them. */
export function createLazyQueries(load: () => Promise<Queries>): Queries {
  let loading: Promise<Queries> | undefined;
  let isOver = false;

  function loaded(): Promise<Queries> {
    loading ??= load().catch((error: unknown) => {
      // The page's own files cannot be had: the next one tries again.
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    open<T = RecordView>(collection: string, options: QueryOptions = {}): LiveQuery<T> {
      const { limit = 1 } = options;
      if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1000))
        throw new TypeError('A limit is a whole number from 1 to 1000.');
      const state = createCell<QueryState<T>>({ phase: 'loading', items: [], hasMore: false });
      let isClosed = false;
      const opened = loaded().then((queries) => {
        if (isClosed || isOver) return undefined;
        const query = queries.open<T>(collection, options);
        query.subscribe(() => state.set(query.get()));
        state.set(query.get());
        return query;
      });
      opened.catch(() => state.set({ ...state.get(), phase: 'offline' }));
      return {
        get: state.get,
        subscribe: state.subscribe,
        more: async () => (await opened)?.more(),
        close() {
          isClosed = true;
          opened.then(
            (query) => query?.close(),
            () => undefined,
          );
        },
      };
    },
    close() {
      isOver = true;
      loading?.then(
        (queries) => queries.close(),
        () => undefined,
      );
    },
  };
}
