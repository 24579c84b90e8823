import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { minSecretBytes } from '../access/tokens.ts';
import { CliFailure } from './failure.ts';

/** `CONCORD_SECRET`, or else what is kept in the data folder; made there once, readable by its owner only. */
export async function obtainSecret(dataFolder: string, fromEnvironment: string | undefined): Promise<string> {
  const secret = await findSecret(dataFolder, fromEnvironment);
  if (secret !== undefined) return secret;
  await keepSecret(secretFile(dataFolder), randomBytes(minSecretBytes).toString('base64url'));
  // Whoever was first has made the one that counts.
  return (await findSecret(dataFolder, undefined)) as string;
}

/** As {@link obtainSecret}, without making one. Throws a CliFailure where there is one that is too short. */
export async function findSecret(dataFolder: string, fromEnvironment: string | undefined): Promise<string | undefined> {
  if (fromEnvironment !== undefined && fromEnvironment !== '') return checked(fromEnvironment, 'CONCORD_SECRET');
  const file = secretFile(dataFolder);
  try {
    return checked((await readFile(file, 'utf8')).trim(), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof CliFailure
      ? error
      : new CliFailure(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function secretFile(dataFolder: string): string {
  return join(dataFolder, 'secret');
}

function checked(secret: string, source: string): string {
  if (Buffer.byteLength(secret) >= minSecretBytes) return secret;
  throw new CliFailure(
    `${source} is too short: a secret has at least ${minSecretBytes} bytes. Make one with: openssl rand -base64 48`,
  );
}

/** Appears whole or not at all, and never replaces one that is there. */
async function keepSecret(file: string, secret: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new CliFailure(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}
