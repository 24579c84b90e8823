import type { Clock } from './clock.ts';

export interface RecurringOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Is told by `stopped` to come to an end. */
  readonly work: (stopped: AbortSignal) => Promise<unknown>;
  readonly report: (error: unknown) => void;
}

export interface Recurring {
  /** Ends a run that is under way as soon as that may end, and resolves then. */
  stop(): Promise<void>;
}

/** Does some work again and again, the first time after one interval, and the next time one interval after its end. */
export function startRecurring({ clock, everyMs, work, report }: RecurringOptions): Recurring {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let cancel = () => {};
  const later = () => {
    cancel = clock.after(everyMs, () => {
      running = work(stopping.signal)
        .catch(report)
        .finally(() => {
          if (!stopping.signal.aborted) later();
        });
    });
  };
  later();
  return {
    async stop() {
      stopping.abort();
      cancel();
      await running;
    },
  };
}
