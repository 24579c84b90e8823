import * as Y from 'yjs';
import { ConcordError } from '@concord/protocol';
import type { Store } from '@concord/store';
import { decodeEntry, decodeMark, decodeSnapshot } from './journal-codec.ts';
import { readClientIds } from './client-ids.ts';
import { journalScope, markKey, snapshotKey } from './keys.ts';
import type { StoredPart } from './part.ts';

/** The Yjs origin of what comes from the disk. */
const loadOrigin = 'load';

/**
 * Reads a part's snapshot and the entries behind it into `document` (J4), in one transaction.
 *
 * @throws `damaged`, with the cause, when what is stored cannot be read: then the part is not opened. Also
 *   what the store throws.
 */
export async function loadPart(store: Store, name: string, document: Y.Doc): Promise<StoredPart> {
  try {
    return await readPart(store, name, document);
  } catch (error) {
    throw error instanceof ConcordError ? error : new ConcordError('damaged', { cause: error });
  }
}

async function readPart(store: Store, name: string, document: Y.Doc): Promise<StoredPart> {
  const [mark, clientIds, stored] = await Promise.all([
    store.get(markKey(name)),
    readClientIds(store, name),
    readUpdates(store, name),
  ]);
  withoutUpdateEvents(document, () =>
    document.transact(() => {
      for (const update of stored.updates) Y.applyUpdate(document, update, loadOrigin);
    }, loadOrigin),
  );
  // Not before: Yjs gives up an id under which it is handed structs.
  clientIds.adopt(document);
  return {
    mark: mark && decodeMark(mark),
    clientIds,
    seq: stored.seq,
    snapshotThrough: stored.snapshotThrough,
    storedBytes: stored.snapshotBytes + stored.tailBytes,
    tailBytes: stored.tailBytes,
    state: stored.updates.length === 1 ? stored.updates[0] : undefined,
  };
}

/**
 * Nobody is connected to a document that is being loaded. With a listener in place, Yjs would encode all
 * that was read once more to tell it, and Hocuspocus would prepare that for broadcast: twice the work.
 * (Yjs asks its `_observers` whether anybody listens; there is no public way to step aside for a while.)
 */
function withoutUpdateEvents(document: Y.Doc, work: () => void): void {
  const listeners = document._observers.get('update');
  document._observers.delete('update');
  try {
    work();
  } finally {
    if (listeners !== undefined) document._observers.set('update', listeners);
  }
}

export interface StoredUpdates {
  readonly updates: readonly Uint8Array[];
  readonly snapshotThrough: number;
  readonly seq: number;
  readonly snapshotBytes: number;
  readonly tailBytes: number;
}

/**
 * A part's state as it lies in the store: the snapshot, then the entries behind it up to `through`, or all.
 *
 * A compaction may come between the two reads. Then entries are missing behind an old snapshot, and the
 * newer one is read.
 */
export async function readUpdates(store: Store, name: string, through?: number): Promise<StoredUpdates> {
  let previous: number | undefined;
  for (;;) {
    const bytes = await store.get(snapshotKey(name));
    const snapshot = bytes && decodeSnapshot(bytes);
    const snapshotThrough = snapshot?.through ?? 0;
    const updates = snapshot === undefined ? [] : [snapshot.state];
    const range = through === undefined ? { after: snapshotThrough } : { after: snapshotThrough, through };
    let seq = snapshotThrough;
    let tailBytes = 0;
    for await (const [entrySeq, entry] of store.entries(journalScope(name), range)) {
      if (entrySeq !== seq + 1) break;
      seq = entrySeq;
      tailBytes += entry.byteLength;
      for (const { update } of decodeEntry(entry).updates) updates.push(update);
    }
    const expected = through ?? (await store.lastSeq(journalScope(name)));
    if (seq >= expected) return { updates, snapshotThrough, seq, snapshotBytes: bytes?.byteLength ?? 0, tailBytes };
    if (snapshotThrough === previous) throw new Error(`The journal of ${name} ends at ${seq} and should reach ${expected}.`);
    previous = snapshotThrough;
  }
}
