import { cp } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ChangesPage, FeedEvent } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { until } from '../kit/until.ts';

/** Keeps writing to six records, by REST and by typing, until it is told to stop; ends with nothing left to come. */
async function startWriters(server: TestServer): Promise<{ stop(): Promise<void> }> {
  const ids = Array.from({ length: 6 }, (_, index) => `n${index}`);
  await server.json('POST', '/records/notes/batch', { records: ids.map((id) => ({ id, title: id })) });
  const providers = await Promise.all(
    ids.map((id, index) => connected(server, `acme/notes/${id}`, { as: { user: `typist${index}` } })),
  );
  let writing = true;
  const byRest = ids.map(async (id, index) => {
    for (let step = 0; writing; step++) {
      await server.json('PATCH', `/records/notes/${id}`, { title: `${index}.${step}` }, { user: `rest${index}` });
      await server.json('POST', '/records/tickets', { title: `${index}.${step}` });
    }
  });
  const byTyping = providers.map(async (provider) => {
    while (writing) {
      provider.document.getText('body').insert(0, 'x');
      await flushed(provider);
    }
  });
  return {
    async stop() {
      writing = false;
      await Promise.all([...byRest, ...byTyping]);
      await Promise.all(ids.map((id) => server.json('PATCH', `/records/notes/${id}`, { title: 'end' })));
    },
  };
}

function expectInOrder(events: readonly FeedEvent[]): void {
  const versions = new Map<string, number>();
  for (const { collection, record, version } of events) {
    const name = `${collection}/${record}`;
    expect(version, name).toBe((versions.get(name) ?? 0) + 1);
    versions.set(name, version);
  }
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  expect(events.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id));
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(events.length);
}

describe('[F1] while many write, by REST and by typing', () => {
  it('every reader of every transport gets the same events, in one order, without a gap', async () => {
    const server = await startServer();
    const streams = await Promise.all([openStream(server, '0'), openStream(server, 'now'), openStream(server, '0')]);
    const writers = await startWriters(server);
    let done = '';
    const follow = async (feed: 'poll' | 'longpoll', limit: number): Promise<FeedEvent[]> => {
      const events: FeedEvent[] = [];
      for (let cursor = '0'; ;) {
        // Whoever reads up to the mark has read all: nothing is written behind it.
        const page = await readPage(server, cursor, { feed, query: `timeout=500&limit=${limit}` });
        expect(page.resumed).toBe(true);
        expect(page.results.length).toBeLessThanOrEqual(limit);
        if (page.results.length > 0) expect(page.results.at(-1)?.cursor).toBe(page.cursor);
        events.push(...page.results);
        cursor = page.cursor;
        if (page.results.some(({ record }) => record === done)) return events;
      }
    };
    const followers = [follow('poll', 3), follow('poll', 1000), follow('longpoll', 1), follow('longpoll', 100)];
    await streams[0]?.has(300);
    await writers.stop();
    done = 'the-end';
    await server.json('POST', '/records/tickets', { id: done, title: 'x' });

    const all = await readAll(server);
    expectInOrder(all);
    for (const events of await Promise.all(followers)) expect(events).toEqual(all);
    for (const { events, ids, has } of streams) {
      await has(all.length);
      expect(events).toEqual(all);
      expect(ids).toEqual(all.map(({ cursor }) => cursor));
    }
  });
});

