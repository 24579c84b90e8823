import type { BrowserContext, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { DocumentStorage } from '@concord/client/internals';
import { launchBrowser, launchProfile } from '../kit/browser.ts';
import { crashTab, serveClient } from '../kit/client-bundle.ts';
import { openTab } from '../kit/page-bundle.ts';
import { newContext, openStorageTab, origin } from '../kit/device-storage.ts';
import { seededRandom } from '../kit/random.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function saying(what: string): Uint8Array {
  const doc = new Y.Doc();
  doc.getMap('said').set(what, true);
  return Y.encodeStateAsUpdate(doc);
}

async function said(storage: DocumentStorage, document: string): Promise<number> {
  const { state } = await storage.load(document);
  const doc = new Y.Doc();
  if (state !== null) Y.applyUpdate(doc, state);
  return doc.getMap('said').size;
}

const freshContext = async (): Promise<BrowserContext> => newContext(await launchBrowser());

/** What `openStorage` comes to in a page. */
function opened(tab: Page, scope = 'test'): Promise<{ kind: string; message: string | undefined; kept: number }> {
  return tab.evaluate(async (name) => {
    const { storage, kind, error } = await window.concord.openStorage(name);
    await storage.appendLocal('a/b/c', new Uint8Array([0, 0]));
    return { kind, message: error?.message, kept: (await storage.load('a/b/c')).unsaved.length };
  }, scope);
}

it('loses nothing of what it was told is kept when a tab is killed, in the middle of compactions, too', async () => {
  const context = await freshContext();
  const random = seededRandom();
  const watcher = await openStorageTab(context);
  const documents = Array.from({ length: 10 }, (_, index) => `a/b/${index}`);
  for (const round of [1, 2, 3]) {
    const { tab, storage } = await openStorageTab(context);
    await Promise.all(
      documents.flatMap((document) =>
        Array.from({ length: 60 }, (_, index) => storage.append(document, saying(`${round}.${index}`))),
      ),
    );
    await storage.appendLocal('a/b/0', saying(`${round}.mine`));
    // Loads, and with them compactions, one after another.
    const loads = documents.map((document) => storage.load(document).catch(() => undefined));
    await Promise.all(loads.slice(0, 1 + random.below(documents.length)));
    await crashTab(tab);
    for (const document of documents) {
      expect(await said(watcher.storage, document), `CONCORD_SEED=${random.seed}`).toBe(
        60 * round + (document === 'a/b/0' ? round : 0),
      );
    }
    expect((await watcher.storage.load('a/b/0')).unsaved).toHaveLength(round);
  }
});

it('keeps what it was told is kept when the whole browser is killed', async () => {
  const folder = await temporaryFolder();
  const first = await launchProfile(folder);
  await serveClient(first);
  const { tab, storage } = await openStorageTab(first);
  await storage.appendLocal('a/b/c', saying('kept'));
  const session = await first.newCDPSession(tab);
  void session.send('Browser.crash').catch(() => undefined);
  await first.waitForEvent('close');

  const second = await launchProfile(folder);
  await serveClient(second);
  const again = await openStorageTab(second);
  expect(await said(again.storage, 'a/b/c')).toBe(1);
  expect((await again.storage.load('a/b/c')).unsaved).toHaveLength(1);
});

it('keeps what two tabs write and compact at the same time', async () => {
  const context = await freshContext();
  const tabs = await Promise.all([openStorageTab(context), openStorageTab(context)]);
  const writes = tabs.flatMap(({ storage }, tab) =>
    Array.from({ length: 300 }, async (_, index) => {
      await storage[index % 3 === 0 ? 'appendLocal' : 'append']('a/b/c', saying(`${tab}.${index}`));
      if (index % 25 === 0) await storage.load('a/b/c');
    }),
  );
  await Promise.all(writes);
  for (const { storage } of tabs) {
    expect(await said(storage, 'a/b/c')).toBe(600);
    expect((await storage.load('a/b/c')).unsaved).toHaveLength(200);
  }
});

it('brings nothing back that another tab erases while it is compacted', async () => {
  const context = await freshContext();
  const [one, two] = await Promise.all([openStorageTab(context), openStorageTab(context)]);
  for (let round = 0; round < 5; round++) {
    // So many that reading them takes longer than it takes to ask for the erasure: it comes before the compaction's write.
    await one.tab.evaluate(async () => {
      const { Y } = window.concord;
      const doc = new Y.Doc();
      const updates: Uint8Array[] = [];
      doc.on('update', (update: Uint8Array) => updates.push(update));
      for (let index = 0; index < 3_000; index++) doc.getMap('said').set(`${index}`, true);
      await Promise.all(updates.map((update) => window.storage.append('a/b/c', update)));
    });
    const loading = one.storage.load('a/b/c');
    await two.storage.erase('a/b/c');
    await loading;
    // Behind the compaction, which nobody waits for.
    expect(await said(one.storage, 'a/b/c')).toBe(0);
  }
});

