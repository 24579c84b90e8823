import { entryBounds } from './bounds.ts';
import type { Database } from './database.ts';
import { checkText, counterKey, entryPrefix, entrySeq } from './keys.ts';

/** The last number of one log, as the group being built sees it. */
export interface Counter {
  last: number;
}

/**
 * The last numbers of the logs that were written to lately: at most two generations of them, so that a log
 * in use is never read again and an idle one is forgotten.
 *
 * May be loaded, and may forget, only while no group is between its building and its end: what is on disk
 * is the truth only then.
 */
export class Counters {
  /** How many make a generation. */
  readonly #size: number;
  #young = new Map<string, Counter>();
  #old = new Map<string, Counter>();

  constructor(size = 50_000) {
    this.#size = size;
  }

  get(scope: string): Counter | undefined {
    return this.#young.get(scope);
  }

  /**
   * Makes the counters of all these scopes known, and keeps them until it is called again. Returns, by
   * scope, why one could not be read; undefined when all could.
   */
  async load(
    database: Database,
    commits: Iterable<{ readonly scopes: readonly string[] }>,
  ): Promise<Map<string, unknown> | undefined> {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const unknown = new Set<string>();
    for (const { scopes } of commits) {
      for (const scope of scopes) if (!this.#keep(scope)) unknown.add(scope);
    }
    if (unknown.size === 0) return undefined;

    const failures = new Map<string, unknown>();
    const read = async (scope: string) => {
      try {
        this.#young.set(scope, { last: await readLastSeq(database, scope) });
      } catch (error) {
        failures.set(scope, error);
      }
    };
    await Promise.all(Array.from(unknown, read));
    return failures.size === 0 ? undefined : failures;
  }

  #keep(scope: string): boolean {
    if (this.#young.has(scope)) return true;
    const counter = this.#old.get(scope);
    if (counter === undefined) return false;
    this.#young.set(scope, counter);
    return true;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}

/**
 * The last number of a log, from disk. The entry is read before the stored counter: whoever removes the last
 * entry writes the counter with it, so in this order the answer never falls behind.
 */
export async function readLastSeq(database: Database, scope: string): Promise<number> {
  checkText('scope', scope);
  let last = 0;
  for await (const chunk of database.read(entryBounds(scope, { reverse: true, limit: 1 }))) {
    for (const [key] of chunk) last = entrySeq(key, entryPrefix(scope).length);
  }
  const stored = await database.get(counterKey(scope));
  return stored === undefined ? last : Math.max(last, decodeSeq(stored));
}

export function encodeSeq(seq: number): Uint8Array {
  return new TextEncoder().encode(`${seq}`);
}

function decodeSeq(bytes: Uint8Array): number {
  const seq = Number(new TextDecoder().decode(bytes));
  if (!Number.isSafeInteger(seq)) throw new Error('A stored counter is damaged');
  return seq;
}
