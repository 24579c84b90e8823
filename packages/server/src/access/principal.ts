/** Who is asking: what a token or an API key says, after it has been verified. */
export interface Principal {
  readonly account: string;
  readonly user: string;
  /** For people. */
  readonly name: string;
  readonly roles: readonly string[];
  /** When the token ends, in milliseconds since the epoch; absent for API keys. */
  readonly expiresAt?: number;
}
