import { resolve } from 'node:path';
import type { Durability, Store } from '../store.ts';
import { openDatabase as openLevelDatabase, type OpenDatabase } from './database.ts';
import { LevelStore } from './level-store.ts';
import { openFolder } from './open.ts';

export { StoreLockedError, StoreOpenError } from './open.ts';
export type { Database, OpenDatabase } from './database.ts';
export type { Bounds } from './bounds.ts';

export interface LevelStoreOptions {
  /** The folder; made if it is missing. Only one process may have it open. */
  readonly path: string;
  /** `fsync` unless told otherwise. */
  readonly durability?: Durability | undefined;
  /**
   * Groups are sealed at least so far apart; 0 unless told otherwise. Writing a group costs 100 to 150 µs of
   * CPU however many commits it holds, so under a load of many small commits a millisecond here trades that
   * much latency for CPU. The first commit after a pause never waits.
   */
  readonly groupSpacingMs?: number | undefined;
  /** Milliseconds, monotonic; for the reports and the spacing. */
  readonly now?: (() => number) | undefined;
  /** Opens LevelDB itself unless told otherwise. For tests, which let it fail. */
  readonly openDatabase?: OpenDatabase | undefined;
}

/**
 * Opens the embedded store.
 *
 * @throws {StoreLockedError} when another process, or another store of this one, has the folder open.
 * @throws {StoreOpenError} when it cannot be opened for another reason.
 */
export async function openLevelStore(options: LevelStoreOptions): Promise<Store> {
  const { durability = 'fsync', groupSpacingMs = 0, now = () => performance.now(), openDatabase = openLevelDatabase } = options;
  const path = resolve(options.path);
  const open = () => openFolder(path, openDatabase);
  return new LevelStore({ open, durability, groupSpacingMs, now }, await open());
}
