import { onTestFinished } from 'vitest';
import { faultyDatabase, type FaultyDatabase } from '@concord/store/faults';
import type { LevelStoreOptions } from '@concord/store/level';
import { until } from './until.ts';

/** A disk whose writes can be held back, as those of a slow one are. */
export interface Gate {
  /** Goes into the options of the server's store. */
  readonly store: Partial<LevelStoreOptions>;
  readonly disk: FaultyDatabase;
  /** Keeps group commits from reaching the disk until it is called again, at the latest when the test is over. */
  hold(): () => void;
  /** Resolves once a group waits at the held gate that was not asked for before `work`. */
  reachedBy(work: () => void): Promise<void>;
}

export function gate(): Gate {
  const disk = faultyDatabase();
  return {
    disk,
    store: { openDatabase: disk.openDatabase },
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
  };
}
