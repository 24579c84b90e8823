import type { ChangesPage, FeedEvent } from '@concord/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { compactFeeds } from './compaction.ts';
import type { Closers } from './testing/feed-world.ts';
import { openHttpWorld, type HttpWorld } from './testing/http-world.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const dayMs = 24 * 60 * 60 * 1000;
const keepMs = 7 * dayMs;

const told = ({ results }: ChangesPage) =>
  results.map(({ type, record, seq }) => `${type} ${record}${seq === undefined ? '' : ` ${seq}`}`);

/** What somebody holds after these events that held `before`. */
function textsAfter(events: readonly FeedEvent[], before: ReadonlyMap<number, unknown> = new Map()): Map<number, unknown> {
  const texts = new Map(before);
  for (const { log, seq = 0, data } of events) if (log !== undefined) texts.set(seq, data?.['text']);
  return new Map([...texts].toSorted(([a], [b]) => a - b));
}

async function snapshotOf({ page }: HttpWorld, query: string): Promise<NonNullable<ChangesPage['snapshot']>> {
  const items = [];
  for (let more = ''; ;) {
    const answer = await page(`include=snapshot&${query}${more}`);
    items.push(...(answer.snapshot ?? []));
    if (answer.nextPage === undefined) return items;
    more = `&page=${answer.nextPage}`;
  }
}

