import type { PolicyUser } from '@concord/schema';

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
