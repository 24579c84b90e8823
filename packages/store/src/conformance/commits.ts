import { expect } from 'vitest';
import type { Store } from '../store.ts';
import { append, bytes, codeOf, collect, keysOf, put, text, type ConformanceCheck } from './harness.ts';

export const commitChecks: ConformanceCheck[] = [
  {
    name: 'a commit writes all that its build wrote, and returns what it returned',
    async run({ store, reopenFresh }) {
      await put(store, 'gone');
      const returned = await store.commit(['log'], (tx) => {
        tx.put('a', bytes('1'));
        tx.put('b', bytes('2'));
        tx.delete('gone');
        tx.put('c', bytes(''));
        return ['returned', tx.append('log', bytes('x')), tx.append('log', bytes('y'))];
      });
      expect(returned).toEqual(['returned', 1, 2]);
      const expected = {
        values: [
          ['a', '1'],
          ['b', '2'],
          ['c', ''],
        ],
        entries: [
          [1, 'x'],
          [2, 'y'],
        ],
      };
      const read = async (from: Store) => ({
        values: await collect(from.range({})),
        entries: await collect(from.entries('log')),
      });
      expect(await read(store)).toEqual(expected);
      expect(await read(await reopenFresh())).toEqual(expected);
    },
  },
  {
    name: 'a resolved commit can be read at once',
    async run({ store }) {
      for (let i = 0; i < 20; i++) {
        await store.commit(['log'], (tx) => {
          tx.put('key', bytes(`${i}`));
          tx.append('log', bytes(`${i}`));
        });
        expect(text(await store.get('key'))).toBe(`${i}`);
        expect(await store.lastSeq('log')).toBe(i + 1);
        expect((await collect(store.entries('log', { after: i })))[0]).toEqual([i + 1, `${i}`]);
      }
    },
  },
  {
    name: 'builds are called once each, in the order of the commits, each to its end before the next',
    async run({ store }) {
      const calls: string[] = [];
      const all = Array.from({ length: 50 }, (_, i) =>
        store.commit(i % 3 === 0 ? ['a'] : ['b', 'c'], (tx) => {
          calls.push(`${i}`);
          tx.put(`key ${i}`, bytes(''));
          calls.push(`${i} ends`);
        }),
      );
      await Promise.all(all);
      expect(calls).toEqual(Array.from({ length: 50 }, (_, i) => [`${i}`, `${i} ends`]).flat());
    },
  },
  {
    name: 'a build is not called before the group ahead of it is through, and sees what was then true',
    async run({ store }) {
      let value = 'as of the call';
      const first = store.commit([], (tx) => tx.put('first', bytes('')));
      const second = store.commit([], (tx) => tx.put('second', bytes(value)));
      value = 'as of the build';
      await Promise.all([first, second]);
      expect(text(await store.get('second'))).toBe('as of the build');
    },
  },
  {
    name: 'commits resolve in the order in which they were asked for',
    async run({ store }) {
      const order: number[] = [];
      const batch = (from: number) =>
        Array.from({ length: 20 }, (_, i) =>
          store.commit([`scope ${i % 3}`], (tx) => tx.put(`${i}`, bytes(''))).then(() => order.push(from + i)),
        );
      const first = batch(0);
      await Promise.race(first);
      const second = batch(20);
      await Promise.all([...first, ...second]);
      expect(order).toEqual(Array.from({ length: 40 }, (_, i) => i));
    },
  },
  {
    name: 'a build that throws is rejected alone: nothing of it is written, no number is used, the rest goes on',
    async run({ store, reopenFresh }) {
      const broken = new Error('this build is broken');
      const attempts = [
        append(store, 'log', 'one'),
        store.commit([], (tx) => tx.put('kept', bytes('before'))),
        store.commit(['log'], (tx) => {
          tx.put('kept', bytes('overwritten'));
          tx.put('new', bytes('?'));
          tx.append('log', bytes('?'));
          tx.remove('log', 1);
          tx.delete('kept');
          throw broken;
        }),
        append(store, 'log', 'two'),
      ];
      expect(await Promise.allSettled(attempts)).toEqual([
        { status: 'fulfilled', value: [1] },
        { status: 'fulfilled', value: undefined },
        { status: 'rejected', reason: broken },
        { status: 'fulfilled', value: [2] },
      ]);
      const fresh = await reopenFresh();
      expect(await collect(fresh.range({}))).toEqual([['kept', 'before']]);
      expect(await collect(fresh.entries('log'))).toEqual([
        [1, 'one'],
        [2, 'two'],
      ]);
      expect(await append(fresh, 'log', 'three')).toEqual([3]);
    },
  },
  {
    name: 'the last write of a key wins, within a build and across the builds of a group',
    async run({ store, reopenFresh }) {
      await Promise.all([
        store.commit([], (tx) => {
          tx.put('a', bytes('1'));
          tx.delete('a');
          tx.put('a', bytes('2'));
          tx.put('b', bytes('1'));
          tx.put('c', bytes('1'));
          tx.delete('c');
          tx.put('d', bytes('1'));
          tx.delete('d');
          tx.put('d', bytes('2'));
        }),
        store.commit([], (tx) => tx.put('a', bytes('3'))),
        store.commit([], (tx) => tx.delete('b')),
        store.commit([], (tx) => tx.put('c', bytes('2'))),
      ]);
      const expected = [
        ['a', '3'],
        ['c', '2'],
        ['d', '2'],
      ];
      expect(await collect(store.range({}))).toEqual(expected);
      expect(await collect((await reopenFresh()).range({}))).toEqual(expected);
    },
  },
  {
    name: 'the bytes are those of the build, whatever becomes of the array afterwards',
    async run({ store }) {
      const value = bytes('built');
      const committed = store.commit(['log'], (tx) => {
        tx.put('key', value);
        tx.append('log', value);
      });
      await committed;
      value.fill(0);
      expect(text(await store.get('key'))).toBe('built');
      expect(await collect(store.entries('log'))).toEqual([[1, 'built']]);
    },
  },
  {
    name: 'a transaction is refused once its build has ended',
    async run({ store }) {
      const leaked = await store.commit(['log'], (tx) => tx);
      expect(() => leaked.put('key', bytes(''))).toThrow(TypeError);
      expect(() => leaked.delete('key')).toThrow(TypeError);
      expect(() => leaked.append('log', bytes(''))).toThrow(TypeError);
      expect(() => leaked.remove('log', 1)).toThrow(TypeError);
      expect(await keysOf(store.range({}))).toEqual([]);
    },
  },
  {
    name: 'misuse is a TypeError, and disturbs no other commit',
    async run({ store }) {
      const nul = 'a\0b';
      const lone = '\ud800';
      const misuses = [
        store.commit([], (tx) => tx.put(nul, bytes(''))),
        store.commit([], (tx) => tx.put(lone, bytes(''))),
        store.commit([], (tx) => tx.delete(nul)),
        store.commit([], (tx) => tx.put('key', 'text' as unknown as Uint8Array)),
        store.commit([], (tx) => tx.append('a scope it does not name', bytes(''))),
        store.commit([nul], (tx) => tx.append(nul, bytes(''))),
        store.commit([lone], (tx) => tx.append(lone, bytes(''))),
        store.commit(['log'], (tx) => tx.remove('log', 0.5)),
        store.get(nul),
        store.lastSeq(nul),
        (async () => collect(store.range({ prefix: nul })))(),
        (async () => collect(store.entries(nul)))(),
      ].map(codeOf);
      const good = put(store, 'good');
      for (const misuse of misuses) expect(await misuse).toMatch(/^TypeError: /);
      await good;
      expect(await keysOf(store.range({}))).toEqual(['good']);
    },
  },
  {
    name: 'a commit without writes resolves in its turn',
    async run({ store }) {
      const order: string[] = [];
      await Promise.all([
        store.commit([], (tx) => tx.put('a', bytes(''))).then(() => order.push('a')),
        store.commit([], () => 'nothing').then((result) => order.push(result)),
        store.commit([], (tx) => tx.put('b', bytes(''))).then(() => order.push('b')),
      ]);
      expect(order).toEqual(['a', 'nothing', 'b']);
    },
  },
  {
    name: 'every group is reported: how many commits it held, and whether it failed',
    async run({ store, failNextGroup }) {
      let commits = 0;
      let failed = 0;
      const stop = store.onGroup((group) => {
        commits += group.commits;
        if (group.failed) failed++;
        if (commits === 10) throw new Error('a listener that throws harms nobody');
      });
      await Promise.all(Array.from({ length: 10 }, (_, i) => put(store, `${i}`)));
      expect({ commits, failed }).toEqual({ commits: 10, failed: 0 });
      failNextGroup();
      await codeOf(put(store, 'lost'));
      expect(failed).toBe(1);
      await store.reopen();
      stop();
      await put(store, 'unseen');
      expect(commits).toBe(11);
    },
  },
];
