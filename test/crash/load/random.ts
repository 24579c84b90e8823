import * as prng from 'lib0/prng';

/** All chance of a run comes from one seed, so that a run can be repeated as far as the machine's timing allows. */
export interface Random {
  readonly seed: number;
  /** From 0 to `below - 1`. */
  below(below: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Takes the seed from CONCORD_CRASH_SEED, and prints it, under the name of what it is for. */
export function createRandom(what: string): Random {
  const seed = Number(process.env['CONCORD_CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: CONCORD_CRASH_SEED=${seed}`);
  return randomFrom(seed);
}

/** For one of many that each draw for themselves, from a seed that was drawn for it. */
export function randomFrom(seed: number): Random {
  const generator = prng.create(seed);
  return {
    seed,
    below: (below) => prng.uint32(generator, 0, below - 1),
    pick: (from) => prng.oneOf(generator, [...from]),
    chance: (probability) => prng.real53(generator) < probability,
  };
}
