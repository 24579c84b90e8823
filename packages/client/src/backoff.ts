/** How long to wait before each next attempt, so that not all clients come back at once. */
export interface Backoff {
  /** Milliseconds: somewhere up to a bound that doubles with each attempt. */
  next(): number;
  /** It has worked. */
  reset(): void;
}

export interface BackoffOptions {
  /** Bound of the first wait. */
  readonly firstMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Full jitter, as in "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015), but never below a tenth of its bound. */
export function createBackoff({ firstMs, maxMs, random }: BackoffOptions): Backoff {
  let boundMs = firstMs;
  return {
    next() {
      const waitMs = boundMs * (0.1 + 0.9 * random());
      boundMs = Math.min(boundMs * 2, maxMs);
      return waitMs;
    },
    reset() {
      boundMs = firstMs;
    },
  };
}
