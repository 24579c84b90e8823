/** Seeded randomness: a failure names its seed, and the same seed repeats it. */
export interface Random {
  readonly seed: number;
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  pick<T>(items: readonly T[]): T;
}

/** Takes `CONCORD_SEED` where it is set, so that what failed can be run again. */
export function seededRandom(seed: number = Number(process.env['CONCORD_SEED'] ?? Math.floor(Math.random() * 2 ** 31))): Random {
  // mulberry32
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { seed, below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}
