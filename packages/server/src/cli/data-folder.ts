import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Durability, Store } from '@concord/store';
import { openLevelStore, StoreLockedError, StoreOpenError } from '@concord/store/level';
import { CliFailure } from './failure.ts';

/**
 * A data folder holds the store and, unless it comes from the environment, the secret. Only its owner may
 * look into a folder that is made here.
 */
export async function makeDataFolder(path: string): Promise<string> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CliFailure(`The data folder ${folder} cannot be made: ${(error as Error).message}`, { cause: error });
  }
  return folder;
}

export function storePath(dataFolder: string): string {
  return join(dataFolder, 'store');
}

/** Throws a CliFailure where another process has it open, or it cannot be opened. */
export async function openDataStore(dataFolder: string, durability?: Durability): Promise<Store> {
  try {
    return await openLevelStore({ path: storePath(dataFolder), durability });
  } catch (error) {
    if (error instanceof StoreLockedError || error instanceof StoreOpenError)
      throw new CliFailure(error.message, { cause: error });
    throw error;
  }
}
