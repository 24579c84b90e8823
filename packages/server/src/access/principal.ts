import type { PolicyUser } from '@concord/schema';

/** A record of the account. */
export interface Confinement {
  readonly collection: string;
  readonly record: string;
}

/** Who is asking: what a token or an API key says, after it has been verified. */
export interface Principal {
  readonly account: string;
  readonly user: string;
  /** For people. */
  readonly name: string;
  readonly roles: readonly string[];
  /**
   * What an API key is good for, within its roles: `tickets:read`, `tickets:write` (which reads, too), or the same of
   * `*`, all collections. Absent: everything that its roles are.
   */
  readonly scopes?: readonly string[];
  /** The one record that a guest may see: nothing else is there for it, whatever the rules say. */
  readonly only?: Confinement;
  /** When the token ends, in milliseconds since the epoch; absent for API keys. */
  readonly expiresAt?: number;
  /** The session of a built-in user. */
  readonly session?: string;
  /** What ends all that is open when it is revoked: an API key, or a session. Absent for other tokens. */
  readonly credential?: string;
}

/** Who that is, as policies and hooks of the config get to see it. */
export function policyUserOf({ user, name, account, roles }: Principal): PolicyUser {
  return { id: user, name, account, roles };
}

const guestPrefix = 'guest-';

/** The id of a guest: none of an account's own people may have one of these. */
export function guestId(name: string): string {
  return `${guestPrefix}${name}`;
}

export function isGuestId(user: string): boolean {
  return user.startsWith(guestPrefix);
}
