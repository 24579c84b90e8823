import type { Clock } from '@concord/server';

/** A clock that a test drives by hand: nothing is due until {@link HandClock.advance} says so. */
export interface HandClock extends Clock {
  /** Lets that much time go by. What becomes due on the way runs in the order of its time. */
  advance(ms: number): void;
}

export function handClock(start: number = Date.now()): HandClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly task: () => void }>();
  return {
    now: () => now,
    after(ms, task) {
      const timer = { at: now + ms, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        let next: { readonly at: number; readonly task: () => void } | undefined;
        for (const timer of timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.task();
      }
      now = end;
    },
  };
}
