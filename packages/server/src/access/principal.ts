/** Who is asking: what a token or an API key says, after it has been verified. */
export interface Principal {
  readonly account: string;
  readonly user: string;
  /** For people. */
  readonly name: string;
  readonly roles: readonly string[];
  /** When the token ends, in milliseconds since the epoch; absent for API keys. */
  readonly expiresAt?: number;
  /** The session of a built-in user. */
  readonly session?: string;
  /** What ends all that is open when it is revoked: an API key, or a session. Absent for other tokens. */
  readonly credential?: string;
}
