import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createMemoryStorage, type DocumentStorage } from '@concord/client/internals';
import { serveClient } from './client-bundle.ts';
import { openTab } from './page-bundle.ts';

/** No server is there: the storage needs none. */
export const origin = 'http://localhost:1';

export interface Limits {
  readonly maxDocuments: number;
  readonly maxBytes: number;
}

/** A storage to be checked, and those that share it. */
export interface StorageUnderTest {
  readonly storage: DocumentStorage;
  /** The same as another tab sees it; itself where there are no tabs. */
  readonly other: DocumentStorage;
  /** Opens it again; nothing where it ends with its page. */
  reload(): Promise<void>;
}

export type OpenStorageUnderTest = (options?: {
  readonly limits?: Limits;
  readonly held?: readonly string[];
}) => Promise<StorageUnderTest>;

export const openMemory: OpenStorageUnderTest = async ({ limits, held = [] } = {}) => {
  const storage = createMemoryStorage({ held: async () => new Set(held), ...(limits === undefined ? {} : { limits }) });
  return { storage, other: storage, reload: async () => undefined };
};

/** IndexedDB in a real browser, with two tabs. */
export function openInBrowser(browser: Browser): OpenStorageUnderTest {
  return async ({ limits, held = [] } = {}) => {
    const context = await newContext(browser);
    const tabs = await Promise.all([openTab(context, origin), openTab(context, origin)]);
    const start = async (): Promise<void> => {
      for (const tab of tabs) await startStorage(tab, limits, held);
    };
    await start();
    const [storage, other] = tabs.map(storageOf) as [DocumentStorage, DocumentStorage];
    const reload = async (): Promise<void> => {
      await Promise.all(tabs.map((tab) => tab.reload()));
      await start();
    };
    return { storage, other, reload };
  };
}

export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await serveClient(context);
  return context;
}

export async function openStorageTab(
  context: BrowserContext,
): Promise<{ readonly tab: Page; readonly storage: DocumentStorage }> {
  const tab = await openTab(context, origin);
  await startStorage(tab);
  return { tab, storage: storageOf(tab) };
}

declare global {
  interface Window {
    storage: DocumentStorage;
  }
}

async function startStorage(tab: Page, limits?: Limits, held: readonly string[] = []): Promise<void> {
  await tab.evaluate(
    (options) => {
      window.storage = window.concord.createIndexedDbStorage('test', {
        held: async () => new Set(options.held),
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      });
    },
    { limits, held },
  );
}

/** The page's storage, called from here. */
function storageOf(tab: Page): DocumentStorage {
  const call =
    (name: keyof DocumentStorage) =>
    async (...args: unknown[]): Promise<never> =>
      await tab.evaluate(([method, given]) => (window.storage[method] as (...all: unknown[]) => Promise<never>)(...given), [
        name,
        args,
      ] as const);
  return {
    load: call('load'),
    append: call('append'),
    appendLocal: call('appendLocal'),
    settle: call('settle'),
    erase: call('erase'),
    unsaved: call('unsaved'),
    get: call('get'),
    put: call('put'),
    list: call('list'),
    close: call('close'),
  };
}
