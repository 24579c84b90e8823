import { formatDocumentName, type RecordAddress } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import * as Y from 'yjs';
import { readClientIds, type ClientIds } from './client-ids.ts';
import { encodeSnapshot } from './journal-codec.ts';
import { journalScope, markKey, partsOwnerPrefix, snapshotKey } from './keys.ts';
import { readUpdates } from './loading.ts';

/** A part as it lies in the store, for who does not load it. */
export interface StoredDocument {
  readonly name: string;
  readonly seq: number;
  readonly snapshotThrough: number;
  readonly clientIds: ClientIds;
}

/** The parts of a record that were written once and that are not among `known`: segments of logs, and what the config has no more. */
export async function otherParts(
  store: Store,
  address: RecordAddress,
  known: ReadonlyMap<string, unknown>,
): Promise<readonly StoredDocument[]> {
  const record = formatDocumentName(address);
  const names = new Set<string>();
  // Whatever was written was written under somebody's client id.
  for await (const [key] of store.range({ prefix: partsOwnerPrefix(record) })) {
    const part = key.slice(partsOwnerPrefix(record).length, key.indexOf('#'));
    if (!known.has(part)) names.add(part);
  }
  return await Promise.all(
    [...names].map(async (part) => {
      const name = formatDocumentName({ ...address, part });
      const { seq, snapshotThrough } = await readUpdates(store, name);
      return { name, seq, snapshotThrough, clientIds: await readClientIds(store, name) };
    }),
  );
}

/** Within a commit that names its journal: the numbers of that go on where they were, should the part ever come back. */
export function eraseStored(tx: Transaction, { name, seq, snapshotThrough, clientIds }: StoredDocument): void {
  for (let entry = snapshotThrough + 1; entry <= seq; entry++) tx.remove(journalScope(name), entry);
  tx.put(snapshotKey(name), encodeSnapshot({ through: seq, state: Y.encodeStateAsUpdate(new Y.Doc()) }));
  tx.delete(markKey(name));
  clientIds.erase(tx);
}
