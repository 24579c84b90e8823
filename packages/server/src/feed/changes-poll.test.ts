import { request, type IncomingMessage } from 'node:http';
import type { ChangesPage, FeedEvent } from '@concord/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compactFeeds } from './compaction.ts';
import { createCursors } from './cursor.ts';
import type { Closers } from './testing/feed-world.ts';
import { as, limited, openHttpWorld, type HttpWorld } from './testing/http-world.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const records = (page: ChangesPage) => page.results.map(({ record }) => record);
const everything = { resumed: true, pending: 0 };

async function errorOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { code: string; field?: string } };
  return [response.status, error.code, error.field];
}

/** Polls from `since` until nothing is pending. */
async function pollAll(
  { page }: HttpWorld,
  query: string,
  since: string,
  headers?: Record<string, string>,
): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let cursor = since; ;) {
    const answer = await page(`${query}&since=${cursor}`, headers);
    expect(answer.resumed).toBe(true);
    events.push(...answer.results);
    cursor = answer.cursor;
    if (answer.pending === 0) return events;
    expect(answer.pollAfterMs).toBe(0);
  }
}

describe('polling', () => {
  it('answers events as they are on every transport, and where to go on', async () => {
    const { page, write } = await openHttpWorld(closers);
    await write({ record: '42', operation: 'create', fields: { title: 'The printer is on fire' } });
    const answer = await page('');
    expect(answer).toMatchObject({ ...everything, pollAfterMs: 500 });
    expect(answer.results).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-z]{17}$/),
        cursor: answer.cursor,
        type: 'tickets.create',
        timestamp: '2026-11-21T10:00:00.000Z',
        collection: 'tickets',
        record: '42',
        version: 1,
        changed: ['title'],
        previous: {},
        actors: ['alice'],
        data: expect.objectContaining({ id: '42', title: 'The printer is on fire' }),
      },
    ]);
    expect(await page(`since=${answer.cursor}`)).toMatchObject({ ...everything, results: [], cursor: answer.cursor });
  });

  it('[F2] skips and repeats nothing, whatever the limit and from wherever', async () => {
    const world = await openHttpWorld(closers);
    for (let i = 0; i < 30; i++) await world.write({ record: `r${i}` });
    const all = await pollAll(world, 'limit=1000', '0');
    expect(all.map(({ record }) => record)).toEqual(Array.from({ length: 30 }, (_, i) => `r${i}`));
    for (const limit of [1, 7, 30]) expect(await pollAll(world, `limit=${limit}`, '0')).toEqual(all);
    for (const [i, { cursor }] of all.entries()) expect(await pollAll(world, 'limit=9', cursor)).toEqual(all.slice(i + 1));
    expect((await world.page('since=now')).results).toEqual([]);
  });

  it('[F2] misses nothing that is written while it polls', async () => {
    const world = await openHttpWorld(closers);
    const writing = Promise.all(Array.from({ length: 100 }, (_, i) => world.write({ record: `r${i}` })));
    const seen: FeedEvent[] = [];
    for (let cursor = '0'; seen.length < 100;) {
      const answer = await world.page(`limit=8&since=${cursor}`);
      seen.push(...answer.results);
      cursor = answer.cursor;
    }
    await writing;
    expect(new Set(seen.map(({ record }) => record)).size).toBe(100);
    expect(seen).toEqual(await pollAll(world, 'limit=1000', '0'));
  });

  it('[F3] takes Last-Event-ID before last-event-id before since', async () => {
    const { page, write } = await openHttpWorld(closers);
    await write({ record: 'a' }, { record: 'b' }, { record: 'c' });
    const cursors = (await page('')).results.map(({ cursor }) => cursor);
    expect(records(await page(`since=${cursors[0]}`))).toEqual(['b', 'c']);
    expect(records(await page(`since=0&last-event-id=${cursors[1]}`))).toEqual(['c']);
    expect(
      records(await page(`since=0&last-event-id=${cursors[0]}`, { ...as({}), 'last-event-id': cursors[2] as string })),
    ).toEqual([]);
    expect(records(await page(`since=${cursors[1]}&last-event-id=`))).toEqual(['c']);
  });

  it('selects by collection, operation, record and filter, and moves past what is left out', async () => {
    const { page, write } = await openHttpWorld(closers);
    await write(
      { record: 'a', operation: 'create', fields: { status: 'open', estimate: 5 } },
      { record: 'b', operation: 'create', fields: { status: 'closed', estimate: 1 } },
      { collection: 'notes', record: 'a', operation: 'create' },
      { record: 'a', fields: { status: 'closed', estimate: 5 } },
      { record: 'b', operation: 'delete', fields: { status: 'closed', estimate: 1 } },
    );
    const types = async (query: string) => (await page(query)).results.map(({ type, record }) => `${type} ${record}`);
    expect(await types('collections=notes')).toEqual(['notes.create a']);
    expect(await types('collections=tickets:create,delete')).toEqual([
      'tickets.create a',
      'tickets.create b',
      'tickets.delete b',
    ]);
    expect(await types('collections=tickets:update&collections=notes')).toEqual(['notes.create a', 'tickets.update a']);
    expect(await types('collections=tickets&record=a')).toEqual(['tickets.create a', 'tickets.update a']);
    expect(await types(`collections=tickets&filter=${encodeURIComponent("status = 'closed' and estimate < 3")}`)).toEqual([
      'tickets.create b',
      'tickets.delete b',
    ]);
    const whole = await page('');
    const none = await page('collections=notes:delete');
    expect(none).toMatchObject({ ...everything, results: [], cursor: whole.cursor });
  });

  it('bounds the work of a page of which little is selected', async () => {
    const { page, write } = await openHttpWorld(closers);
    await write(...Array.from({ length: 2500 }, () => ({ record: 'a' })));
    await write({ collection: 'notes', record: 'last' });
    const first = await page('collections=notes');
    expect(first).toMatchObject({ results: [], pending: 501, pollAfterMs: 0 });
    expect(records(await page(`collections=notes&since=${first.cursor}`))).toEqual(['last']);
  });

  it('matches an event whose data was left out on the record as it is', async () => {
    const { page, write } = await openHttpWorld(closers, { feed: { maxEventBytes: 2048 } });
    const title = 'x'.repeat(4096);
    await write({ record: 'a', operation: 'create', fields: { title, estimate: 1 } });
    await write({ record: 'b', operation: 'create', fields: { title, estimate: 9 } });
    const { results } = await page('collections=tickets&filter=estimate%20%3E%203');
    expect(results).toMatchObject([{ record: 'b', truncated: true }]);
    expect(results[0]).not.toHaveProperty('data');
  });

  it('answers 304 without reading the feed while nothing has changed', async () => {
    const { get, write, clock, feed } = await openHttpWorld(closers);
    await write({ record: 'a' });
    const first = await get('since=0');
    const etag = first.headers.get('etag') as string;
    expect(first.headers.get('poll-after-ms')).toBe('500');
    await first.arrayBuffer();

    clock.advance(5_600);
    const read = vi.spyOn(feed, 'read');
    const again = await get('since=0', { ...as({}), 'if-none-match': `"other", ${etag}` });
    expect([again.status, again.headers.get('etag'), again.headers.get('poll-after-ms')]).toEqual([304, etag, '1000']);
    expect(await again.text()).toBe('');
    expect(read).not.toHaveBeenCalled();

    for (const query of ['since=now', 'since=0&limit=7', 'since=0&collections=notes', 'since=0&record=a']) {
      expect((await get(query, { ...as({}), 'if-none-match': etag })).status).toBe(200);
    }
    expect((await get('since=0', { ...limited, 'if-none-match': etag })).status).toBe(200);
    await write({ record: 'b' });
    expect((await get('since=0', { ...as({}), 'if-none-match': etag })).status).toBe(200);
  });

  it('advises later and later polls while nothing happens', async () => {
    const { page, write, clock } = await openHttpWorld(closers);
    const advice = async (query: string): Promise<number> => (await page(query)).pollAfterMs;
    await write({ record: 'a' });
    const { cursor } = await page('collections=tickets');
    clock.advance(60_000);
    expect(await advice(`collections=tickets&since=${cursor}`)).toBe(30_000);
    // What happens beside what it asks for is none of its business.
    await write({ collection: 'notes', record: 'a' });
    expect(await advice(`collections=tickets&since=${cursor}`)).toBe(30_000);
    await write({ record: 'a' });
    expect(await advice(`collections=tickets&since=${cursor}`)).toBe(500);
  });

  it('[F3] [F6] says that it starts anew, and why', async () => {
    const world = await openHttpWorld(closers);
    const { page, write, meta } = world;
    await write({ record: 'a' });
    const { cursor } = await page('');
    const place = createCursors({ epoch: meta.epoch, key: meta.cursorKey }).parse('acme', cursor);
    const restored = createCursors({ epoch: 'restored', key: meta.cursorKey }).format('acme', 1, place.digest);
    const ahead = createCursors({ epoch: meta.epoch, key: meta.cursorKey }).format('acme', 2, place.digest);

    const reset = (reason: string) => ({ results: [], resumed: false, reset: reason, pending: 0 });
    for (const feed of ['poll', 'longpoll']) {
      expect(await page(`feed=${feed}&since=${restored}`)).toMatchObject({ ...reset('epoch'), cursor });
      expect(await page(`feed=${feed}&since=${ahead}`)).toMatchObject({ ...reset('epoch'), cursor });
      const narrower = await page(`feed=${feed}&since=${cursor}`, limited);
      expect(narrower).toMatchObject(reset('access'));
      expect(await page(`since=${narrower.cursor}`, limited)).toMatchObject(everything);
    }
  });

  it('[F4] resets a limited reader whose cursor lies below the horizon, and no other', async () => {
    const world = await openHttpWorld(closers);
    const { page, write, clock, store, feed } = world;
    await write({ record: 'a' }, { record: 'a' }, { record: 'b' });
    const early = (await page('limit=1')).cursor;
    const earlyLimited = (await page('limit=1', limited)).cursor;
    clock.advance(1000);
    await write({ record: 'a' });
    await compactFeeds({ store, clock, keepMs: 500 });
    feed.reset();
    const late = (await page('since=now')).cursor;

    const reset = { results: [], resumed: false, reset: 'compacted', cursor: late, pending: 0 };
    for (const query of ['collections=tickets:update', 'collections=tickets&filter=estimate%20%3E%203']) {
      expect(await page(`${query}&since=${early}`)).toMatchObject(reset);
      expect(await page(`${query}&since=0`)).toMatchObject(reset);
      expect(await page(`${query}&since=${late}`)).toMatchObject(everything);
    }
    expect(await page(`since=${earlyLimited}`, limited)).toMatchObject({ resumed: false, reset: 'compacted' });
    for (const query of ['', 'collections=tickets', 'record=a', 'collections=tickets&record=a']) {
      const answer = await page(`${query}&since=${early}`.replace(/^&/, ''));
      expect(answer).toMatchObject(everything);
      expect(records(answer)).toEqual(query.includes('record') ? ['a'] : ['b', 'a']);
    }
  });

  it('[F4] resets a limited reader when compaction comes in while it reads', async () => {
    const { page, write, clock, store, feed } = await openHttpWorld(closers, { feed: { maxTailEvents: 1 } });
    await write({ record: 'a' }, { record: 'a' }, { record: 'a' });
    clock.advance(1000);
    await write({ record: 'b' });
    const read = feed.read.bind(feed);
    vi.spyOn(feed, 'read').mockImplementationOnce(async (...args) => {
      await compactFeeds({ store, clock, keepMs: 500 });
      return read(...args);
    });
    expect(await page('collections=tickets:update&since=0')).toMatchObject({ results: [], reset: 'compacted' });
  });

  it('[F5] tells a reader nothing of what it may not read, and answers alike for what is not there', async () => {
    const { get, page, write } = await openHttpWorld(closers);
    await write({ record: 'a' }, { collection: 'salaries', record: 'a', fields: { amount: 9 } }, { record: 'b' });
    await write({ account: 'other', record: 'theirs' });
    expect(records(await page(''))).toEqual(['a', 'a', 'b']);
    expect(records(await page('', limited))).toEqual(['a', 'b']);
    expect(records(await page('', as({ account: 'other' })))).toEqual(['theirs']);

    const body = async (query: string) => {
      const response = await get(query, limited);
      const { error } = (await response.json()) as { error: { requestId?: string } };
      return [response.status, { ...error, requestId: '' }];
    };
    expect(await body('collections=salaries')).toEqual(await body('collections=nothing'));
    expect((await body('collections=salaries'))[0]).toBe(404);
  });

  it('[F6] refuses made-up cursors and other accounts’ alike', async () => {
    const { get, page, write } = await openHttpWorld(closers);
    await write({ record: 'a' });
    await write({ account: 'other', record: 'b' });
    const theirs = (await page('', as({ account: 'other' }))).cursor;
    for (const feed of ['poll', 'longpoll', 'sse']) {
      for (const since of [theirs, 'made-up', `${theirs}x`, '-1', '1', '../..', '%00', 'x'.repeat(9000)]) {
        expect(await errorOf(await get(`feed=${feed}&since=${since}`))).toEqual([400, 'invalid_cursor', undefined]);
      }
    }
  });

  it('names the parameter that is at fault', async () => {
    const { get } = await openHttpWorld(closers);
    const cases: readonly [query: string, status: number, code: string, field: string | undefined][] = [
      ['feed=ws', 400, 'bad_request', 'feed'],
      ['feed=poll&feed=sse', 400, 'bad_request', 'feed'],
      ['limit=0', 400, 'bad_request', 'limit'],
      ['limit=1001', 400, 'bad_request', 'limit'],
      ['limit=ten', 400, 'bad_request', 'limit'],
      ['timeout=-1', 400, 'bad_request', 'timeout'],
      ['timeout=55001', 400, 'bad_request', 'timeout'],
      ['timeout=1e3', 400, 'bad_request', 'timeout'],
      ['since=0&since=now', 400, 'bad_request', 'since'],
      ['collections=tickets,notes', 400, 'bad_request', 'collections'],
      ['collections=', 400, 'bad_request', 'collections'],
      ['collections=..', 400, 'bad_request', 'collections'],
      ['collections=tickets:', 400, 'bad_request', 'collections'],
      ['collections=tickets:create,rename', 400, 'bad_request', 'collections'],
      ['collections=unknown', 404, 'not_found', 'collections'],
      ['record=a/b', 400, 'invalid_name', 'record'],
      ['filter=estimate%20%3E%203', 400, 'bad_request', 'filter'],
      ['collections=tickets&filter=estimate%20%3E', 400, 'invalid_filter', 'filter'],
      ['collections=tickets&collections=notes&filter=estimate%20%3E%203', 400, 'invalid_filter', 'filter'],
      ['colections=tickets', 400, 'bad_request', undefined],
    ];
    for (const [query, ...expected] of cases) {
      const [status, code, field] = expected;
      expect([query, await errorOf(await get(query))]).toEqual([query, [status, code, field]]);
    }
    expect(await errorOf(await get('', {}))).toEqual([401, 'unauthenticated', undefined]);
  });

  it('answers HEAD at once on every transport', async () => {
    const { port, write, changes } = await openHttpWorld(closers);
    await write({ record: 'a' });
    for (const [feed, type] of [
      ['poll', 'application/json; charset=utf-8'],
      ['longpoll', 'application/json; charset=utf-8'],
      ['sse', 'text/event-stream'],
    ]) {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ port, method: 'HEAD', path: `/api/v1/changes?since=now&feed=${feed}`, headers: as({}) }, (answer) => {
          answer.resume().on('end', () => resolve(answer));
        })
          .on('error', reject)
          .end();
      });
      expect([response.statusCode, response.headers['content-type']]).toEqual([200, type]);
    }
    expect(changes.counts()).toMatchObject({ longpoll: 0, sse: 0 });
  });
});