it('rejects what does not fit on the device, and goes on with what does', async () => {
  const context = await freshContext();
  const { tab, storage } = await openStorageTab(context);
  // Before its first use, as the browser remembers for a while how much there was.
  const session = await context.newCDPSession(tab);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
  await storage.appendLocal('a/b/c', saying('before'));

  // Both are asked for in one turn, and so share a transaction.
  const refusals = await tab.evaluate(async () => {
    const outcomes = await Promise.allSettled([
      window.storage.appendLocal('a/b/c', new Uint8Array(5_000_000)),
      window.storage.put('small', 'fits'),
    ]);
    return outcomes.map((outcome) =>
      outcome.status === 'fulfilled'
        ? 'kept'
        : `${(outcome.reason as { code: string }).code}: ${(outcome.reason as Error).message}`,
    );
  });
  expect(refusals).toEqual(['store_unavailable: This device has no space left for more.', 'kept']);
  expect(await storage.get('small')).toBe('fits');
  await storage.appendLocal('a/b/c', saying('after'));
  expect(await said(storage, 'a/b/c')).toBe(2);
});

it('opens its database again when the browser has cut it off', async () => {
  const context = await freshContext();
  const { tab, storage } = await openStorageTab(context);
  await storage.append('a/b/c', saying('before'));
  // As Safari does it: the connection is dead, and nothing said so.
  await tab.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      IDBDatabase.prototype.transaction = transaction;
      this.close();
      return transaction.apply(this, args);
    };
  });
  await storage.append('a/b/c', saying('after'));
  expect(await said(storage, 'a/b/c')).toBe(2);

  // As Chromium does it now and then: it says so, and what runs has no end.
  await tab.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...args) {
      IDBDatabase.prototype.transaction = transaction;
      const cut = transaction.apply(this, args);
      for (const end of ['complete', 'abort']) cut.addEventListener(end, (event) => event.stopImmediatePropagation());
      setTimeout(() => {
        this.close();
        this.dispatchEvent(new Event('close'));
      });
      return cut;
    };
  });
  await storage.append('a/b/c', saying('at last'));
  expect(await said(storage, 'a/b/c')).toBe(3);

  // As the browser does it where its user clears what sites keep.
  const session = await context.newCDPSession(tab);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  await storage.append('a/b/c', saying('anew'));
  expect(await said(storage, 'a/b/c')).toBe(1);
});

it('leaves the database of a newer page alone, lets go of its own when one comes, and uses memory', async () => {
  const context = await freshContext();
  const { tab, storage } = await openStorageTab(context);
  await storage.put('schema', 'of the older page');
  const newer = await openTab(context, origin);
  const upgraded = await newer.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.open('concord:test', 1_000);
        request.onsuccess = () => {
          const values = request.result.transaction('values').objectStore('values').get('schema');
          values.onsuccess = () => resolve(values.result);
        };
      }),
  );
  expect(upgraded).toBe('of the older page');
  await expect(storage.get('schema')).rejects.toThrow('A newer version of this page keeps its data here: reload it.');
  expect(await opened(tab)).toEqual({
    kind: 'memory',
    message: 'A newer version of this page keeps its data here: reload it.',
    kept: 1,
  });
  expect(await newer.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version))).toEqual([1_000]);
});

it('uses memory where a browser has no IndexedDB, or does not open it', async () => {
  const context = await freshContext();
  const tab = await openTab(context, origin);
  expect(await opened(tab)).toEqual({ kind: 'indexeddb', message: undefined, kept: 1 });
  await tab.evaluate(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('Not in a private window.', 'SecurityError');
    };
  });
  expect(await opened(tab)).toEqual({ kind: 'memory', message: 'This browser keeps nothing.', kept: 1 });
  await tab.evaluate(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
  expect(await opened(tab)).toMatchObject({ kind: 'memory', kept: 1 });
  await tab.evaluate(() => window.concord.forgetStorage('test'));
});

it('shows one user nothing of another, and erases what is forgotten in every tab', async () => {
  const context = await freshContext();
  const [one, two] = await Promise.all([openTab(context, origin), openTab(context, origin)]);
  expect(await opened(one, 'ada')).toMatchObject({ kept: 1 });
  expect(await opened(one, 'ben')).toMatchObject({ kept: 1 });
  await two.evaluate(async () => {
    window.storage = (await window.concord.openStorage('ada')).storage;
    await window.storage.put('me', 'ada');
  });
  await one.evaluate(() => window.concord.forgetStorage('ada'));
  // A tab that still is hers keeps nothing any more, lest it be there when she has gone.
  const refusal = await two.evaluate(() => window.storage.put('me', 'ada').catch((error: Error) => error.message));
  expect(refusal).toBe('What was kept on this device has been erased.');
  expect(await two.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual(['concord:ben']);
  expect(await opened(one, 'ada')).toMatchObject({ kind: 'indexeddb', kept: 1 });
  expect(await opened(one, 'ben')).toMatchObject({ kept: 2 });
});
