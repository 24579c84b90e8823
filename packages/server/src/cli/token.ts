import { ConcordError } from '@concord/protocol';
import { createTokens } from '../access/tokens.ts';
import { systemClock } from '../clock.ts';
import { CliFailure, misused } from './failure.ts';
import { findSecret } from './secret.ts';

export interface TokenOptions {
  readonly account: string;
  readonly user: string;
  readonly role: readonly string[];
  readonly name?: string;
  /** Seconds. */
  readonly expires: number;
  readonly data: string;
}

/** Prints a token, and nothing else, so that it can be put to use by a script. */
export async function printToken({ account, user, role, name, expires, data }: TokenOptions): Promise<void> {
  const secret = await findSecret(data, process.env['CONCORD_SECRET']);
  if (secret === undefined) {
    throw new CliFailure(
      `There is no secret in ${data}: run "concord serve" on that folder once, name another with --data DIR, or set CONCORD_SECRET.`,
    );
  }
  const tokens = createTokens({ secret, clock: systemClock });
  try {
    process.stdout.write(`${await tokens.mint({ account, user, name, roles: role, expiresInSeconds: expires })}\n`);
  } catch (error) {
    if (error instanceof ConcordError) throw new CliFailure(error.message, { exitCode: misused, cause: error });
    throw error;
  }
}
