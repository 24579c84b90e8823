import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Durability, Store } from '@concord/store';
import { openLevelStore, StoreLockedError, StoreOpenError } from '@concord/store/level';
import { createDiskFiles } from '../files/disk-files.ts';
import type { FileStore } from '../files/file-store.ts';
import { CliFailure } from './failure.ts';

/**
 * A data folder holds the store, the files that people attach and, unless it comes from the environment, the secret. Only
 * its owner may look into a folder that is made here.
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

function storePath(dataFolder: string): string {
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

/** The files that people attach. Throws a CliFailure where their folder cannot be made. */
export async function openDataFiles(dataFolder: string): Promise<FileStore> {
  const folder = join(dataFolder, 'files');
  try {
    return await createDiskFiles(folder);
  } catch (error) {
    throw new CliFailure(`The folder of files ${folder} cannot be made: ${(error as Error).message}`, { cause: error });
  }
}

/** The store, which no server may have open. `otherwise` says what to do if one has. */
export async function openFreeStore(dataFolder: string, otherwise: string): Promise<Store> {
  try {
    return await openDataStore(dataFolder);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    throw new CliFailure(`${error.message}\n${otherwise}`, { cause: error });
  }
}

/** The folder, if there is a store in it. */
export function existingDataFolder(path: string): string {
  const folder = resolve(path);
  if (!existsSync(storePath(folder))) throw new CliFailure(`There is no store in ${folder}: name the folder with --data DIR.`);
  return folder;
}
