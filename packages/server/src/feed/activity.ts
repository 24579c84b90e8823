import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';

/** What an adaptive poller is told: come back soon while things happen, later when they do not. */
export interface Activity {
  /** Milliseconds until the next poll makes sense; 0 while `pending` events wait already. */
  pollAfterMs(account: string, pending: number): number;
}

export const minPollMs = 500;
export const maxPollMs = 30_000;

/** For so long after an event more of them are expected. */
const livelyMs = 5_000;

const maxRemembered = 10_000;

/**
 * Hears of events by the bus. Whoever polls as advised and finds nothing is told to wait twice as long
 * each time: the advice follows from how long ago the last event was, and needs no memory of who asked.
 */
export function createActivity({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Activity {
  const startedAt = clock.now();
  /** In the order of their last events. */
  const lastAt = new Map<string, number>();
  bus.onAnnounced((account) => {
    lastAt.delete(account);
    lastAt.set(account, clock.now());
    if (lastAt.size <= maxRemembered) return;
    for (const quietest of lastAt.keys()) {
      lastAt.delete(quietest);
      return;
    }
  });
  return {
    pollAfterMs(account, pending) {
      if (pending > 0) return 0;
      const quietMs = clock.now() - (lastAt.get(account) ?? startedAt) - livelyMs;
      if (quietMs <= 0) return minPollMs;
      return Math.min(maxPollMs, minPollMs * 2 ** Math.floor(Math.log2(quietMs / minPollMs + 1)));
    },
  };
}
