import { use, useEffect } from 'react';
import type { Closable, Lease } from './leases.ts';
import { useProvided } from './provider.tsx';
import { useIsBrowser } from './use-live.ts';

export interface SuspenseOption {
  /**
   * Suspends until there is something to show, and throws to the error boundary where there never will be. Not on a server,
   * where the fallback is rendered instead.
   */
  readonly suspense?: boolean;
}

interface LeaseOptions<T> extends SuspenseOption {
  /** Of no use to whoever comes to it anew: it is opened again for them. */
  readonly isOver?: (value: T) => boolean;
}

/**
 * What is open by `key` for as long as the component is mounted; null on the server, and until what the server made has
 * been taken over. `key` has to name everything that `open` depends on.
 */
export function useLease<T extends Closable>(
  key: string,
  open: () => T,
  wait: (value: T) => Promise<void>,
  { suspense = false, isOver }: LeaseOptions<T> = {},
): T | null {
  const { leases } = useProvided();
  const lease: Lease<T> | null = useIsBrowser() ? leases.take(key, open, isOver) : null;
  useEffect(() => lease?.hold(), [lease]);
  if (suspense) {
    // React renders the nearest fallback for it, and renders anew in the browser.
    if (lease === null) throw new Error('Records, lists and logs are loaded in the browser.');
    use(lease.settled(wait));
  }
  return lease === null ? null : lease.value;
}
