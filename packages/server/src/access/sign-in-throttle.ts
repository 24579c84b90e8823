import { isIP } from 'node:net';
import type { Clock } from '../clock.ts';
import { createRateLimit } from './rate-limit.ts';

export interface SignInThrottle {
  /** Counts one more attempt. Answers for how many seconds no other is taken, or undefined where this one may go on. */
  take(attempt: { readonly account: string; readonly user: string; readonly address: string }): number | undefined;
}

const windowMs = 60_000;
/** A person who has forgotten a password tries a few; 600 an hour are not enough to guess one of ten characters. */
const maxPerUser = 10;
/** An office behind one address signs in at nine o'clock. */
const maxPerAddress = 60;

/** Attempts to sign in, per user and per address; right ones count, too. A proxy on this machine is no address. */
export function createSignInThrottle(clock: Clock): SignInThrottle {
  const users = createRateLimit({ max: maxPerUser, windowMs, clock });
  const addresses = createRateLimit({ max: maxPerAddress, windowMs, clock });
  return {
    take({ account, user, address }) {
      // The address first: who is refused by it makes nobody else wait, and no entries for users that are made up.
      const free = (isLoopback(address) || addresses.take(address)) && users.take(`${account}/${user}`);
      return free ? undefined : Math.max(1, Math.ceil((windowMs - (clock.now() % windowMs)) / 1000));
    },
  };
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
