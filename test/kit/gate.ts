import { onTestFinished } from 'vitest';
import { faultyDatabase, type FaultyDatabase } from '@concord/store/faults';
import type { Database, LevelStoreOptions } from '@concord/store/level';
import { until } from './until.ts';

/** A disk that can be held back, as a slow one is. What is held is let go when the test is over, at the latest. */
export interface Gate {
  /** Goes into the options of the server's store. */
  readonly store: Partial<LevelStoreOptions>;
  readonly disk: FaultyDatabase;
  /** Keeps group commits from reaching the disk until the returned function is called. */
  hold(): () => void;
  /** Resolves once a group is at the held gate that was not asked for before `work`. */
  reachedBy(work: () => void): Promise<void>;
  /** Keeps what is read next under a key that holds `text` from arriving. */
  holdReads(text: string): HeldReads;
}

export interface HeldReads {
  /** Whether something has been read, and does not arrive. */
  readonly isReached: boolean;
  release(): void;
}

export function gate(): Gate {
  const disk = faultyDatabase();
  let reads: { readonly text: string; readonly gate: Promise<void>; isReached: boolean } | undefined;

  async function pass(key: string): Promise<void> {
    if (reads === undefined || reads.isReached || !key.includes(reads.text)) return;
    reads.isReached = true;
    await reads.gate;
  }

  async function openDatabase(path: string): Promise<Database> {
    const database = await disk.openDatabase(path);
    return {
      ...database,
      async get(key) {
        const value = await database.get(key);
        await pass(key);
        return value;
      },
      async *read(bounds) {
        for await (const chunk of database.read(bounds)) {
          await pass(bounds.gte);
          yield chunk;
        }
      },
    };
  }

  return {
    disk,
    store: { openDatabase },
    hold() {
      const release = disk.holdWrites();
      onTestFinished(release);
      return release;
    },
    async reachedBy(work) {
      const before = disk.writes;
      work();
      await until('a group to reach the disk', () => disk.writes > before);
    },
    holdReads(text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const held = { text, gate: promise, isReached: false };
      reads = held;
      const release = (): void => {
        if (reads === held) reads = undefined;
        resolve();
      };
      onTestFinished(release);
      return {
        get isReached() {
          return held.isReached;
        },
        release,
      };
    },
  };
}
