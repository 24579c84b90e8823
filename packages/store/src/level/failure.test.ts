import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { bytes, codeOf, collect, keysOf, put, turns } from '../conformance/harness.ts';
import { faultyDatabase } from './faults.ts';
import { openLevelStore, StoreLockedError, StoreOpenError } from './index.ts';

const undo: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'concord-store-'));
  undo.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

it('[J3] nothing more is written to a handle that failed once, and after reopening all that was acknowledged is there', async () => {
  const faults = faultyDatabase();
  const path = await folder();
  const store = await openLevelStore({ path, openDatabase: faults.openDatabase });
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round++) {
    faults.failWrite({ nth: 3, code: round % 2 === 0 ? 'ENOSPC' : 'EIO' });
    for (let i = 0; i < 6; i++) {
      const keys = Array.from({ length: 4 }, (_, n) => `${round} ${i} ${n}`);
      const outcomes = await Promise.all(keys.map((key) => codeOf(put(store, key))));
      expect(new Set(outcomes)).toEqual(
        new Set([i < 2 ? 'resolved: undefined' : i === 2 ? 'commit_unknown' : 'store_unavailable']),
      );
      if (i < 2) acknowledged.push(...keys);
    }
    await store.reopen();
  }
  expect(faults.writesAfterFailure).toBe(0);
  await store.close();
  const fresh = await openLevelStore({ path });
  undo.push(() => fresh.close());
  expect(await keysOf(fresh.range({}))).toEqual(acknowledged);
});

it('[J3] a commit whose outcome is unknown may turn out to be on disk, and its numbers are then taken', async () => {
  const faults = faultyDatabase();
  const store = await openLevelStore({ path: await folder(), openDatabase: faults.openDatabase });
  undo.push(() => store.close());
  const append = (value: string) => store.commit(['log'], (tx) => tx.append('log', bytes(value)));
  faults.failWrite({ written: true });
  expect(await codeOf(append('unknown'))).toBe('commit_unknown');
  await store.reopen();
  expect(await append('next')).toBe(2);
  expect(await collect(store.entries('log'))).toEqual([
    [1, 'unknown'],
    [2, 'next'],
  ]);
});

it('a reopening that fails says so, leaves the store failed, and can be tried again', async () => {
  const faults = faultyDatabase();
  const store = await openLevelStore({ path: await folder(), openDatabase: faults.openDatabase });
  undo.push(() => store.close());
  await put(store, 'before');
  faults.failWrite();
  expect(await codeOf(put(store, 'lost'))).toBe('commit_unknown');
  faults.failOpen(2, 'ENOSPC');
  for (let i = 0; i < 2; i++) {
    await expect(store.reopen()).rejects.toThrow(/No space left.*free some space/);
    expect(await codeOf(put(store, 'refused'))).toBe('store_unavailable');
    expect(await codeOf(store.get('before'))).toBe('store_unavailable');
  }
  await store.reopen();
  await put(store, 'after');
  expect(await keysOf(store.range({}))).toEqual(['after', 'before']);
});

it('an open read whose handle is closed by a reopening is refused, and the next one works', async () => {
  const faults = faultyDatabase();
  const store = await openLevelStore({ path: await folder(), openDatabase: faults.openDatabase });
  undo.push(() => store.close());
  await put(store, ...Array.from({ length: 5000 }, (_, i) => `key ${i}`));
  const reader = store.range({})[Symbol.asyncIterator]();
  await reader.next();
  faults.failWrite();
  await codeOf(put(store, 'lost'));
  await store.reopen();
  const rest = async () => {
    while ((await reader.next()).done !== true);
  };
  expect(await codeOf(rest())).toBe('store_unavailable');
  expect(await keysOf(store.range({}))).toHaveLength(5000);
});

it('closing while a group fails refuses the rest and still closes', async () => {
  const faults = faultyDatabase();
  const path = await folder();
  const store = await openLevelStore({ path, openDatabase: faults.openDatabase });
  const release = faults.holdWrites();
  faults.failWrite();
  const failing = codeOf(put(store, 'failing'));
  await turns();
  const queued = codeOf(put(store, 'queued'));
  const closed = store.close();
  release();
  expect(await failing).toBe('commit_unknown');
  expect(await queued).toBe('store_unavailable');
  await closed;
  await (await openLevelStore({ path })).close();
});

