import type { Attempt, Queued } from './delivery.ts';
import type { DeliveryEvent } from './delivery-machine.ts';
import { delayAfter, readRetryAfter } from './retry-plan.ts';
import type { Outcome } from './sender.ts';
import type { Strain } from './throttle.ts';

/** An attempt that was not cut off by us. */
export type Ended = Exclude<Outcome, { readonly kind: 'aborted' }>;

/** What an attempt means for its delivery. */
export interface Verdict {
  readonly event: Extract<DeliveryEvent, 'accepted' | 'refused' | 'exhausted' | 'gone'>;
  /** How long to wait after `refused`. */
  readonly delayMs: number;
  readonly strain: Strain;
}

/**
 * 2xx: it was taken. 410: the receiver wants nothing more. Anything else, redirects too, and no answer: it was not.
 *
 * @param attempts how many there were, this one included
 * @param random from 0 to below 1
 */
export function judgeAttempt(outcome: Ended, { once }: Queued, attempts: number, now: number, random: number): Verdict {
  const status = outcome.kind === 'answered' ? outcome.status : undefined;
  const isAccepted = status !== undefined && status >= 200 && status < 300;
  const retryAfterMs = outcome.kind === 'answered' ? readRetryAfter(outcome.retryAfter, now) : undefined;
  const timedOut = outcome.kind === 'failed' && outcome.timedOut;
  const strain = { status, isAccepted, timedOut, retryAfterMs };
  if (isAccepted) return { event: 'accepted', delayMs: 0, strain };
  if (status === 410) return { event: 'gone', delayMs: 0, strain };
  const delayMs = once ? undefined : delayAfter({ attempts, retryAfterMs }, random);
  return delayMs === undefined ? { event: 'exhausted', delayMs: 0, strain } : { event: 'refused', delayMs, strain };
}

/** What the log tells of an attempt's end. */
export function describeEnd(outcome: Ended): Pick<Attempt, 'response' | 'error'> {
  if (outcome.kind === 'failed') return { error: outcome.error };
  const { status, body, truncated } = outcome;
  const isRedirect = status >= 300 && status < 400;
  return {
    response: { status, body, ...(truncated ? { truncated } : {}) },
    ...(isRedirect ? { error: 'redirects are not followed' } : {}),
  };
}
