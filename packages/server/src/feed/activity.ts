import type { Clock } from '../clock.ts';
import type { Bus } from './bus.ts';

/** What an adaptive poller is told: come back soon while things happen, later when they do not. */
export interface Activity {
  /**
   * Milliseconds until the next poll makes sense; 0 while `pending` events wait already. `asker` names who asks for what:
   * what happens beside that does not count. `account` is given for one who asks for everything in it. `newestAt` is when the
   * latest of the events happened that it gets now.
   */
  pollAfterMs(asker: string, pending: number, newestAt?: number, account?: string): number;
}

export const minPollMs = 500;
export const maxPollMs = 30_000;

/** For so long after an event more of them are expected. */
const livelyMs = 5_000;

const maxRemembered = 10_000;

/**
 * Whoever polls as advised and finds nothing is told to wait twice as long each time: the advice follows from how long
 * ago the last event was of those that this asker gets. One who asks for the first time, or again after a long pause,
 * counts as one who has just got something.
 */
export function createActivity({ bus, clock }: { readonly bus: Bus; readonly clock: Clock }): Activity {
  /** By asker and by account, in the order in which they were set last. */
  const lastAt = new Map<string, number>();
  const keep = (name: string, at: number): void => {
    lastAt.delete(name);
    lastAt.set(name, at);
    if (lastAt.size > maxRemembered) lastAt.delete(lastAt.keys().next().value as string);
  };
  bus.onAnnounced((account) => keep(account, clock.now()));
  return {
    pollAfterMs(asker, pending, newestAt, account) {
      const now = clock.now();
      const happenedAt = Math.max(newestAt ?? -Infinity, account === undefined ? -Infinity : (lastAt.get(account) ?? -Infinity));
      const at = Math.max(happenedAt, lastAt.get(asker) ?? (happenedAt === -Infinity ? now : -Infinity));
      keep(asker, at);
      if (pending > 0) return 0;
      const quietMs = now - at - livelyMs;
      if (quietMs <= 0) return minPollMs;
      return Math.min(maxPollMs, minPollMs * 2 ** Math.floor(Math.log2(quietMs / minPollMs + 1)));
    },
  };
}
