import { ConcordError } from '@concord/protocol';

const deliveryPattern = /^[1-9][0-9]{0,13}$/;

/** One delivery, or a stretch of the feed. */
export type ReplayRequest = { readonly delivery: number } | { readonly since: string; readonly until: string | undefined };

/** Throws `bad_request`. */
export function readReplayRequest(request: unknown): ReplayRequest {
  const { delivery, since, until, ...rest } = (typeof request === 'object' && request !== null ? request : {}) as Record<
    string,
    unknown
  >;
  const isOne = typeof delivery === 'string' && deliveryPattern.test(delivery) && since === undefined && until === undefined;
  const isStretch = typeof since === 'string' && (until === undefined || typeof until === 'string') && delivery === undefined;
  if (Object.keys(rest).length > 0 || (!isOne && !isStretch))
    throw new ConcordError('bad_request', { message: 'Say { "delivery": id }, or { "since": cursor } with or without "until".' });
  return isOne ? { delivery: Number(delivery) } : { since: since as string, until };
}
