import type { QueryOptions } from '../query.ts';

/** Throws a `TypeError` where the limit is none. */
export function checkLimit({ limit = 1 }: QueryOptions): void {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 1000)) throw new TypeError('A limit is a whole number from 1 to 1000.');
}
