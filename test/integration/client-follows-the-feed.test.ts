import { describe, expect, it } from 'vitest';
import type { Change, Transport } from '@concord/client';
import { createChanges } from '@concord/client/internals';
import { createFeedClient, type FeedClient } from '../kit/feed-client.ts';
import { followFeed } from '../kit/feed-log.ts';
import { readAll } from '../kit/feed-readers.ts';
import { startPickyProxy, type PickyProxy, type Way } from '../kit/picky-proxy.ts';
import { quickClock } from '../kit/quick-clock.ts';
import { tokenFor } from '../kit/tokens.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const transports: readonly Transport[] = ['websocket', 'sse', 'longpoll', 'poll'];

async function write(server: TestServer, ...titles: readonly string[]): Promise<void> {
  for (const title of titles) await server.json('POST', '/records/tickets', { title });
}

/** Time goes ten times as fast, for client and server alike. */
async function startQuick(only?: readonly Transport[]): Promise<{
  readonly server: TestServer;
  readonly proxy: PickyProxy;
  readonly client: FeedClient;
}> {
  const clock = quickClock(10);
  const server = await startServer({ clock });
  const proxy = await startPickyProxy(server);
  return { server, proxy, client: createFeedClient(proxy, { clock, ...(only === undefined ? {} : { transports: only }) }) };
}

function ids(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) =>
    change.type === 'snapshot'
      ? change.items.map(({ data }) => `=${data.id}`)
      : change.type === 'reset'
        ? [change.type]
        : [change.record],
  );
}

describe.each(transports)('by %s', (transport) => {
  it('[F2] brings every event once and in order, from the beginning, from a cursor, and over cuts', async () => {
    const { server, proxy, client } = await startQuick([transport]);
    await write(server, 'a', 'b', 'c');
    const before = await readAll(server);
    const all = followFeed(client.feed, { since: '0' });
    await all.has(3);
    const behind = followFeed(client.feed, { since: before[0]?.cursor as string });
    await behind.has(2);
    for (let round = 0; round < 4; round++) {
      await write(server, `during ${round}`);
      proxy.cut();
      await write(server, `behind ${round}`);
      await all.has(5 + round * 2);
    }
    const events = await readAll(server);
    await all.has(events.length);
    await behind.has(events.length - 1);
    expect(all.events).toEqual(events);
    expect(behind.events).toEqual(events.slice(1));
    expect(new Set(proxy.seen)).toContain(transport);
    all.stop();
    behind.stop();
  });

  it('selects by collections and operations, record and filter', async () => {
    const { server, client } = await startQuick([transport]);
    const some = followFeed(client.feed, { since: '0', collections: ['tickets:update', 'notes'] });
    const one = followFeed(client.feed, { since: '0', collections: ['tickets'], record: 't' });
    const filtered = followFeed(client.feed, { since: '0', collections: ['tickets'], filter: 'estimate > 1' });
    await server.json('POST', '/records/tickets', { id: 't', title: 'a', estimate: 1 });
    await server.json('POST', '/records/notes', { id: 'n', title: 'b' });
    await server.json('PATCH', '/records/tickets/t', { estimate: 2 });
    await server.json('POST', '/records/tickets', { id: 'u', title: 'c' });
    await Promise.all([some.has(2), one.has(2), filtered.has(1)]);
    await server.json('DELETE', '/records/tickets/t');
    await Promise.all([one.has(3), filtered.has(2)]);
    const told = ({ events }: typeof some): readonly string[] =>
      events.map(({ record, type, match }) => [record, type.split('.')[1], match].filter(Boolean).join(' '));
    expect(told(some)).toEqual(['n create', 't update']);
    expect(told(one)).toEqual(['t create', 't update', 't delete']);
    expect(told(filtered)).toEqual(['t update enter', 't delete leave']);
  });

  it('[F4] begins with the records that there are where that is asked for', async () => {
    const { server, client } = await startQuick([transport]);
    await write(server, ...Array.from({ length: 7 }, (_, index) => `t${index}`));
    const log = followFeed(client.feed, { since: '0', collections: ['tickets'], include: 'snapshot' });
    await log.isReady();
    expect(log.changes.flatMap((change) => (change.type === 'snapshot' ? change.items : []))).toHaveLength(7);
    expect(log.events).toEqual([]);
    await write(server, 'new');
    await log.has(1);
    expect(log.events[0]?.data).toMatchObject({ title: 'new' });
  });

  it('[F3] passes a reset on, and goes on behind it', async () => {
    const { server, client } = await startQuick([transport]);
    await write(server, 'a');
    const [event] = await readAll(server, '0', { as: { user: 'eve', roles: ['member', 'editor'] } });
    const since = event?.cursor as string;
    const plain = followFeed(client.feed, { since });
    const listed = followFeed(client.feed, { since, collections: ['tickets'], include: 'snapshot' });
    await Promise.all([plain.isReady(), listed.isReady()]);
    await write(server, 'b');
    await Promise.all([plain.has(1), listed.has(1)]);
    expect(plain.changes.map(({ type }) => type)).toEqual(['reset', 'tickets.create']);
    expect(plain.changes[0]).toMatchObject({ reason: 'access', cursor: plain.ready[0] });
    expect(listed.changes.map(({ type }) => type)).toEqual(['reset', 'snapshot', 'tickets.create']);
    // Whoever is cut off before the end of the snapshot has to be reset again.
    expect(listed.changes[0]).toMatchObject({ reason: 'access', cursor: since });
  });

  it('ends where the server refuses for good', async () => {
    const { client } = await startQuick([transport]);
    const nowhere = followFeed(client.feed, { collections: ['nowhere'] });
    const madeUp = followFeed(client.feed, { since: 'made-up' });
    await until('the refusals', () => nowhere.refusals.length + madeUp.refusals.length === 2);
    expect(nowhere.refusals).toMatchObject([{ code: 'not_found' }]);
    expect(madeUp.refusals).toMatchObject([{ code: 'invalid_cursor' }]);
    expect(nowhere.ready).toEqual([]);
  });
});

