import { ConcordError } from '@concord/protocol';
import type { DocumentStorage, Tabs } from '../storage.ts';
import { deleteDatabase } from './database.ts';
import { createIndexedDbStorage } from './indexeddb-storage.ts';
import { createTabs } from './tabs.ts';

export interface OpenStorage {
  readonly kind: 'indexeddb' | 'memory';
  readonly storage: DocumentStorage;
  /** Who shares it. Closed after it. */
  readonly tabs: Tabs;
  /** Why it is memory where IndexedDB was wanted. */
  readonly error?: ConcordError;
}

/**
 * Opens what this device keeps of one user. Memory takes the place of an IndexedDB that is not there, that the browser does
 * not open (private windows of some), or that a newer version of the page has changed.
 *
 * @param scope of server, account and user: who is signed in sees nothing of who was
 */
export async function openStorage(scope: string, wanted: 'indexeddb' | 'memory' = 'indexeddb'): Promise<OpenStorage> {
  if (wanted === 'memory') return openMemory(scope);
  if (!hasIndexedDb()) return openMemory(scope, new ConcordError('store_unavailable'));
  let tabs: Tabs | undefined;
  const storage = createIndexedDbStorage(scope, { held: async () => (await tabs?.held()) ?? new Set() });
  try {
    await storage.get('');
    // A page that may not use the one may not use Web Locks either.
    tabs = createTabs(scope);
    return { kind: 'indexeddb', storage, tabs };
  } catch (error) {
    await storage.close();
    return await openMemory(scope, error as ConcordError);
  }
}

/** Erases all that this device keeps of one user, in other tabs, too: their storages reject from then on. */
export async function forgetStorage(scope: string): Promise<void> {
  if (hasIndexedDb()) await deleteDatabase(scope);
}

/** Where a browser keeps nothing it may stand there as undefined. */
function hasIndexedDb(): boolean {
  return (globalThis.indexedDB as unknown) !== undefined;
}

async function openMemory(scope: string, error?: ConcordError): Promise<OpenStorage> {
  const { createMemoryStorage } = await import('./memory-storage.ts');
  const tabs = createTabs(scope, false);
  const storage = createMemoryStorage({ held: tabs.held });
  return { kind: 'memory', storage, tabs, ...(error === undefined ? {} : { error }) };
}