it("a log whose last number cannot be read refuses its own commits, and nobody else's", async () => {
  const faults = faultyDatabase();
  const store = await openLevelStore({ path: await folder(), openDatabase: faults.openDatabase });
  undo.push(() => store.close());
  const append = (scope: string) => codeOf(store.commit([scope], (tx) => tx.append(scope, bytes(''))));
  faults.failReads('broken');
  expect(await Promise.all([append('good'), append('broken'), append('good')])).toEqual([
    'resolved: 1',
    'store_unavailable',
    'resolved: 2',
  ]);
  faults.failReads(undefined);
  expect(await append('broken')).toBe('resolved: 1');
});

it('closing while the store is being reopened closes it', async () => {
  const faults = faultyDatabase();
  const path = await folder();
  const store = await openLevelStore({ path, openDatabase: faults.openDatabase });
  faults.failWrite();
  await codeOf(put(store, 'lost'));
  const reopened = store.reopen();
  await Promise.all([reopened, store.close()]);
  expect(await codeOf(put(store, 'refused'))).toBe('store_unavailable');
  await (await openLevelStore({ path })).close();
});

it('a folder that cannot be opened is named, with what to do', async () => {
  const path = await folder();
  const file = join(path, 'file');
  await writeFile(file, '');
  await expect(openLevelStore({ path: file })).rejects.toThrow(StoreOpenError);
  await expect(openLevelStore({ path: file })).rejects.toThrow(`${file} cannot be opened as a store`);
  const store = await openLevelStore({ path });
  undo.push(() => store.close());
  await expect(openLevelStore({ path })).rejects.toThrow(StoreLockedError);
});

function mount(path: string): void {
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path], { stdio: 'ignore' });
}

function unmount(path: string): void {
  execFileSync('/bin/umount', ['-l', path], { stdio: 'ignore' });
}

function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'concord-small-'));
  try {
    mount(path);
    unmount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

const small = mayMount();

it(`[J3] a full disk: refused, freed, reopened, written again, compared (${small ? 'a real one, of 16 MiB' : 'injected: this user may not mount one'})`, async () => {
  const path = await folder();
  if (small) {
    mount(path);
    undo.push(() => unmount(path));
  }
  const faults = faultyDatabase();
  const store = await openLevelStore({ path: join(path, 'data'), openDatabase: faults.openDatabase });
  undo.push(() => store.close());
  const ballast = join(path, 'ballast');
  await writeFile(ballast, Buffer.alloc(8 * 1024 * 1024));
  const value = (i: number) => Buffer.alloc(100_000, i);
  const write = (i: number) => store.commit(['log'], (tx) => tx.append('log', value(i)));

  const acknowledged = new Map<number, number>();
  let outcome = 'resolved: true';
  if (!small) faults.failWrite({ nth: 20, code: 'ENOSPC' });
  for (let i = 0; i < 1000 && outcome === 'resolved: true'; i++) {
    outcome = await codeOf(write(i).then((seq) => acknowledged.set(seq, i).has(seq)));
  }
  expect(outcome).toBe('commit_unknown');
  expect(await codeOf(write(0))).toBe('store_unavailable');

  await rm(ballast);
  await store.reopen();
  const known = acknowledged.size;
  expect(known).toBeGreaterThan(5);
  expect(await store.lastSeq('log')).toBeGreaterThanOrEqual(known);
  for (let i = 0; i < 10; i++) acknowledged.set(await write(200 + i), 200 + i);
  await store.close();

  const fresh = await openLevelStore({ path: join(path, 'data') });
  undo.push(() => fresh.close());
  const found = new Map<number, Uint8Array>();
  for await (const [seq, bytesFound] of fresh.entries('log')) found.set(seq, bytesFound);
  for (const [seq, i] of acknowledged) expect(Buffer.compare(found.get(seq) as Uint8Array, value(i)), `entry ${seq}`).toBe(0);
  expect(faults.writesAfterFailure).toBe(0);
});
