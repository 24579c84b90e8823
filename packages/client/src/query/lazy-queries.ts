import type { RecordView } from '@concord/protocol';
import { createCell } from '../live.ts';
import { onceLoaded } from '../once-loaded.ts';
import type { LiveQuery, QueryOptions, QueryState } from '../query.ts';
import { checkLimit } from './check-limit.ts';
import type { Queries } from './create-queries.ts';

/** Live lists whose making is loaded with the first of them. */
export function createLazyQueries(load: () => Promise<Queries>): Queries {
  let queries: Queries | undefined;
  let isOver = false;
  const loaded = onceLoaded(async () => (queries = await load()));

  return {
    open<T = RecordView>(collection: string, options: QueryOptions = {}): LiveQuery<T> {
      checkLimit(options);
      const state = createCell<QueryState<T>>({ phase: 'loading', items: [], hasMore: false });
      let isClosed = false;
      const opened = loaded().then((into) => {
        if (isClosed || isOver) return undefined;
        const query = into.open<T>(collection, options);
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
      queries?.close();
    },
  };
}
