import { expect } from 'vitest';
import { append, bytes, collect, keysOf, type ConformanceCheck } from './harness.ts';

export const numberChecks: ConformanceCheck[] = [
  {
    name: 'numbers are dense from 1 and in the order of the commits, across concurrent commits and reopening',
    async run({ store, reopenFresh }) {
      const round = (opened: typeof store) =>
        Promise.all(Array.from({ length: 40 }, (_, i) => append(opened, i % 2 === 0 ? 'even' : 'odd', `${i}`, `${i} again`)));
      const first = (await round(store)).filter((_, i) => i % 2 === 0).flat();
      expect(first).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      const fresh = await reopenFresh();
      const second = (await round(fresh)).filter((_, i) => i % 2 === 1).flat();
      expect(second).toEqual(Array.from({ length: 40 }, (_, i) => i + 41));
      expect(await fresh.lastSeq('even')).toBe(80);
      expect(await keysOf(fresh.entries('odd'))).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
    },
  },
  {
    name: 'one commit numbers the entries of each of its logs for itself',
    async run({ store }) {
      const numbers = await store.commit(['a', 'b'], (tx) => [
        tx.append('a', bytes('')),
        tx.append('b', bytes('')),
        tx.append('a', bytes('')),
        tx.append('b', bytes('')),
      ]);
      expect(numbers).toEqual([1, 1, 2, 2]);
    },
  },
  {
    name: 'a number is never used again, whatever is removed, after reopening neither',
    async run({ store, reopenFresh }) {
      await append(store, 'log', 'a', 'b', 'c');
      await store.commit(['log'], (tx) => {
        for (const seq of [3, 1, 2]) tx.remove('log', seq);
      });
      expect(await store.lastSeq('log')).toBe(3);
      let opened = await reopenFresh();
      expect(await opened.lastSeq('log')).toBe(3);
      expect(await keysOf(opened.entries('log'))).toEqual([]);
      expect(await append(opened, 'log', 'd', 'e')).toEqual([4, 5]);
      await opened.commit(['log'], (tx) => tx.remove('log', 5));
      opened = await reopenFresh();
      expect(await append(opened, 'log', 'f')).toEqual([6]);
      expect(await collect(opened.entries('log'))).toEqual([
        [4, 'd'],
        [6, 'f'],
      ]);
    },
  },
  {
    name: 'an entry that is appended and removed by one commit keeps its number used',
    async run({ store, reopenFresh }) {
      await store.commit(['log'], (tx) => tx.remove('log', tx.append('log', bytes('gone'))));
      const fresh = await reopenFresh();
      expect(await fresh.lastSeq('log')).toBe(1);
      expect(await append(fresh, 'log', 'next')).toEqual([2]);
    },
  },
  {
    name: 'removing an entry that is not there changes nothing',
    async run({ store, reopenFresh }) {
      await append(store, 'log', 'a');
      await store.commit(['log'], (tx) => {
        tx.remove('log', 7);
        tx.remove('log', 2);
      });
      const fresh = await reopenFresh();
      expect(await append(fresh, 'log', 'b')).toEqual([2]);
      expect(await keysOf(fresh.entries('log'))).toEqual([1, 2]);
    },
  },
  {
    name: 'logs and values of one name do not touch, nor do scopes that begin alike',
    async run({ store }) {
      const names = ['a', 'a/', 'ab', 'a\u0001', 'a1', ''];
      await Promise.all(names.map((name) => append(store, name, `log ${name}`)));
      await store.commit([], (tx) => {
        for (const name of names) tx.put(name, bytes(`value ${name}`));
      });
      for (const name of names) {
        expect(await collect(store.entries(name))).toEqual([[1, `log ${name}`]]);
        expect(await store.lastSeq(name)).toBe(1);
      }
      expect(await keysOf(store.range({}))).toEqual([...names].sort());
    },
  },
  {
    name: 'entries are read in the order of their numbers, over every change of length',
    async run({ store }) {
      const values = Array.from({ length: 1234 }, (_, i) => `${i + 1}`);
      await append(store, 'log', ...values);
      const all = values.map(Number);
      expect(await keysOf(store.entries('log'))).toEqual(all);
      expect(await keysOf(store.entries('log', { reverse: true }))).toEqual(all.toReversed());
      expect(await keysOf(store.entries('log', { after: 8, through: 11 }))).toEqual([9, 10, 11]);
      expect(await keysOf(store.entries('log', { after: 98, limit: 3 }))).toEqual([99, 100, 101]);
      expect(await keysOf(store.entries('log', { through: 1000, reverse: true, limit: 2 }))).toEqual([1000, 999]);
      expect(await keysOf(store.entries('log', { after: 1234 }))).toEqual([]);
      expect(await keysOf(store.entries('log', { after: 5, through: 3 }))).toEqual([]);
      expect(await keysOf(store.entries('log', { after: 0, limit: 0 }))).toEqual([]);
      expect(await keysOf(store.entries('another'))).toEqual([]);
    },
  },
  {
    name: 'a log that was never written to has the last number 0',
    async run({ store }) {
      expect(await store.lastSeq('log')).toBe(0);
    },
  },
];
