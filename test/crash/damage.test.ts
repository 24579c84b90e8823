import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import { connected, flushed } from '../kit/providers.ts';
import { verifyFolder } from '../kit/server-process.ts';
import { startServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';

// Where things lie in a store. What changes there has to be told to `concord verify`, and here.
const note = 'acme/notes/n';
const journal = `journal/${note}`;
const row = `record/${note}`;
const feed = 'feed/acme';

/** A data folder with two records, each edited a few times, and closed in good order. */
async function madeFolder(): Promise<string> {
  const folder = await temporaryFolder();
  const server = await startServer({ store: { path: join(folder, 'store') } });
  await server.json('POST', '/records/tickets', { id: 't', title: 'one' });
  await server.json('PATCH', '/records/tickets/t', { title: 'two' });
  await server.json('PATCH', '/records/tickets/t', { title: 'three' });
  const provider = await connected(server, note);
  for (const text of ['a', 'b', 'c']) {
    provider.document.getText('body').insert(0, text);
    await flushed(provider);
  }
  await until('the edits to be published', async () => (await server.fetch('/records/notes/n')).ok);
  await server.stop();
  return folder;
}

async function seqsOf(store: Store, scope: string): Promise<number[]> {
  const seqs: number[] = [];
  for await (const [seq] of store.entries(scope)) seqs.push(seq);
  return seqs;
}

async function changeRow(
  store: Store,
  change: (row: { view: Record<string, unknown>; lastEvent: number }) => void,
): Promise<void> {
  const stored = JSON.parse(Buffer.from((await store.get(row)) as Uint8Array).toString()) as Parameters<typeof change>[0];
  change(stored);
  await store.commit([], (tx) => tx.put(row, Buffer.from(JSON.stringify(stored))));
}

interface Damage {
  readonly what: string;
  readonly says: RegExp;
  readonly cause: (store: Store) => Promise<unknown>;
}

const damages: readonly Damage[] = [
  {
    what: 'a journal entry is gone from the middle',
    says: /acme\/notes\/n: The journal of acme\/notes\/n ends at 1 and should reach 3/,
    cause: (store) => store.commit([journal], (tx) => tx.remove(journal, 2)),
  },
  {
    what: 'the last journal entry is gone',
    says: /acme\/notes\/n: The journal of acme\/notes\/n ends at 2 and should reach 3/,
    cause: (store) => store.commit([journal], (tx) => tx.remove(journal, 3)),
  },
  {
    what: 'a journal entry is garbage',
    says: /acme\/notes\/n: /,
    cause: (store) => store.commit([journal], (tx) => tx.append(journal, new Uint8Array([1, 1, 1, 0, 99, 1, 2]))),
  },
  {
    what: 'a journal entry holds what no view was derived from',
    says: /acme\/notes\/n: the view's body differs from the document's/,
    cause: async (store) => {
      const entries: Uint8Array[] = [];
      for await (const [, entry] of store.entries(journal)) entries.push(entry);
      const other = new Y.Doc();
      other.getText('body').insert(0, 'smuggled in');
      const update = Y.encodeStateAsUpdate(other);
      // Format 1, at time 0, one update, by nobody.
      await store.commit([journal], (tx) => tx.append(journal, new Uint8Array([1, 0, 1, 0, update.length, ...update])));
    },
  },
  {
    what: 'a view says something else than its document',
    says: /acme\/notes\/n: the view's body differs from the document's/,
    cause: (store) => changeRow(store, ({ view }) => (view['body'] = 'never typed')),
  },
  {
    what: "a view's version is not its last event's",
    says: /acme\/notes\/n: its latest event has version \d, its row has 77/,
    cause: (store) => changeRow(store, ({ view }) => (view['version'] = 77)),
  },
  {
    what: 'a record is gone',
    says: /acme\/notes\/n: has events and no record/,
    cause: (store) => store.commit([], (tx) => tx.delete(row)),
  },
  {
    what: 'the first event of a record is gone',
    says: /acme\/tickets\/t: its first events are missing/,
    cause: (store) => store.commit([feed], (tx) => tx.remove(feed, 1)),
  },
  {
    what: 'an event in between is gone',
    says: /acme\/tickets\/t: event 3 has version 3 and should have 2/,
    cause: (store) => store.commit([feed], (tx) => tx.remove(feed, 2)),
  },
  {
    what: 'the last event is gone',
    says: /acme\/notes\/n: its latest event is (\d|missing), its row says \d/,
    cause: async (store) => {
      const last = (await seqsOf(store, feed)).at(-1) as number;
      await store.commit([feed], (tx) => tx.remove(feed, last));
    },
  },
  {
    what: 'an event is there twice',
    says: /acme\/notes\/n: event \d has version \d and should have \d/,
    cause: async (store) => {
      let last: Uint8Array | undefined;
      for await (const [, entry] of store.entries(feed)) last = entry;
      await store.commit([feed], (tx) => tx.append(feed, last as Uint8Array));
    },
  },
  {
    what: 'a dirty mark speaks of entries that are not there',
    says: /acme\/notes\/n: is marked dirty from 1 to 9, its journal ends at 3/,
    cause: (store) =>
      store.commit([], (tx) => tx.put(`dirty/${note}`, Buffer.from(JSON.stringify({ first: 1, last: 9, actors: ['alice'] })))),
  },
  {
    what: 'a record is of a collection that the config does not have',
    says: /acme\/strangers\/n: the config has no such collection/,
    cause: async (store) => {
      const bytes = (await store.get(row)) as Uint8Array;
      await store.commit([], (tx) => tx.put('record/acme/strangers/n', bytes));
    },
  },
];

it('concord verify finds nothing in a store that is well', async () => {
  expect(await verifyFolder(await madeFolder())).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 records, 2 parts, 0 entries, \d events: no problems\n$/) as string,
  });
});

it.each(damages)('concord verify names the problem when $what', async ({ says, cause }) => {
  const folder = await madeFolder();
  const store = await openLevelStore({ path: join(folder, 'store') });
  await cause(store);
  await store.close();
  const { code, stdout, stderr } = await verifyFolder(folder);
  expect(stdout).toMatch(says);
  expect(stdout).toMatch(/: [1-9]\d* problems?\n$/);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
});
