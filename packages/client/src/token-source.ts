import { ConcordError } from '@concord/protocol';
import { claimsOf } from './jwt.ts';

/** Where tokens come from. One is asked for at a time, however many want one. */
export interface TokenSource {
  /** The token at hand, or another one where it is about to end. Rejects with what the page's function throws. */
  get(): Promise<string>;
  /** The server did not take that one: it is not given out again, unless there is no other. */
  reject(token: string): void;
  /** When the token at hand ends, in milliseconds since the epoch; undefined where it does not say, or there is none. */
  readonly expiresAt: number | undefined;
}

/** Another token is asked for this long before the one at hand ends: clocks differ, and what is asked for takes a while. */
const renewBeforeMs = 60_000;

export function createTokenSource(token: string | (() => string | Promise<string>), now: () => number = Date.now): TokenSource {
  let held: string | undefined;
  let expiresAt: number | undefined;
  let asking: Promise<string> | undefined;

  async function ask(): Promise<string> {
    const next = typeof token === 'string' ? token : await token();
    if (typeof next !== 'string' || next === '') throw new ConcordError('unauthenticated');
    held = next;
    expiresAt = expiryOf(next);
    return next;
  }

  return {
    get expiresAt() {
      return expiresAt;
    },
    async get() {
      if (held !== undefined && (expiresAt === undefined || expiresAt - renewBeforeMs > now())) return held;
      return (asking ??= ask().finally(() => (asking = undefined)));
    },
    reject(rejected) {
      if (held === rejected) held = undefined;
    },
  };
}

/** When a token says that it ends, in milliseconds since the epoch. */
function expiryOf(token: string): number | undefined {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1000 : undefined;
}
