import type { Clock } from '../clock.ts';

export interface RateLimitOptions {
  /** How often one may, per window. */
  readonly max: number;
  readonly windowMs: number;
  readonly clock: Clock;
}

export interface RateLimit {
  /** Counts one more by `who`. Answers whether it is within the limit. */
  take(who: string): boolean;
}

/** Counts in windows of fixed length, all beginning together: nothing is kept of the one before. */
export function createRateLimit({ max, windowMs, clock }: RateLimitOptions): RateLimit {
  const counts = new Map<string, number>();
  let current = 0;
  return {
    take(who) {
      const window = Math.floor(clock.now() / windowMs);
      if (window !== current) {
        counts.clear();
        current = window;
      }
      const count = (counts.get(who) ?? 0) + 1;
      counts.set(who, count);
      return count <= max;
    },
  };
}
