import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConcordError } from '@concord/protocol';
import { createPasswords, minPasswordChars } from '../access/passwords.ts';
import { createRevocations } from '../access/revocations.ts';
import { createUsers } from '../access/users.ts';
import { systemClock } from '../clock.ts';
import { makeDataFolder, openFreeStore } from './data-folder.ts';
import { CliFailure, misused } from './failure.ts';

export interface AddUserOptions {
  readonly account: string;
  readonly user: string;
  readonly role: readonly string[];
  readonly name?: string;
  readonly passwordStdin: boolean;
  readonly data: string;
}

/** Adds a user to a data folder that no server uses: how the first administrator of an account comes to be. */
export async function addUser({ account, user: id, role, name, passwordStdin, data }: AddUserOptions): Promise<void> {
  const store = await openFreeStore(
    await makeDataFolder(data),
    'While a server runs on it, an administrator adds users by POST /api/v1/users; or stop the server first.',
  );
  try {
    const password = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : await askPassword();
    const users = createUsers({
      store,
      clock: systemClock,
      passwords: createPasswords(),
      revocations: createRevocations(systemClock),
    });
    await users.create(account, 'concord user add', { id, roles: role, password, ...(name === undefined ? {} : { name }) });
    process.stdout.write(`${id} can sign in to ${account}.\n`);
  } catch (error) {
    if (error instanceof ConcordError) throw new CliFailure(error.message, { exitCode: misused, cause: error });
    throw error;
  } finally {
    await store.close();
  }
}

/** Asks twice, as nothing shows what is typed. */
async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CliFailure('There is no terminal to ask for the password at: give it by --password-stdin.', { exitCode: misused });
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Ctrl-C reaches readline, not the process, while it reads keys.
  lines.on('SIGINT', () => process.exit(130));
  const ask = async (prompt: string): Promise<string> => {
    process.stderr.write(prompt);
    const answer = await lines.question('');
    process.stderr.write('\n');
    return answer;
  };
  try {
    const password = await ask(`Password (at least ${minPasswordChars} characters): `);
    if ((await ask('Once more: ')) !== password)
      throw new CliFailure('These were two different passwords.', { exitCode: misused });
    return password;
  } finally {
    lines.close();
  }
}
