import type { Change, ChangesOptions } from '@concord/client';
import { useEffect, useRef, useState } from 'react';
import { useClient } from './provider.tsx';

/**
 * Calls `onChange` with each change of the feed, in order, as long as the component is mounted. A component that is hidden
 * and shown again goes on behind the last change it was told of.
 *
 * @returns why the server refuses the feed for good; undefined as long as it does not
 */
export function useChanges(options: Omit<ChangesOptions, 'signal'>, onChange: (change: Change) => void): Error | undefined {
  const client = useClient();
  const key = JSON.stringify(options);
  const latest = useRef(onChange);
  const place = useRef<{ readonly key: string; readonly cursor: string }>(undefined);
  const [error, setError] = useState<Error>();

  useEffect(() => {
    latest.current = onChange;
  });

  useEffect(() => {
    const stop = new AbortController();
    const asked = JSON.parse(key) as ChangesOptions;
    const since = place.current?.key === key ? { since: place.current.cursor } : {};
    const follow = async (): Promise<void> => {
      for await (const change of client.changes({ ...asked, ...since, signal: stop.signal })) {
        if (stop.signal.aborted) return;
        latest.current(change);
        if (change.cursor !== undefined) place.current = { key, cursor: change.cursor };
      }
    };
    setError(undefined);
    follow().catch((refusal: unknown) => {
      if (!stop.signal.aborted) setError(refusal as Error);
    });
    return () => stop.abort();
  }, [client, key]);

  return error;
}
