const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** What lies between an attempt that failed and the next one, in order; then the delivery is dead. */
export const retryDelaysMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  10 * hourMs,
];

/** Added at random, so that what failed together does not come back together. */
const maxJitter = 0.1;

/** A receiver does not put off a delivery for longer than that. */
const maxRetryAfterMs = 24 * hourMs;

export interface Failure {
  /** How many attempts have failed by now. */
  readonly attempts: number;
  /** What the receiver asked for. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * How long to wait after a failure; undefined when there is no other attempt. A receiver that names a time is not asked
 * before, nor sooner than one that names none: it cannot use up its attempts in no time.
 *
 * @param random from 0 to below 1
 */
export function delayAfter({ attempts, retryAfterMs = 0 }: Failure, random: number): number | undefined {
  const planned = retryDelaysMs[attempts - 1];
  if (planned === undefined) return undefined;
  return Math.ceil(Math.max(planned, retryAfterMs) * (1 + maxJitter * random));
}

/** `Retry-After`: seconds or a date (RFC 9110, 10.2.3). Undefined for what is neither. */
export function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  const isDate = /^[A-Z][a-z]/.test(trimmed);
  const ms = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) * secondMs : isDate ? Date.parse(trimmed) - now : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.min(maxRetryAfterMs, Math.max(0, ms));
}