describe('[F2] with a cursor', () => {
  it('every transport goes on exactly behind it', async () => {
    const server = await startServer();
    const writers = await startWriters(server);
    await until('some events', async () => (await readAll(server)).length > 60);
    await writers.stop();
    const all = await readAll(server);
    const places = [-1, 0, 1, 17, all.length - 2, all.length - 1];
    for (const at of places) {
      const since = all[at]?.cursor ?? '0';
      const rest = all.slice(at + 1);
      expect(await readAll(server, since, { query: 'limit=7' })).toEqual(rest);
      const waited = await readPage(server, since, { feed: 'longpoll', query: 'timeout=0&limit=1000' });
      expect(waited).toMatchObject({ results: rest, resumed: true, pending: 0 });
      const stream = await openStream(server, since);
      const first = await until('the first frame', () => stream.named[0]);
      await stream.has(rest.length);
      expect(stream.events).toEqual(rest);
      expect(first.name).toBe('resumed');
    }
  });

  it('a reader may leave one transport and go on with another, at any moment', async () => {
    const server = await startServer();
    const writers = await startWriters(server);
    const events: FeedEvent[] = [];
    let cursor = '0';
    for (let turn = 0; turn < 24; turn++) {
      if (turn % 3 === 2) {
        const stream = await openStream(server, cursor);
        await stream.has(3);
        stream.source.close();
        events.push(...stream.events);
        cursor = stream.cursor();
      } else {
        const page = await readPage(server, cursor, { feed: turn % 3 === 0 ? 'poll' : 'longpoll', query: 'limit=5' });
        events.push(...page.results);
        cursor = page.cursor;
      }
    }
    await writers.stop();
    events.push(...(await readAll(server, cursor)));
    expect(events).toEqual(await readAll(server));
  });

  it('a filter changes what is shown, and the cursor moves past what is not', async () => {
    const server = await startServer();
    const query = `collections=tickets&filter=${encodeURIComponent("status = 'closed'")}`;
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    await server.json('POST', '/records/notes', { title: 'x' });
    const page = await readPage(server, '0', { query });
    expect(page).toMatchObject({ results: [], pending: 0 });
    const head = await readPage(server, 'now');
    expect(page.cursor).toBe(head.cursor);
    const stream = await openStream(server, page.cursor, { query });
    const waiting = readPage(server, page.cursor, { feed: 'longpoll', query });
    await server.json('PATCH', '/records/tickets/t1', { estimate: 3 });
    await server.json('PATCH', '/records/tickets/t1', { status: 'closed' });
    const expected = [expect.objectContaining({ record: 't1', changed: ['status'] })];
    expect((await waiting).results).toEqual(expected);
    await stream.has(1);
    expect(stream.events).toEqual(expected);
    expect((await readPage(server, '0', { query: 'collections=notes:create' })).results).toHaveLength(1);
    expect((await readPage(server, '0', { query: 'collections=notes:update,delete' })).results).toEqual([]);
    expect((await readPage(server, '0', { query: 'record=t1' })).results).toHaveLength(3);
  });

  it('a stock EventSource comes back by itself after a restart, and misses nothing', async () => {
    const first = await startServer();
    const port = Number(new URL(first.url).port);
    await first.json('POST', '/records/tickets', { id: 't1', title: 'before' });
    const stream = await openStream(first, '0');
    await stream.has(1);
    await first.json('PATCH', '/records/tickets/t1', { title: 'seen' });
    await stream.has(2);
    await first.stop();

    // While it is away something happens: on another port, where it does not look.
    const meanwhile = await startServer({ folder: first.folder });
    for (let step = 0; step < 5; step++) await meanwhile.json('PATCH', '/records/tickets/t1', { title: `missed ${step}` });
    await meanwhile.stop();

    const second = await startServer({ folder: first.folder, port });
    await stream.has(7);
    await second.json('PATCH', '/records/tickets/t1', { title: 'after' });
    await stream.has(8);
    expect(stream.events).toEqual(await readAll(second));
    expect(stream.named.map(({ name }) => name)).toEqual(['resumed', 'resumed']);
    expect(stream.named[1]?.data['cursor']).toBe(stream.events[1]?.cursor);
  });

  it('long polls that wait are answered when the server stops, and go on after it', async () => {
    const first = await startServer();
    await first.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const { cursor } = await readPage(first, 'now');
    const waiting = readPage(first, cursor, { feed: 'longpoll' });
    await until('it to wait', async () => (await metricsOf(first)).includes('concord_feed_subscribers{transport="longpoll"} 1'));
    await first.stop();
    expect(await waiting).toMatchObject({ results: [], cursor });
    const second = await startServer({ folder: first.folder });
    const goingOn = readPage(second, cursor, { feed: 'longpoll' });
    await second.json('PATCH', '/records/tickets/t1', { title: 'y' });
    expect(await goingOn).toMatchObject({ results: [{ record: 't1', version: 2 }], resumed: true });
  });
});

async function metricsOf({ url }: TestServer): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text();
}

