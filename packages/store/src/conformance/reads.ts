import { expect } from 'vitest';
import { append, bytes, collect, keysOf, put, text, type ConformanceCheck } from './harness.ts';

/** In the order of their UTF-8 bytes. JavaScript's own order would put the astral ones before U+FF5E. */
const ordered = [
  '',
  '\u0001',
  'A',
  'a',
  'a/',
  'a/1',
  'a/10',
  'a/2',
  'a0',
  'aé',
  'b',
  'é',
  'ß',
  'ü',
  'ж',
  '\ud7ff',
  '\ue000',
  '\uff5e',
  '😀',
  '😀!',
  '😁',
  '\u{10ffff}',
  '\u{10ffff}x',
]
  .map((key) => Buffer.from(key))
  .sort(Buffer.compare)
  .map((key) => key.toString());

export const readChecks: ConformanceCheck[] = [
  {
    name: 'a key that is not there has no value',
    async run({ store }) {
      await put(store, 'key');
      expect(await store.get('kex')).toBeUndefined();
      expect(await store.get('')).toBeUndefined();
      await store.commit([], (tx) => tx.delete('key'));
      expect(await store.get('key')).toBeUndefined();
    },
  },
  {
    name: 'any bytes are given back as they were',
    async run({ store, reopenFresh }) {
      const values = [
        new Uint8Array(),
        Uint8Array.from({ length: 256 }, (_, i) => i),
        new Uint8Array(3_000_000).fill(7),
        bytes('part of a larger buffer').subarray(3, 9),
      ];
      await store.commit(['log'], (tx) => {
        for (const [i, value] of values.entries()) {
          tx.put(`${i}`, value);
          tx.append('log', value);
        }
      });
      const fresh = await reopenFresh();
      for (const [i, value] of values.entries()) {
        const read = await fresh.get(`${i}`);
        expect(read).toBeInstanceOf(Uint8Array);
        expect(Buffer.compare(read as Uint8Array, value)).toBe(0);
      }
      for await (const [seq, value] of fresh.entries('log')) expect(Buffer.compare(value, values[seq - 1] as Uint8Array)).toBe(0);
    },
  },
  {
    name: 'keys are ordered by their UTF-8 bytes',
    async run({ store }) {
      await put(store, ...ordered.toReversed());
      expect(await collect(store.range({}))).toEqual(ordered.map((key) => [key, key]));
      expect(await keysOf(store.range({ reverse: true }))).toEqual(ordered.toReversed());
    },
  },
  {
    name: 'a prefix, bounds, a limit and the direction narrow a range in every combination',
    async run({ store }) {
      await put(store, ...ordered);
      const order = (key: string, bound: string) => Buffer.compare(Buffer.from(key), Buffer.from(bound));
      const edges = [undefined, '', 'a', 'a/1', 'a/~', 'é', '\uff5e', '😀', '\u{10ffff}'];
      for (const prefix of [undefined, '', 'a', 'a/', '\ud7ff', '😀', '\u{10ffff}', 'none']) {
        for (const low of edges) {
          for (const high of edges) {
            const expected = (above: number, below: number) =>
              ordered.filter(
                (key) =>
                  key.startsWith(prefix ?? '') &&
                  (low === undefined || order(key, low) >= above) &&
                  (high === undefined || order(key, high) <= below),
              );
            const base = prefix === undefined ? {} : { prefix };
            const closed = { ...base, ...(low === undefined ? {} : { gte: low }), ...(high === undefined ? {} : { lte: high }) };
            expect(await keysOf(store.range(closed)), JSON.stringify(closed)).toEqual(expected(0, 0));
            const open = { ...base, ...(low === undefined ? {} : { gt: low }), ...(high === undefined ? {} : { lt: high }) };
            expect(await keysOf(store.range({ ...open, reverse: true, limit: 3 })), JSON.stringify(open)).toEqual(
              expected(1, -1).toReversed().slice(0, 3),
            );
          }
        }
      }
      expect(await keysOf(store.range({ limit: 0 }))).toEqual([]);
      expect(await keysOf(store.range({ gt: 'a', gte: 'a/2', lt: 'b', lte: 'a0' }))).toEqual(['a/2', 'a0']);
    },
  },
  {
    name: 'a read is a snapshot: what is committed meanwhile does not appear in it',
    async run({ store }) {
      const keys = Array.from({ length: 3000 }, (_, i) => `key ${i}`).sort();
      await put(store, ...keys);
      await append(store, 'log', ...keys);
      const seen = { keys: [] as string[], entries: [] as number[] };
      const values = store.range({})[Symbol.asyncIterator]();
      const entries = store.entries('log')[Symbol.asyncIterator]();
      await Promise.all([values.next(), entries.next()]);
      await store.commit(['log'], (tx) => {
        for (const key of keys) tx.put(key, bytes('changed'));
        for (let seq = 1; seq <= 2000; seq++) tx.remove('log', seq);
        tx.put('key 10 and a bit', bytes('new'));
        tx.append('log', bytes('new'));
      });
      for (let next = await values.next(); next.done !== true; next = await values.next()) {
        expect(text(next.value[1])).toBe(next.value[0]);
        seen.keys.push(next.value[0]);
      }
      for (let next = await entries.next(); next.done !== true; next = await entries.next()) seen.entries.push(next.value[0]);
      expect(seen.keys).toEqual(keys.slice(1));
      expect(seen.entries).toEqual(Array.from({ length: 2999 }, (_, i) => i + 2));
    },
  },
  {
    name: 'a read may be left early, and the store closed while others are open',
    async run({ store }) {
      await put(store, ...Array.from({ length: 3000 }, (_, i) => `key ${i}`));
      for (let i = 0; i < 20; i++) {
        for await (const [key] of store.range({})) {
          expect(key).toBe('key 0');
          break;
        }
      }
      const open = store.range({})[Symbol.asyncIterator]();
      await open.next();
      await store.close();
      await open.return?.();
    },
  },
];
