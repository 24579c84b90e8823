import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytes, collect, put, turns } from '../conformance/harness.ts';
import type { GroupReport, Store } from '../store.ts';
import { faultyDatabase } from './faults.ts';
import { openLevelStore } from './index.ts';

const faults = faultyDatabase();
let path: string;
let store: Store;
let groups: GroupReport[];

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'concord-store-'));
  store = await openLevelStore({ path, openDatabase: faults.openDatabase });
  groups = [];
  store.onGroup((group) => groups.push(group));
});
afterEach(async () => {
  await store.close();
  await rm(path, { recursive: true, force: true });
});

it('[J2] commits of one turn are one group', async () => {
  await Promise.all(Array.from({ length: 100 }, (_, i) => put(store, `${i}`)));
  expect(groups.map(({ commits, writes }) => ({ commits, writes }))).toEqual([{ commits: 100, writes: 100 }]);
});

it('[J2] while a group is written the next one fills, and no second one is written', async () => {
  const before = faults.writes;
  const release = faults.holdWrites();
  const first = put(store, 'first');
  await turns();
  const rest = [];
  for (let i = 0; i < 100; i++) {
    rest.push(put(store, `${i}`));
    await turns(1);
  }
  expect(faults.writes - before).toBe(1);
  expect(await store.get('first')).toBeUndefined();
  release();
  await Promise.all([first, ...rest]);
  expect(groups.map(({ commits }) => commits)).toEqual([1, 100]);
});

it('a group writes a key once, however many of its commits do', async () => {
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      store.commit(['log'], (tx) => {
        tx.append('log', bytes(`${i}`));
        tx.put('mark', bytes(`${i}`));
      }),
    ),
  );
  expect(groups.map(({ writes }) => writes)).toEqual([51]);
  expect(await collect(store.range({}))).toEqual([['mark', '49']]);
});

it('a group that has grown large is written, and the rest follows in order', async () => {
  const seqs = await Promise.all(
    Array.from({ length: 12 }, () => store.commit(['log'], (tx) => tx.append('log', new Uint8Array(1024 * 1024)))),
  );
  expect(seqs).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  expect(groups.map(({ commits }) => commits)).toEqual([4, 4, 4]);
});

it('groups keep their distance when they are told to, but for the first and for closing', async () => {
  await store.close();
  store = await openLevelStore({ path, groupSpacingMs: 60_000 });
  await put(store, 'at once');
  const late = put(store, 'late');
  await turns();
  expect(await store.get('late')).toBeUndefined();
  const closed = store.close();
  await late;
  await closed;
});
