import type { EntryRange, KeyRange } from '../store.ts';
import { afterPrefix, checkText, compareText, entryKey, entryPrefix, valueKey } from './keys.ts';

/** A stretch of the key space, half open. */
export interface Bounds {
  readonly gte: string;
  readonly lt: string;
  readonly reverse: boolean;
  /** At most so many; -1 for all. */
  readonly limit: number;
}

export function keyBounds(range: KeyRange): Bounds {
  const lower = ['v'];
  const upper = ['w'];
  if (range.prefix !== undefined) {
    lower.push(valueKey(checked(range.prefix)));
    upper.push(afterPrefix(valueKey(range.prefix)) ?? 'w');
  }
  // Nothing lies between a text and the same with U+0000 behind it.
  if (range.gt !== undefined) lower.push(`${valueKey(checked(range.gt))}\0`);
  if (range.gte !== undefined) lower.push(valueKey(checked(range.gte)));
  if (range.lt !== undefined) upper.push(valueKey(checked(range.lt)));
  if (range.lte !== undefined) upper.push(`${valueKey(checked(range.lte))}\0`);
  return {
    gte: lower.reduce((a, b) => (compareText(a, b) >= 0 ? a : b)),
    lt: upper.reduce((a, b) => (compareText(a, b) <= 0 ? a : b)),
    reverse: range.reverse ?? false,
    limit: checkedLimit(range.limit),
  };
}

export function entryBounds(scope: string, range: EntryRange): Bounds {
  checkText('scope', scope);
  const prefix = entryPrefix(scope);
  return {
    gte: range.after === undefined ? prefix : `${entryKey(scope, checkedSeq(range.after))}\0`,
    lt: range.through === undefined ? `l${scope}\u0001` : `${entryKey(scope, checkedSeq(range.through))}\0`,
    reverse: range.reverse ?? false,
    limit: checkedLimit(range.limit),
  };
}

function checked(text: string): string {
  checkText('key', text);
  return text;
}

/** Throws a TypeError unless `seq` is the number of an entry, or the 0 before the first. */
export function checkedSeq(seq: number): number {
  if (!Number.isSafeInteger(seq) || seq < 0) throw new TypeError('The number of an entry is a whole number');
  return seq;
}

function checkedLimit(limit: number | undefined): number {
  if (limit === undefined || limit === Infinity) return -1;
  if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError('A limit is a whole number');
  return limit;
}