describe('a poll', () => {
  const poll = (server: TestServer, since: string, etag?: string): Promise<Response> =>
    server.fetch(`/changes?since=${since}`, etag === undefined ? {} : { headers: { 'if-none-match': etag } });

  it('is answered 304 while nothing has happened', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const first = await poll(server, '0');
    const etag = first.headers.get('etag') ?? '';
    const again = await poll(server, '0', etag);
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(Number(again.headers.get('poll-after-ms'))).toBeGreaterThan(0);
    await server.json('PATCH', '/records/tickets/t1', { title: 'y' });
    const changed = await poll(server, '0', etag);
    expect(changed.status).toBe(200);
    expect(((await changed.json()) as ChangesPage).results).toHaveLength(2);
    expect(changed.headers.get('etag')).not.toBe(etag);
    // Another place, another selection, another reader: another page.
    expect((await poll(server, 'now', etag)).status).toBe(200);
    expect(
      (await server.fetch('/changes?since=0', { headers: { 'if-none-match': etag }, as: { account: 'globex' } })).status,
    ).toBe(200);
  });

  it('is told to come back soon while things happen, and later and later when they do not', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets/batch', { records: [{ title: 'x' }, { title: 'y' }] });
    const advised: number[] = [];
    for (let turn = 0; turn < 24; turn++) {
      const response = await server.fetch('/changes?since=now');
      const { pollAfterMs } = (await response.json()) as ChangesPage;
      expect(response.headers.get('poll-after-ms')).toBe(String(pollAfterMs));
      advised.push(pollAfterMs);
      clock.advance(pollAfterMs);
    }
    expect(advised[0]).toBeLessThanOrEqual(1000);
    expect(advised.at(-1)).toBe(30_000);
    expect(advised.toSorted((left, right) => left - right)).toEqual(advised);
    expect(await readPage(server, '0', { query: 'limit=1' })).toMatchObject({ pending: 1, pollAfterMs: 0 });
    await server.json('POST', '/records/tickets', { title: 'z' });
    expect((await readPage(server, 'now')).pollAfterMs).toBe(advised[0]);
  });
});

describe('[F3] a cursor that cannot be resumed', () => {
  /** What each transport says to it. */
  async function answersTo(
    server: TestServer,
    since: string,
    roles: readonly string[] = ['member'],
    query = '',
  ): Promise<unknown[]> {
    const as = { roles, expiresIn: 10_000_000 };
    const poll = await readPage(server, since, { as, query });
    const longPoll = await readPage(server, since, { as, query, feed: 'longpoll' });
    const stream = await openStream(server, since, { as, query });
    const first = await until('the first frame', () => stream.named[0]);
    expect(poll.cursor).toBe(longPoll.cursor);
    expect(poll.cursor).toBe(first.id);
    return [
      [poll.results.length, poll.resumed, poll.reset],
      [longPoll.results.length, longPoll.resumed, longPoll.reset],
      [stream.events.length, first.name === 'resumed', first.data['reason']],
    ];
  }
  const reset = (reason: string): unknown[] => Array.from({ length: 3 }, () => [0, false, reason]);

  it('is told so where the data was restored from an older copy', async () => {
    const first = await startServer();
    await first.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    await first.stop();
    const backup = await temporaryFolder();
    await cp(first.folder, backup, { recursive: true });
    const lost = await startServer({ folder: first.folder });
    await lost.json('PATCH', '/records/tickets/t1', { title: 'lost' });
    const { cursor } = await readPage(lost, 'now');
    await lost.stop();
    const restored = await startServer({ folder: backup });
    expect(await answersTo(restored, cursor)).toEqual(reset('epoch'));
    const { cursor: again } = await readPage(restored, cursor);
    await restored.json('PATCH', '/records/tickets/t1', { title: 'anew' });
    expect(await readPage(restored, again)).toMatchObject({ resumed: true, results: [{ data: { title: 'anew' } }] });
  });

  it('[F6] is told so where its reader may see something else now', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    await server.json('POST', '/records/secrets', { id: 's1', title: 'hidden' }, { roles: ['admin'] });
    const { cursor } = await readPage(server, '0', { query: 'limit=1' });
    expect(await answersTo(server, cursor, ['member', 'admin'])).toEqual(reset('access'));
    const asAdmin = await readPage(server, '0', { as: { roles: ['admin', 'member'] } });
    expect(await answersTo(server, asAdmin.cursor, ['member'])).toEqual(reset('access'));
    // The order of roles says nothing.
    expect(await readPage(server, asAdmin.cursor, { as: { roles: ['member', 'admin'] } })).toMatchObject({ resumed: true });
  });

  it('is refused by name where it is none', async () => {
    const server = await startServer();
    const { cursor } = await readPage(server, 'now');
    for (const made of ['x', '17', `${cursor}A`, `B${cursor.slice(1)}`, '../..', encodeURIComponent('\0')]) {
      for (const feed of ['poll', 'longpoll', 'sse']) {
        const response = await server.fetch(`/changes?feed=${feed}&since=${made}`);
        expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
          400,
          'invalid_cursor',
        ]);
      }
    }
  });
});
