import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogEntry } from '@concord/protocol';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import type { LogAddress } from '../log-address.ts';
import { entryKey, recordLogsPrefix } from '../log-keys.ts';
import { encodeJson } from '../log-row.ts';
import { createLogSearch, type LogSearch } from './log-search.ts';
import { searchIndex } from './search-index.ts';
import { stretchSize } from './search-keys.ts';
import { searchedWords, wordsOf } from './words.ts';

const room: LogAddress = { account: 'acme', collection: 'rooms', record: 'r', log: 'messages' };

interface World {
  readonly store: Store;
  readonly search: LogSearch;
  /** Writes what each entry says from now on; null deletes it. */
  write(texts: { readonly [seq: number]: string | null }, address?: LogAddress): Promise<void>;
  found(query: string, options?: { readonly before?: number; readonly limit?: number }): Promise<readonly number[]>;
}

async function openWorld(maxKeys?: number): Promise<World> {
  const path = await mkdtemp(join(tmpdir(), 'concord-search-'));
  const store = await openLevelStore({ path });
  onTestFinished(async () => {
    await store.close();
    await rm(path, { recursive: true, force: true });
  });
  const search = createLogSearch({ store, ...(maxKeys === undefined ? {} : { maxKeys }) });
  const entries = new Map<string, LogEntry>();
  return {
    store,
    search,
    async write(texts, address = room) {
      await store.commit([], (tx) => {
        for (const [seq, text] of Object.entries(texts)) {
          const key = entryKey(address, Number(seq));
          const before = entries.get(key);
          const after = entryOf(Number(seq), text);
          entries.set(key, after);
          tx.put(key, encodeJson({ entry: after, lastEvent: 1 }));
          searchIndex.write(tx, { address, before, after, actor: 'ann' });
        }
      });
    },
    async found(query, { before, limit = 100 } = {}) {
      return (await search.search(room, { query, before, limit })).items.map(({ seq }) => seq);
    },
  };
}

function entryOf(seq: number, text: string | null): LogEntry {
  const at = '2026-01-01T00:00:00.000Z';
  const entry = { id: `e${seq}`, seq, version: 1, author: 'ann', authorName: 'Ann', at, text: text ?? '' };
  return text === null ? { ...entry, deletedAt: at, deletedBy: 'ann' } : entry;
}

/** What each page holds, up to the last. */
async function pagesOf(search: LogSearch, query: string, limit: number, before?: number): Promise<readonly number[][]> {
  const { items, before: next } = await search.search(room, { query, limit, before });
  const page = items.map(({ seq }) => seq);
  if (next === undefined) return [page];
  expect(next).toBeLessThan(before ?? Infinity);
  return [page, ...(await pagesOf(search, query, limit, next))];
}

