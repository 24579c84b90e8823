import { useCallback, useEffect, useState } from 'react';
import { Refusal, type Api } from '../api/api.ts';
import { personOf, type Person } from './person.ts';

/** Whom the server offers to sign in as. `none`: it is not in demo mode. */
export type Demo =
  | { readonly status: 'asking' | 'none' | 'unreachable' }
  | { readonly status: 'offered'; readonly account: string; readonly people: readonly Person[] };

interface DemoAnswer {
  readonly account: string;
  readonly people: readonly Person[];
}

export function useDemo(api: Api): { readonly demo: Demo; retry(): void } {
  const [demo, setDemo] = useState<Demo>({ status: 'asking' });

  const ask = useCallback(
    (signal?: AbortSignal) => {
      setDemo({ status: 'asking' });
      api.get<DemoAnswer>('/auth/demo', signal).then(
        ({ account, people }) =>
          setDemo({ status: 'offered', account, people: people.map(({ id, name, color }) => personOf(id, name, color)) }),
        (error: unknown) => {
          if (signal?.aborted === true) return;
          setDemo({ status: error instanceof Refusal && error.code !== 'unreachable' ? 'none' : 'unreachable' });
        },
      );
    },
    [api],
  );

  useEffect(() => {
    const stop = new AbortController();
    ask(stop.signal);
    return () => stop.abort();
  }, [ask]);

  return { demo, retry: () => ask() };
}
