/**
 * How the store's two kinds of thing lie in one ordered key space. LevelDB orders keys by their bytes, and
 * UTF-8 keeps the order of code points, so every bound here is a plain string.
 *
 *     v<key>              a value
 *     l<scope>\0<number>  an entry of a log
 *     n<scope>            the last number of a log whose last entry was removed
 *
 * Neither keys nor scopes hold U+0000, so no scope's entries run into another's.
 */

/** Throws a TypeError unless `text` survives the way into a key and back, and keeps its place in the order. */
export function checkText(what: 'key' | 'scope', text: string): void {
  if (typeof text !== 'string') throw new TypeError(`A ${what} is a string`);
  if (text.includes('\0')) throw new TypeError(`A ${what} must not contain U+0000`);
  // A lone surrogate would be stored as U+FFFD: another key.
  if (!text.isWellFormed()) throw new TypeError(`A ${what} must be well-formed Unicode`);
}

export function valueKey(key: string): string {
  return `v${key}`;
}

export function counterKey(scope: string): string {
  return `n${scope}`;
}

/** What all entries of a log begin with, and nothing else does. */
export function entryPrefix(scope: string): string {
  return `l${scope}\0`;
}

/** The count of digits goes before the digits, so that numbers sort as numbers: 7 is `17`, 123 is `3123`. */
export function entryKey(scope: string, seq: number): string {
  const digits = `${seq}`;
  return `l${scope}\0${widths[digits.length]}${digits}`;
}

const widths = '0123456789abcdefg';

/** The number in a key that {@link entryKey} made, given the length of its {@link entryPrefix}. */
export function entrySeq(key: string, prefixLength: number): number {
  return Number(key.slice(prefixLength + 1));
}

/** The smallest text that is greater than every text that starts with `prefix`; undefined if there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Surrogates are no code points of their own.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** The order of the keys' UTF-8 bytes, which for astral characters is not that of JavaScript's `<`. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
