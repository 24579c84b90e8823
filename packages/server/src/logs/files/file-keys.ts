import type { LogAddress } from '../log-address.ts';
import { keyStep, logPrefix } from '../log-keys.ts';

/** A file of a log. It goes with the log. */
export function fileKey(address: LogAddress, file: string): string {
  return `${logPrefix(address)}f/${file}`;
}

/** The file of a key that {@link fileKey} has made; undefined of other keys of a log. */
export function fileOfKey(key: string): string | undefined {
  const [kind, file, ...more] = key.split('/').slice(5);
  return kind === 'f' && more.length === 0 ? file : undefined;
}

/** The key of the file's row: by which the bytes find out whether anybody still needs them. */
export function fileOwnerKey(file: string): string {
  return `file/owner/${file}`;
}

/** The files that no entry has yet. */
export const loosePrefix = 'file/loose/';

export function looseOfPrefix(account: string, user: string): string {
  return `${loosePrefix}${account}/${keyStep(user)}/`;
}

export function looseKey(account: string, user: string, file: string): string {
  return `${looseOfPrefix(account, user)}${file}`;
}
