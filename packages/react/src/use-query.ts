import type { LiveQuery, QueryOptions, QueryState } from '@concord/client';
import type { ConcordConfig, RecordOf } from '@concord/schema';
import { useMemo } from 'react';
import { useProvided } from './provider.tsx';
import { useLease, type SuspenseOption } from './use-lease.ts';
import { useLive } from './use-live.ts';

export interface QueryResult<T> extends QueryState<T> {
  /** Holds more of them. Resolves when they are there. */
  more(): Promise<void>;
}

/** The records that fit, kept right as they change; components that ask for the same share one list. */
export function useQuery<T = RecordOf<ConcordConfig, string>>(
  collection: string,
  options: QueryOptions & SuspenseOption = {},
): QueryResult<T> {
  const { client } = useProvided();
  const { suspense, ...asked } = options;
  const { filter, sort, fields, limit } = asked;
  const key = `query/${JSON.stringify([collection, filter, sort, fields, limit])}`;
  const query =
    useLease(key, () => client.query(collection, asked) as unknown as LiveQuery<T>, loaded, { suspense: suspense === true }) ??
    unasked;
  const state = useLive(query);
  return useMemo(() => ({ ...state, more: () => query.more() }), [state, query]);
}

/** What is refused is loaded, too: the state says so. */
function loaded(query: LiveQuery<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (query.get().phase === 'loading') return;
      stop();
      resolve();
    };
    const stop = query.subscribe(look);
    look();
  });
}

const loading: QueryState<never> = { phase: 'loading', items: [], hasMore: false };

/** The list as the server renders it. */
const unasked: LiveQuery<never> = {
  get: () => loading,
  subscribe: () => () => undefined,
  more: () => Promise.resolve(),
  close: () => undefined,
};
