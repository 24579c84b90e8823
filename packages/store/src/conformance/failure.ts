import { expect } from 'vitest';
import { append, bytes, codeOf, collect, expectRefused, fail, keysOf, put, turns, type ConformanceCheck } from './harness.ts';

export const failureChecks: ConformanceCheck[] = [
  {
    name: '[J3] when a group fails, each of its commits is told that its outcome is unknown',
    async run({ store, failNextGroup }) {
      failNextGroup();
      const attempts = Array.from({ length: 5 }, (_, i) => put(store, `${i}`));
      expect(await Promise.all(attempts.map(codeOf))).toEqual(Array.from({ length: 5 }, () => 'commit_unknown'));
    },
  },
  {
    name: '[J3] what waits behind a failed group is refused, not written, and so is all that follows until it is reopened',
    async run(harness) {
      const { store, failNextGroup, reopenFresh } = harness;
      await put(store, 'before');
      failNextGroup();
      const failing = codeOf(put(store, 'failing'));
      await turns(1);
      const behind = codeOf(put(store, 'behind'));
      expect(await failing).toBe('commit_unknown');
      expect(await behind).toMatch(/^(commit_unknown|store_unavailable)$/);
      await turns();
      let built = 0;
      await expectRefused(
        store.commit([], (tx) => {
          built++;
          tx.put('after', bytes(''));
        }),
        'store_unavailable',
      );
      expect(built).toBe(0);
      const fresh = await reopenFresh();
      expect(await keysOf(fresh.range({}))).toEqual(['before']);
    },
  },
  {
    name: '[J3] fail, reopen, commit again, open afresh: exactly what was acknowledged is there, and no number is used twice',
    async run(harness) {
      const { store, reopenFresh } = harness;
      const expected: [number, string][] = [];
      for (let round = 0; round < 3; round++) {
        for (const [seq] of await Promise.all(['a', 'b', 'c'].map((value) => append(store, 'log', value)))) {
          expected.push([seq as number, 'abc'[(seq as number) % 3 === 0 ? 2 : ((seq as number) % 3) - 1] as string]);
        }
        await fail(harness);
        await store.reopen();
      }
      expect(expected.map(([seq]) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await collect(store.entries('log'))).toEqual(expected);
      const fresh = await reopenFresh();
      expect(await collect(fresh.entries('log'))).toEqual(expected);
      expect(await keysOf(fresh.range({}))).toEqual([]);
    },
  },
  {
    name: '[J3] the numbers that a failed group took are given out again only by what the disk says',
    async run({ store, failNextGroup }) {
      await append(store, 'log', 'a');
      failNextGroup();
      await expectRefused(append(store, 'log', 'lost', 'lost'), 'commit_unknown');
      await store.reopen();
      expect(await store.lastSeq('log')).toBe(1);
      expect(await append(store, 'log', 'b')).toEqual([2]);
    },
  },
  {
    name: 'reopening a store that has not failed changes nothing, and several may ask at once',
    async run(harness) {
      const { store } = harness;
      await append(store, 'log', 'a');
      await store.reopen();
      expect(await append(store, 'log', 'b')).toEqual([2]);
      await fail(harness);
      await Promise.all([store.reopen(), store.reopen()]);
      expect(await append(store, 'log', 'c')).toEqual([3]);
    },
  },
  {
    name: 'closing writes what is queued',
    async run({ store, reopenFresh }) {
      const queued = Promise.all(Array.from({ length: 20 }, (_, i) => codeOf(append(store, 'log', `${i}`))));
      const closed = store.close();
      expect(await queued).toEqual(Array.from({ length: 20 }, (_, i) => `resolved: ${i + 1}`));
      await closed;
      expect(await keysOf((await reopenFresh()).entries('log'))).toHaveLength(20);
    },
  },
  {
    name: 'what is asked for after the call of close is refused, although it is still closing',
    async run({ store, reopenFresh }) {
      const queued = put(store, 'queued');
      const closed = store.close();
      const late = [put(store, 'late'), store.get('queued'), collect(store.range({})), store.lock('name', async () => 'ran')].map(
        codeOf,
      );
      expect(await Promise.all(late)).toEqual(late.map(() => 'store_unavailable'));
      await Promise.all([queued, closed]);
      expect(await keysOf((await reopenFresh()).range({}))).toEqual(['queued']);
    },
  },
  {
    name: 'closing refuses those who wait for a lock, and lets the holder end',
    async run({ store }) {
      let release: () => void = () => {};
      const held = store.lock('name', () => new Promise<string>((resolve) => (release = () => resolve('ended'))));
      const waiting = codeOf(store.lock('name', async () => 'ran'));
      await store.close();
      expect(await waiting).toBe('store_unavailable');
      release();
      expect(await held).toBe('ended');
    },
  },
  {
    name: 'closing gives back leases and the data, so that it can be opened again',
    async run({ store, reopenFresh }) {
      await store.lease('name');
      const fresh = await reopenFresh();
      expect(await fresh.lease('name')).toBeDefined();
    },
  },
];
