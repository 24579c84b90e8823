import { createListeners } from './live.ts';

/** When the page or its network comes back, or goes. */
export interface Wake {
  /** The network is back, or the page is looked at again: what waits for its turn may try now. */
  onWake(listener: () => void): () => void;
  /** The machine says that there is no network. */
  onNetworkLost(listener: () => void): () => void;
  /** As if it were back. */
  wake(): void;
  stop(): void;
}

/** By the events of the browser; in Node, where there are none, nothing is ever heard. */
export function createWake(): Wake {
  const woken = createListeners();
  const lost = createListeners();
  const stop = new AbortController();
  const { signal } = stop;
  const target = globalThis as Partial<Pick<Window, 'addEventListener' | 'document'>>;
  target.addEventListener?.('online', () => woken.call(), { signal });
  target.addEventListener?.('offline', () => lost.call(), { signal });
  target.addEventListener?.('pageshow', () => woken.call(), { signal });
  target.document?.addEventListener(
    'visibilitychange',
    () => {
      if (target.document?.visibilityState === 'visible') woken.call();
    },
    { signal },
  );
  return { onWake: woken.add, onNetworkLost: lost.add, wake: woken.call, stop: () => stop.abort() };
}