describe('a search in a log', () => {
  it('finds entries that have all of the words, the newest first', async () => {
    const { write, found } = await openWorld();
    await write({ 1: 'The proofs are ready', 2: 'Which proofs?', 3: 'Those of the menu, ready to print', 1500: 'Menu proofs' });
    expect(await found('proofs')).toEqual([1500, 2, 1]);
    expect(await found('ready proofs')).toEqual([1]);
    expect(await found('PROOFS MENU')).toEqual([1500]);
    expect(await found('paper')).toEqual([]);
    expect(await found('…')).toEqual([]);
  });

  it('takes the beginning of the last word, from two letters on', async () => {
    const { write, found } = await openWorld();
    await write({ 1: 'print', 2: 'printer', 3: 'price', 4: 'a pr', 5: 'p' });
    expect(await found('pr')).toEqual([4, 3, 2, 1]);
    expect(await found('prin')).toEqual([2, 1]);
    expect(await found('p')).toEqual([5]);
    expect(await found('a pr')).toEqual([4]);
    expect(await found('pri a')).toEqual([]);
  });

  it('knows umlauts, accents, languages without spaces, and emoji', async () => {
    const { write, found } = await openWorld();
    await write({ 1: 'Die Größe der Broschüre', 2: 'Un café crème', 3: '明日東京に行きます', 4: 'Fertig 🎉', 5: '인쇄소' });
    expect(await found('GROSSE broschu')).toEqual([1]);
    expect(await found('größe')).toEqual([1]);
    expect(await found('CREME')).toEqual([2]);
    expect(await found('東京')).toEqual([3]);
    expect(await found('🎉')).toEqual([4]);
    expect(await found('인쇄')).toEqual([5]);
  });

  it('finds people and records that are named by their ids', async () => {
    const { write, found } = await openWorld();
    await write({ 1: 'Ask <@ben>', 2: 'See <#tickets/t42>' });
    expect(await found('@ben')).toEqual([1]);
    expect(await found('t42')).toEqual([2]);
  });

  it('follows edits and deletions, and leaves no key behind', async () => {
    const { write, found, store } = await openWorld();
    await write({ 1: 'red blue', 2: 'blue' });
    await write({ 1: 'blue green' });
    expect(await found('red')).toEqual([]);
    expect(await found('green')).toEqual([1]);
    await write({ 1: null, 2: null });
    expect(await found('blue')).toEqual([]);
    const left: string[] = [];
    for await (const [key] of store.range({ prefix: `${recordLogsPrefix(room)}messages/s/` })) left.push(key);
    expect(left).toEqual([]);
  });

  it('is of its log alone', async () => {
    const { write, found } = await openWorld();
    for (const other of ['account', 'collection', 'record', 'log'] as const)
      await write({ 1: 'secret' }, { ...room, [other]: `${room[other]}s` });
    expect(await found('secret')).toEqual([]);
  });

  it('goes on before what it has answered', async () => {
    const { write, search } = await openWorld();
    await write({ 1: 'ink', 2: 'ink', 900: 'inks', 1001: 'ink', 4000: 'ink', 4001: 'paper' });
    expect(await pagesOf(search, 'ink', 2)).toEqual([[4000, 1001], [900, 2], [1]]);
  });

  it('answers with what it has after so many keys, also if that is nothing', async () => {
    const { write, search } = await openWorld(700);
    const stretches = 4;
    for (let stretch = 0; stretch < stretches; stretch++) {
      const filler = Array.from({ length: 300 }, (_, i) => [stretch * stretchSize + i + 2, i % 2 ? 'odd one' : 'even one']);
      await write({ ...Object.fromEntries(filler), [stretch * stretchSize + 1]: stretch === 0 ? 'one odd even' : 'none' });
    }
    const first = await search.search(room, { query: 'one odd even', limit: 10 });
    expect(first).toEqual({ items: [], before: 2001 });
    expect(await pagesOf(search, 'one odd even', 10)).toEqual([[], [1]]);
  });

  it('has up to eight words', async () => {
    const { found } = await openWorld();
    await expect(found('1 2 3 4 5 6 7 8 9')).rejects.toMatchObject({ code: 'bad_request', field: 'query' });
    expect(await found('1 2 3 4 5 6 7 8 8')).toEqual([]);
  });

  it('finds what reading all of the log would', async () => {
    const word = fc.constantFrom('ab', 'abc', 'abcd', 'Äb', 'b', 'bc', 'c', '東京', '🎉', '<@ab>');
    const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    const seq = fc.oneof(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 995, max: 1006 }),
      fc.integer({ min: 5000, max: 5003 }),
    );
    const write = fc.tuple(seq, fc.option(text, { freq: 5 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { maxLength: 40 }),
        fc.array(fc.record({ query: text, limit: fc.integer({ min: 1, max: 9 }), before: fc.option(seq, { nil: undefined }) }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 50 }),
        async (writes, searches, maxKeys) => {
          const { write, search } = await openWorld(maxKeys);
          const current = new Map<number, string | null>();
          for (const [at, said] of writes) {
            await write({ [at]: said });
            current.set(at, said);
          }
          for (const { query, limit, before } of searches) {
            const pages = await pagesOf(search, query, limit, before);
            for (const page of pages) expect(page.length).toBeLessThanOrEqual(limit);
            expect(pages.flat()).toEqual(scan(current, query, before));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** What a search has to find. */
function scan(texts: ReadonlyMap<number, string | null>, query: string, before = Infinity): readonly number[] {
  const words = wordsOf(query);
  const last = words.at(-1) ?? '';
  return [...texts]
    .filter(([seq, text]) => {
      const having = searchedWords(entryOf(seq, text));
      const fits = (word: string): boolean =>
        having.includes(word) || (word === last && Array.from(word).length > 1 && having.some((one) => one.startsWith(word)));
      return seq < before && words.every(fits);
    })
    .map(([seq]) => seq)
    .toSorted((a, b) => b - a);
}
