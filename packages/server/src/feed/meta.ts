import { hkdfSync, randomBytes } from 'node:crypto';
import type { Store } from '@concord/store';

/** What makes a feed's cursors its own. */
export interface FeedMeta {
  /** Names this run of numbers: a feed with another epoch is another feed, and its cursors mean nothing here. */
  readonly epoch: string;
  /** Signs cursors; 32 bytes. */
  readonly cursorKey: Uint8Array;
}

const epochKey = 'meta/epoch';

/** Eight characters: 41 random bits. */
const epochLength = 8;
const epochPattern = /^[0-9a-z]{8}$/;

/**
 * Loads the store's epoch, or makes one where the store is new, and derives the key of its cursors from the
 * server's secret: a cursor from before the data was replaced is still known as ours, and answered with a
 * reset (F3).
 */
export async function loadMeta(store: Store, secret: string | Uint8Array): Promise<FeedMeta> {
  const cursorKey = new Uint8Array(hkdfSync('sha256', secret, '', 'concord cursors', 32));
  return { epoch: await loadEpoch(store), cursorKey };
}

function loadEpoch(store: Store): Promise<string> {
  return store.lock('meta', async () => {
    const bytes = await store.get(epochKey);
    if (bytes === undefined) {
      const made = randomEpoch();
      await store.commit([], (tx) => tx.put(epochKey, new TextEncoder().encode(made)));
      return made;
    }
    const epoch = new TextDecoder().decode(bytes);
    if (!epochPattern.test(epoch)) throw new Error('The store is damaged: meta/epoch');
    return epoch;
  });
}

function randomEpoch(): string {
  const number = randomBytes(8).readBigUInt64BE() % 36n ** BigInt(epochLength);
  return number.toString(36).padStart(epochLength, '0');
}
