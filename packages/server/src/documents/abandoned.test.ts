import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { defaultLimits } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import { Journal } from './journal.ts';
import { decodeSnapshot } from './journal-codec.ts';
import { ClientIds } from './client-ids.ts';
import { Guard } from './guard.ts';
import { LiveRecord } from './live-record.ts';
import { AnnouncedIds } from './presence.ts';
import { Part, type LiveDocument } from './part.ts';

function newPart(): Part {
  const document = Object.assign(new Y.Doc(), { name: 'acme/notes/n', flush: () => undefined }) as LiveDocument;
  const stored = {
    mark: undefined,
    clientIds: new ClientIds('acme/notes/n', new Map()),
    seq: 0,
    snapshotThrough: 0,
    storedBytes: 0,
    tailBytes: 0,
    state: undefined,
  };
  const owner = { wantsCommit: () => undefined, edited: () => undefined, limits: defaultLimits, announced: new AnnouncedIds() };
  const address = { account: 'acme', collection: 'notes', record: 'n' };
  return new Part(address, document, new LiveRecord(address, undefined), stored, owner, new Guard(new Map()), () => 0);
}

/** Remembers values; numbers entries. */
function newTransaction(): { readonly tx: Transaction; readonly values: Map<string, Uint8Array>; readonly entries: Set<number> } {
  const values = new Map<string, Uint8Array>();
  const entries = new Set<number>();
  let seq = 0;
  const tx: Transaction = {
    put: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    append: () => (entries.add(++seq), seq),
    remove: (_scope, gone) => void entries.delete(gone),
  };
  return { tx, values, entries };
}

it('[J3] [J5] writes nothing of a part that was abandoned after it had been opened, and reports no failure for it', async () => {
  let commits = 0;
  const failures: unknown[] = [];
  const store = { commit: () => Promise.resolve(commits++) } as unknown as Store;
  const journal = new Journal(store, (error) => failures.push(error));
  const [kept, dropped] = [newPart(), newPart()];
  dropped.abandon();
  await expect(journal.commit([kept, dropped], [], () => undefined)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect([commits, kept.ticket, failures]).toEqual([0, 0, []]);
  await journal.commit([kept], [], () => undefined);
  expect(commits).toBe(1);
});

it('[J4] leaves a part alone that was compacted further, or erased, while a compaction was under way', () => {
  const { tx, values, entries } = newTransaction();
  const part = newPart();
  for (const text of ['a', 'b', 'c']) {
    part.write(tx, 'ann', () => part.document.getText('body').insert(0, text));
    part.note(Y.encodeStateAsUpdate(part.document), 'ann');
    part.seal(tx);
  }
  const through = part.seq - 1;
  const late = Y.encodeStateAsUpdate(part.document);
  part.compact(tx, Y.encodeStateAsUpdate(part.document), part.seq);
  part.compact(tx, late, through);
  expect(decodeSnapshot(values.get('snapshot/acme/notes/n') as Uint8Array).through).toBe(part.seq);
  expect(entries.size).toBe(0);
  part.erase(tx);
  part.compact(tx, late, through);
  expect(decodeSnapshot(values.get('snapshot/acme/notes/n') as Uint8Array).state.byteLength).toBe(2);
});
