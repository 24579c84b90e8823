import type { DocumentStorage, KeptUpdate } from '../storage.ts';
import { answerOf, createDatabase, type DocumentEntry, type StoreName, type UpdateEntry } from './database.ts';
import { mergeKept } from './merge-updates.ts';
import { defaultLimits, documentsBeyond, sweepEvery, type StorageLimits } from './storage-limits.ts';
import { createTransactionQueue, type Touch } from './transaction-queue.ts';

export interface IndexedDbOptions {
  readonly limits?: StorageLimits;
  /** Documents that are open in some tab. */
  readonly held?: () => Promise<ReadonlySet<string>>;
  readonly now?: () => number;
}

/**
 * A storage in the IndexedDB database `concord:<scope>`, shared by all tabs.
 *
 * Each document is a log of updates. `unsaved` names those that no ack covers: settling one deletes the mark, and the
 * update stays. All that belongs together is one transaction, so that neither a crash nor another tab comes in between.
 *
 * @param scope of server, account and user
 */
export function createIndexedDbStorage(
  scope: string,
  { limits = defaultLimits, held = async () => new Set(), now = Date.now }: IndexedDbOptions = {},
): DocumentStorage {
  const database = createDatabase(scope);
  const queue = createTransactionQueue(database, now);
  let loads = sweepEvery.loads - 1;
  let bytes = 0;

  function add(document: string, given: Uint8Array, isLocal: boolean): Promise<number> {
    // A view would be stored together with all of the message that it looks into.
    const update = given.byteLength === given.buffer.byteLength ? given : given.slice();
    bytes += update.byteLength;
    const touch: Touch = { document, bytes: update.byteLength };
    const key = queue.join(async (transaction) => {
      const added = (await answerOf(transaction.objectStore('updates').add({ document, update }))) as number;
      if (isLocal) await answerOf(transaction.objectStore('unsaved').add({ key: added, document }));
      return added;
    }, touch);
    if (bytes >= sweepEvery.bytes) sweep();
    return key;
  }

  /** Replaces settled updates by what they come to; not if one of them is gone: another tab has done so, or erased them. */
  async function compact(document: string, keys: readonly number[], compacted: Uint8Array, saved: number): Promise<void> {
    await queue.alone('readwrite', async (transaction) => {
      const updates = transaction.objectStore('updates');
      const present = new Set(await keysOf(transaction, 'updates', document));
      if (!keys.every((key) => present.has(key))) return;
      updates.add({ document, update: compacted });
      for (const key of keys) updates.delete(key);
      const documents = transaction.objectStore('documents');
      const entry = (await answerOf(documents.get(document))) as DocumentEntry;
      documents.put({ ...entry, bytes: entry.bytes - saved });
    });
  }

  function sweep(): void {
    loads = 0;
    bytes = 0;
    quietly(
      held().then((open) =>
        queue.alone('readwrite', async (transaction) => {
          const all = (await answerOf(transaction.objectStore('documents').getAll())) as DocumentEntry[];
          const unsaved = await unsavedIn(transaction);
          for (const document of documentsBeyond(limits, all, new Set([...open, ...unsaved]))) await drop(transaction, document);
        }),
      ),
    );
  }

  return {
    async load(document) {
      const { updates, keys, marked } = await queue.alone('readonly', async (transaction) => {
        const [entries, all, marks] = await Promise.all([
          answerOf<UpdateEntry[]>(transaction.objectStore('updates').index('document').getAll(document)),
          keysOf(transaction, 'updates', document),
          keysOf(transaction, 'unsaved', document),
        ]);
        return { updates: entries.map(({ update }) => update), keys: all, marked: new Set(marks) };
      });
      const unsaved: KeptUpdate[] = [];
      const settled: KeptUpdate[] = [];
      keys.forEach((key, index) => (marked.has(key) ? unsaved : settled).push({ key, update: updates[index] as Uint8Array }));
      const { compacted, ...kept } = mergeKept(
        settled.map(({ update }) => update),
        unsaved,
      );
      if (keys.length > 0) quietly(queue.join(() => Promise.resolve(), { document, bytes: 0 }));
      if (compacted !== undefined) {
        const saved = settled.reduce((sum, { update }) => sum + update.byteLength, -compacted.byteLength);
        quietly(
          compact(
            document,
            settled.map(({ key }) => key),
            compacted,
            saved,
          ),
        );
      }
      if (++loads >= sweepEvery.loads) sweep();
      return kept;
    },
    async append(document, update) {
      await add(document, update, false);
    },
    appendLocal: (document, update) => add(document, update, true),
    async settle(_document, keys) {
      await queue.join(async (transaction) => {
        const unsaved = transaction.objectStore('unsaved');
        await Promise.all(keys.map((key) => answerOf(unsaved.delete(key))));
      });
    },
    async erase(document, { keepUnsaved } = { keepUnsaved: false }) {
      await queue.alone('readwrite', (transaction) => drop(transaction, document, keepUnsaved));
    },
    unsaved: () => queue.alone('readonly', unsavedIn),
    get: (name) => queue.alone('readonly', (transaction) => answerOf(transaction.objectStore('values').get(name))),
    async put(name, value) {
      await queue.join(async (transaction) => {
        const values = transaction.objectStore('values');
        if (value === undefined) await answerOf(values.delete(name));
        else await answerOf(values.put(value, name));
      });
    },
    list: (prefix) =>
      queue.alone('readonly', (transaction) =>
        answerOf(transaction.objectStore('values').getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
      ),
    async close() {
      await queue.end();
      database.close();
    },
  };
}

/** Nobody waits for these, and where they fail, things stay as they are. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined);
}

async function keysOf(transaction: IDBTransaction, store: StoreName, document: string): Promise<number[]> {
  return (await answerOf(transaction.objectStore(store).index('document').getAllKeys(document))) as number[];
}

async function unsavedIn(transaction: IDBTransaction): Promise<readonly string[]> {
  const marks = (await answerOf(transaction.objectStore('unsaved').getAll())) as { readonly document: string }[];
  return [...new Set(marks.map(({ document }) => document))];
}

async function drop(transaction: IDBTransaction, document: string, keepUnsaved = false): Promise<void> {
  const updates = transaction.objectStore('updates');
  const unsaved = transaction.objectStore('unsaved');
  const documents = transaction.objectStore('documents');
  const marked = await keysOf(transaction, 'unsaved', document);
  const kept = new Set(keepUnsaved ? marked : []);
  for (const key of await keysOf(transaction, 'updates', document)) if (!kept.has(key)) updates.delete(key);
  if (kept.size === 0) {
    for (const key of marked) unsaved.delete(key);
    documents.delete(document);
    return;
  }
  const rest = (await answerOf(updates.index('document').getAll(document))) as UpdateEntry[];
  const entry = (await answerOf(documents.get(document))) as DocumentEntry;
  documents.put({ ...entry, bytes: rest.reduce((sum, { update }) => sum + update.byteLength, 0) });
}