describe('the choice of a transport', () => {
  async function expectFallback(blocked: readonly Way[], expected: Way): Promise<void> {
    const { server, proxy, client } = await startQuick();
    await write(server, 'a');
    for (const way of blocked) proxy.treat(way, way === 'longpoll' ? { cutAfterMs: 300 } : way === 'sse' ? 'hold' : 'refuse');
    const log = followFeed(client.feed, { since: '0' });
    // Where nothing may wait, that shows by waiting in vain.
    await until(`${expected} to be used`, () =>
      expected === 'poll' ? proxy.seen.filter((way) => way === 'longpoll').length > 1 : proxy.open(expected) === 1,
    );
    await write(server, 'b');
    await log.has(2);
    const next = followFeed(client.feed, { since: '0' });
    await next.has(2);
    expect(next.events).toEqual(await readAll(server));

    // And it goes back to the best one once that gets through: nothing is missed, nothing comes twice.
    for (const way of blocked) proxy.treat(way, undefined);
    client.wake();
    client.socket.wake();
    await write(server, 'c');
    await until('the WebSocket', () => proxy.open('websocket') === 1 && proxy.open('sse') + proxy.open('longpoll') === 0);
    await write(server, 'the end');
    const all = await readAll(server);
    await log.has(all.length);
    await next.has(all.length);
    expect(log.events).toEqual(all);
    expect(next.events).toEqual(all);
  }

  it('falls back to a stream where WebSockets are blocked', () => expectFallback(['websocket'], 'sse'));
  it('falls back to long polls where streams are held back, too', () => expectFallback(['websocket', 'sse'], 'longpoll'));
  it('falls back to polls where nothing may wait', () => expectFallback(['websocket', 'sse', 'longpoll'], 'poll'));

  it('takes the order that it is given', async () => {
    const { server, proxy, client } = await startQuick(['poll', 'websocket']);
    const log = followFeed(client.feed, { since: '0' });
    await write(server, 'a');
    await log.has(1);
    expect(new Set(proxy.seen)).toEqual(new Set(['poll']));
  });

  it('suspects no transport while there is no server', async () => {
    const { server, proxy, client } = await startQuick(['sse', 'longpoll', 'poll']);
    const log = followFeed(client.feed, { since: '0' });
    await log.isReady();
    for (const way of ['sse', 'longpoll', 'poll'] as const) proxy.treat(way, 'refuse');
    proxy.cut();
    // A reader by long polls asks at first what there is.
    await until('all of them to be tried', () => proxy.seen.filter((way) => way === 'poll').length >= 2);
    for (const way of ['poll', 'longpoll', 'sse'] as const) proxy.treat(way, undefined);
    await write(server, 'a');
    await log.has(1);
    await until('the stream', () => proxy.open('sse') === 1);
    expect(log.lost).toBe(1);
  });

  it('keeps few requests open at a time, as browsers allow few: the others poll', async () => {
    const { server, proxy, client } = await startQuick(['sse', 'poll']);
    const logs = Array.from({ length: 5 }, () => followFeed(client.feed, { since: '0' }));
    await Promise.all(logs.map((log) => log.isReady()));
    expect(proxy.open('sse')).toBe(2);
    await write(server, 'a');
    await Promise.all(logs.map((log) => log.has(1)));
    // Where one leaves, another one moves up.
    logs[0]?.stop();
    logs[1]?.stop();
    await until('two others to stream', () => proxy.open('sse') === 2);
    await write(server, 'b');
    await Promise.all(logs.slice(2).map((log) => log.has(2)));
  });

  it.each(['websocket', 'sse', 'longpoll'] as const)('goes on by %s when a token ends', async (transport) => {
    const clock = quickClock(10);
    const server = await startServer({ clock });
    const proxy = await startPickyProxy(server);
    let tokens = 0;
    const token = (): Promise<string> => {
      tokens++;
      return tokenFor({ expiresIn: Math.ceil((clock.now() - Date.now()) / 1000) + 20 });
    };
    const client = createFeedClient(proxy, { clock, token, transports: [transport] });
    const log = followFeed(client.feed, { since: 'now' });
    await log.isReady();
    for (let round = 1; round <= 8; round++) {
      const until8 = clock.now() + 8_000;
      await until('some time to go by', () => clock.now() > until8);
      await write(server, `round ${round}`);
      await log.has(round);
    }
    expect(log.events.map(({ data }) => data?.['title'])).toEqual(Array.from({ length: 8 }, (_, index) => `round ${index + 1}`));
    expect(tokens).toBeGreaterThan(2);
    expect(log.refusals).toEqual([]);
  });
});

