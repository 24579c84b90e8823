import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { networkOf, type Origin } from '../limits/connections.ts';
import { createRateLimit } from './rate-limit.ts';

export interface SignInThrottle {
  /** Counts one more attempt. Answers for how many seconds no other is taken, or undefined where this one may go on. */
  take(attempt: { readonly account: string; readonly user: string; readonly origin: Origin }): number | undefined;
}

const windowMs = 60_000;
/** A person who has forgotten a password tries a few; 600 an hour are not enough to guess one of ten characters. */
const maxPerUser = 10;
/** An office behind one address signs in at nine o'clock. */
const maxPerAddress = 60;

/**
 * Attempts to sign in, per user and per address (an IPv4 one, or the /64 of an IPv6 one); right ones count, too.
 * A proxy on this machine that is not trusted is no address.
 */
export function createSignInThrottle(clock: Clock): SignInThrottle {
  const users = createRateLimit({ max: maxPerUser, windowMs, clock });
  const addresses = createRateLimit({ max: maxPerAddress, windowMs, clock });
  return {
    take({ account, user, origin }) {
      // The address first: who is refused by it makes nobody else wait, and no entries for users that are made up.
      const free = (origin.isLoopback || addresses.take(networkOf(origin.address))) && users.take(keyOf(account, user));
      return free ? undefined : Math.max(1, Math.ceil((windowMs - (clock.now() % windowMs)) / 1000));
    },
  };
}

/** Of one length, whatever a stranger calls a user: what is kept for a minute may not be a megabyte. */
function keyOf(account: string, user: string): string {
  return createHash('sha256')
    .update(JSON.stringify([account, user]))
    .digest('base64');
}
