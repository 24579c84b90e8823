import type { RecordAddress } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import { pointersAmong } from '../inbox/inbox-keys.ts';
import { announcementsOf } from './announcement.ts';
import { recordLogsPrefix } from './log-keys.ts';

/** Of each record that is purged, and of whose logs something may be left. */
const erasuresPrefix = 'log-erasure/';

function erasureKey({ account, collection, record }: RecordAddress): string {
  return `${erasuresPrefix}${account}/${collection}/${record}`;
}

/** Within the commit that purges the record: nobody finds its logs from then on, and they are to be erased. */
export function markErasure(tx: Transaction, address: RecordAddress): void {
  tx.put(erasureKey(address), new Uint8Array());
}

/** The purged records of whose logs something may be left. */
export async function readErasures(store: Store): Promise<readonly RecordAddress[]> {
  const records: RecordAddress[] = [];
  for await (const [key] of store.range({ prefix: erasuresPrefix })) {
    const [account = '', collection = '', record = ''] = key.slice(erasuresPrefix.length).split('/');
    records.push({ account, collection, record });
  }
  return records;
}

/** Erases the logs of purged records, and all that was derived from them. */
export interface LogErasure {
  /** Resolves once nothing is left of what that record's purge has marked. */
  erase(address: RecordAddress): Promise<void>;
  /** Takes up what was left when the process ended. */
  start(): Promise<void>;
}

export interface LogErasureOptions {
  readonly store: Store;
  /** Erases the bytes of the files that are among these keys. */
  readonly eraseFiles?: ((logKeys: readonly string[]) => Promise<void>) | undefined;
}

/** So many keys go in one commit: a log may have millions, and others are served between two of them. */
const chunkKeys = 10_000;

export function createLogErasure({ store, eraseFiles }: LogErasureOptions): LogErasure {
  async function eraseAll(address: RecordAddress, prefix: string): Promise<void> {
    let last = prefix;
    for (;;) {
      const keys: string[] = [];
      for await (const [key] of store.range({ prefix, gt: last, limit: chunkKeys })) keys.push(key);
      const end = keys.at(-1);
      if (end === undefined) return;
      await store.commit([], (tx) => {
        for (const key of [...keys, ...pointersAmong(address, keys)]) tx.delete(key);
      });
      await eraseFiles?.(keys);
      last = end;
    }
  }

  async function erase(address: RecordAddress): Promise<void> {
    for (const prefix of [recordLogsPrefix(address), announcementsOf(address)]) await eraseAll(address, prefix);
    await store.commit([], (tx) => tx.delete(erasureKey(address)));
  }

  return {
    erase,
    async start() {
      for (const address of await readErasures(store)) await erase(address);
    },
  };
}