describe('client.changes()', () => {
  it('is a loop over the feed, that ends when it is left', async () => {
    const { server, proxy, client } = await startQuick();
    await write(server, 'a', 'b', 'c');
    const records: string[] = [];
    for await (const change of createChanges(client.feed, { since: '0', collections: ['tickets'] })) {
      if (change.type === 'reset' || change.type === 'snapshot') continue;
      records.push(change.record);
      if (records.length === 3) break;
    }
    expect(records).toEqual((await readAll(server)).map(({ record }) => record));
    await until('the socket to be let go', () => proxy.open('websocket') === 0);
  });

  it('ends by its signal, also while it waits', async () => {
    const { client } = await startQuick();
    const abort = new AbortController();
    const loop = (async () => {
      for await (const change of createChanges(client.feed, { since: '0', signal: abort.signal })) expect(change).toBe(undefined);
      return 'over';
    })();
    abort.abort();
    expect(await loop).toBe('over');
    const [nothing] = [createChanges(client.feed, { signal: abort.signal })[Symbol.asyncIterator]()];
    expect(await nothing.next()).toEqual({ done: true, value: undefined });
  });

  it('throws what the server refuses for good', async () => {
    const { client } = await startQuick();
    const loop = (async () => {
      for await (const change of createChanges(client.feed, { collections: ['nowhere'] })) expect(change).toBe(undefined);
    })();
    await expect(loop).rejects.toMatchObject({ code: 'not_found' });
  });

  it('holds a bounded number for a slow loop, and goes on from there: nothing is missed, nothing comes twice', async () => {
    const { server, proxy, client } = await startQuick(['websocket']);
    const records = Array.from({ length: 100 }, (_, index) => ({ title: `t${index}` }));
    const changes = createChanges(client.feed, { since: 'now', collections: ['tickets'] })[Symbol.asyncIterator]();
    const first = changes.next();
    await until('the loop to be ready', () => proxy.open('websocket') === 1);
    await write(server, 'first');
    const got: Change[] = [(await first).value as Change];
    for (let batch = 0; batch < 15; batch++) await server.json('POST', '/records/tickets/batch', { records });
    const all = await readAll(server);
    // The loop was away; now it takes what there is.
    while (got.length < all.length) got.push((await changes.next()).value as Change);
    expect(ids(got)).toEqual(all.map(({ record }) => record));
    await changes.return?.();
  });
});
