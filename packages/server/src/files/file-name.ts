import { ConcordError } from '@concord/protocol';

/** In UTF-16 units. */
const maxNameLength = 255;

/** What turns the direction of a text, so that `gpj.exe` reads `exe.jpg`, or shows as nothing. */
const treacherous = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The name that a file is shown and saved by, of what its sender calls it: the last step of a path. It is never the name
 * of a file on the server.
 *
 * @throws `bad_request` where it is too long
 */
export function cleanFileName(given: string | undefined): string {
  const name = (given ?? '')
    .toWellFormed()
    .replace(/^.*[/\\]/s, '')
    .replace(treacherous, '')
    .trim();
  if (name.length > maxNameLength)
    throw new ConcordError('bad_request', { field: 'name', message: `A name has up to ${maxNameLength} characters.` });
  return /^\.*$/.test(name) ? 'file' : name;
}