describe('the entries of a log in the feed', () => {
  it('are told of as such, and selected by the name of their log', async () => {
    const { page, write, comment } = await openHttpWorld(closers);
    await write({ record: 'a', operation: 'create', fields: { title: 'Posters' } });
    await comment('a', 1, 'Which paper?');
    await comment('a', 1, 'Which paper, matt?');
    await comment('a', 1, null);
    const all = ['tickets.create a', 'tickets.comments.create a 1', 'tickets.comments.update a 1', 'tickets.comments.delete a 1'];
    const [create, update, gone] = all.slice(1);
    expect(told(await page(''))).toEqual(all);
    expect(told(await page('collections=tickets&collections=tickets.comments'))).toEqual(all);
    expect(told(await page('record=a'))).toEqual(all);
    expect(told(await page('record=b'))).toEqual([]);
    expect(told(await page('collections=tickets'))).toEqual(['tickets.create a']);
    expect(told(await page('collections=tickets.comments'))).toEqual([create, update, gone]);
    expect(told(await page('collections=tickets.comments:create,delete'))).toEqual([create, gone]);
    const { results } = await page('collections=tickets.comments');
    expect(results).toMatchObject([
      {
        collection: 'tickets',
        record: 'a',
        log: 'comments',
        seq: 1,
        version: 1,
        changed: ['text'],
        previous: {},
        actors: ['bob'],
      },
      { version: 2, changed: ['text'], previous: { text: 'Which paper?' }, data: { text: 'Which paper, matt?' } },
      { version: 3, changed: [], previous: {}, data: { text: '', deletedBy: 'bob' } },
    ]);
    for (const event of results) expect(event).not.toHaveProperty('match');
  });

  it('[F4] are each kept by their latest event, from which any cursor ends in the current state', async () => {
    const world = await openHttpWorld(closers, { feed: { maxTailEvents: 1 } });
    const { page, write, comment, clock, store, feed } = world;
    await write({ record: 'a', operation: 'create' });
    for (let day = 0; day < 30; day++) {
      await comment('a', (day % 7) + 1, day % 11 === 10 ? null : `day ${day}`);
      clock.advance(dayMs);
    }
    const query = 'collections=tickets.comments&limit=1000';
    const { results: whole } = await page(query);
    const now = textsAfter(whole);
    // Twice, in small chunks, so that what an earlier run kept is superseded in a later one.
    await compactFeeds({ store, clock, keepMs: 20 * dayMs, chunkEvents: 3 });
    clock.advance(365 * dayMs);
    await compactFeeds({ store, clock, keepMs, chunkEvents: 3 });
    feed.reset();
    const left = await page(query);
    expect([...textsAfter(left.results).keys()]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(left.results).toHaveLength(7);
    expect(told(await page(''))[0]).toBe('tickets.create a');
    for (const [index, { cursor }] of whole.entries()) {
      const answer = await page(`${query}&since=${cursor}`);
      expect(answer).toMatchObject({ resumed: true, pending: 0 });
      expect(textsAfter(answer.results, textsAfter(whole.slice(0, index + 1)))).toEqual(now);
    }
    // Who wants operations may have missed some of them.
    const limited = await page(`collections=tickets.comments:update&since=${whole[0]?.cursor}`);
    expect(limited).toMatchObject({ results: [], resumed: false, reset: 'compacted' });
  });

  it('[F3] come with a snapshot of their log, page by page, to who begins', async () => {
    const world = await openHttpWorld(closers);
    const { write, comment } = world;
    await write(...['a', 'b', 'c', 'd'].map((record) => ({ record, operation: 'create' as const })));
    for (const [record, count] of [
      ['a', 3],
      ['c', 4],
      ['d', 1],
    ] as const)
      for (let seq = 1; seq <= count; seq++) await comment(record, seq, `${record}${seq}`);
    await comment('c', 2, null);
    await write({ record: 'd', operation: 'delete' });
    const comments = ['a1', 'a2', 'a3', 'c1', '', 'c3', 'c4'];
    for (const limit of [1, 2, 3, 5, 1000]) {
      const items = await snapshotOf(world, `collections=tickets.comments&limit=${limit}`);
      expect(items.map(({ data }) => data['text'])).toEqual(comments);
      expect(items[3]).toMatchObject({ collection: 'tickets', log: 'comments', record: 'c', data: { id: 'e1', seq: 1 } });
      const [all, one] = [await snapshotOf(world, `limit=${limit}`), await snapshotOf(world, `record=c&limit=${limit}`)];
      expect(all.map(({ log, data }) => (log === undefined ? data.id : data['text']))).toEqual(['a', 'b', 'c', ...comments]);
      expect(one.map(({ log, data }) => (log === undefined ? data.id : data['text']))).toEqual(['c', ...comments.slice(3)]);
    }
  });

  it('[R3] are erased with their record', async () => {
    const { page, write, comment, clock, store, feed } = await openHttpWorld(closers);
    await write({ record: 'a', operation: 'create' }, { record: 'b', operation: 'create' });
    for (const record of ['a', 'b']) await comment(record, 1, 'Xyzzy');
    clock.advance(keepMs + 1);
    await comment('a', 2, 'Xyzzy');
    await compactFeeds({ store, clock, keepMs });
    await comment('a', 1, 'Xyzzy!');
    const found = await feed.eventsOf({ account: 'acme', collection: 'tickets', record: 'a' });
    expect(found.seqs).toEqual([1, 3, 5, 6]);
    await store.commit([feed.scope('acme')], (tx) => feed.erase(tx, 'acme', found));
    expect(told(await page(''))).toEqual(['tickets.create b', 'tickets.comments.create b 1']);
    const kept = [];
    for await (const [key] of store.range({ prefix: 'feed-kept/' })) kept.push(key);
    expect(kept).toEqual(['feed-kept/acme/tickets/b', 'feed-kept/acme/tickets/b/comments/000000000001']);
  });

  it('are refused by name where they are not there, or a filter is asked for', async () => {
    const { get, page } = await openHttpWorld(closers);
    const errorOf = async (query: string): Promise<unknown> => {
      const response = await get(query);
      const { error } = (await response.json()) as { error: { code: string; field?: string } };
      return [response.status, error.code, error.field];
    };
    expect(await errorOf('collections=tickets.notes')).toEqual([404, 'not_found', 'collections']);
    expect(await errorOf('collections=tickets.title')).toEqual([404, 'not_found', 'collections']);
    expect(await errorOf('collections=salaries.comments')).toEqual([404, 'not_found', 'collections']);
    expect(await errorOf('collections=tickets.comments.x')).toEqual([400, 'bad_request', 'collections']);
    expect(await errorOf('collections=tickets.comments:post')).toEqual([400, 'bad_request', 'collections']);
    const filter = `filter=${encodeURIComponent("title = 'x'")}`;
    expect(await errorOf(`collections=tickets.comments&${filter}`)).toEqual([400, 'invalid_filter', 'filter']);
    expect(await errorOf(`collections=tickets&collections=tickets.comments&${filter}`)).toEqual([
      400,
      'invalid_filter',
      'filter',
    ]);
    expect((await page(`collections=tickets&${filter}`)).results).toEqual([]);
  });

  it('go without their data where they are too large', async () => {
    const { page, write, comment } = await openHttpWorld(closers, { feed: { maxEventBytes: 2000 } });
    await write({ record: 'a', operation: 'create' });
    await comment('a', 1, 'x'.repeat(3000));
    await comment('a', 1, 'short');
    const [large, short] = (await page('collections=tickets.comments')).results;
    expect(large).toMatchObject({ seq: 1, version: 1, truncated: true });
    expect(large).not.toHaveProperty('data');
    expect(short).toMatchObject({ seq: 1, version: 2, previous: {}, truncated: true });
  });
});
