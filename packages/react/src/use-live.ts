import type { Live } from '@concord/client';
import { useSyncExternalStore } from 'react';

/** The value of a {@link Live}: rendered again when it has changed, and only then. */
export function useLive<T>(live: Live<T>): T {
  return useSyncExternalStore(live.subscribe, live.get, live.get);
}

/**
 * The value of something that only a browser has; `before` on the server, and in the browser until what the server made
 * has been taken over.
 */
export function useLiveAfter<T>(live: Live<T>, before: T): T {
  return useSyncExternalStore(live.subscribe, live.get, () => before);
}

/** False on the server, and in the browser until what the server made has been taken over. */
export function useIsBrowser(): boolean {
  return useSyncExternalStore(subscribeToNothing, yes, no);
}

const subscribeToNothing = (): (() => void) => doNothing;
const doNothing = (): void => undefined;
const yes = (): boolean => true;
const no = (): boolean => false;
