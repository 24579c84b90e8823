import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreHarness } from '../conformance.ts';
import type { Durability, Store } from '../store.ts';
import type { OpenDatabase } from './database.ts';
import { faultyDatabase } from './faults.ts';
import { openLevelStore } from './index.ts';

/** For tests: a LevelDB store in a folder of its own. `disguise` may stand between the test and each store opened. */
export async function openLevelHarness(
  durability: Durability,
  disguise: (store: Store) => Store = (store) => store,
  openDatabase?: OpenDatabase,
): Promise<StoreHarness> {
  const path = await mkdtemp(join(tmpdir(), 'concord-store-'));
  const faults = faultyDatabase(openDatabase);
  const opened: Store[] = [];
  const open = async (): Promise<Store> => {
    const store = disguise(await openLevelStore({ path, durability, openDatabase: faults.openDatabase }));
    opened.push(store);
    return store;
  };
  const closeAll = () => Promise.allSettled(opened.map((store) => store.close()));
  return {
    store: await open(),
    async reopenFresh() {
      await closeAll();
      return open();
    },
    failNextGroup: () => faults.failWrite(),
    async cleanup() {
      await closeAll();
      await rm(path, { recursive: true, force: true });
    },
  };
}
