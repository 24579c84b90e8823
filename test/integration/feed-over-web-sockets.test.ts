import { describe, expect, it } from 'vitest';
import { readAll, readPage } from '../kit/feed-readers.ts';
import guarded from '../kit/guarded.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { openRealtime } from '../kit/realtime-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const subscribe = { action: 'subscribe', id: 's' } as const;

async function withTickets(count: number): Promise<TestServer> {
  const server = await startServer();
  const records = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, title: `Ticket ${index}`, estimate: index }));
  while (records.length > 0) await server.json('POST', '/records/tickets/batch', { records: records.splice(0, 100) });
  return server;
}

describe('the feed over a WebSocket', () => {
  it('[F2] brings the same events with the same cursors as every other transport, from wherever one is', async () => {
    const server = await withTickets(5);
    const all = await readAll(server);
    const client = await openRealtime(server);
    expect(await client.next('authenticated')).toMatchObject({ user: 'alice', expiresAt: expect.any(String) as string });
    client.send({ ...subscribe, since: '0' }, { ...subscribe, id: 'later', since: all[2]?.cursor as string });
    expect(await client.next('subscribed')).toMatchObject({ id: 's', resumed: true });
    expect(await client.next('subscribed')).toMatchObject({ id: 'later', cursor: all[2]?.cursor, resumed: true });
    await client.has(5);
    await server.json('PATCH', '/records/tickets/t1', { title: 'x' });
    await client.has(6);
    await client.has(3, 'later');
    const now = await readAll(server);
    expect(client.events().map(({ subscription: _, ...event }) => event)).toEqual(now);
    expect(client.events('later').map(({ subscription: _, ...event }) => event)).toEqual(now.slice(3));
    // And back to another transport, with its cursor.
    expect((await readPage(server, client.events()[3]?.cursor as string)).results).toEqual(now.slice(4));
  });

  it('selects by collection, operations, record and filter, several at once, each by its name', async () => {
    const server = await withTickets(0);
    const client = await openRealtime(server);
    client.send(
      { ...subscribe, id: 'all' },
      { ...subscribe, id: 'new', collection: 'tickets', operations: ['create'] },
      { ...subscribe, id: 'one', collection: 'tickets', record: 't2' },
      { ...subscribe, id: 'large', collection: 'tickets', filter: 'estimate > 1' },
      { ...subscribe, id: 'several', collections: ['tickets:update', 'notes'] },
      { ...subscribe, id: 'gone', collection: 'tickets' },
      { action: 'unsubscribe', id: 'gone' },
    );
    expect(await client.next('unsubscribed')).toEqual({ type: 'unsubscribed', id: 'gone' });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a', estimate: 1 });
    await server.json('POST', '/records/tickets', { id: 't2', title: 'b', estimate: 2 });
    await server.json('PATCH', '/records/tickets/t1', { estimate: 3 });
    await server.json('PATCH', '/records/tickets/t2', { estimate: 0 });
    await server.json('POST', '/records/notes', { id: 'n', title: 'c' });
    await client.has(5, 'all');
    const told = (id: string): readonly string[] =>
      client.events(id).map(({ record, type, match }) => [record, type.split('.')[1], match].filter(Boolean).join(' '));
    expect(told('all')).toEqual(['t1 create', 't2 create', 't1 update', 't2 update', 'n create']);
    expect(told('new')).toEqual(['t1 create', 't2 create']);
    expect(told('one')).toEqual(['t2 create', 't2 update']);
    expect(told('large')).toEqual(['t2 create enter', 't1 update enter', 't2 update leave']);
    expect(told('several')).toEqual(['t1 update', 't2 update', 'n create']);
    expect(told('gone')).toEqual([]);
  });

  it('gives the records that there are first, then what happens from exactly there', async () => {
    const server = await withTickets(250);
    const client = await openRealtime(server);
    client.send({ ...subscribe, collection: 'tickets', filter: 'estimate >= 10', include: 'snapshot' });
    const { cursor } = await client.next('subscribed');
    const items = client.heard.flatMap((message) => (message.type === 'snapshot' ? message.items : []));
    expect(new Set(items.map(({ data }) => data.id))).toEqual(
      new Set(Array.from({ length: 240 }, (_, index) => `t${index + 10}`)),
    );
    expect(items).toHaveLength(240);
    await server.json('PATCH', '/records/tickets/t3', { estimate: 99 });
    await client.has(1);
    expect(client.events()).toMatchObject([{ record: 't3', match: 'enter' }]);
    expect((await readPage(server, cursor)).results).toMatchObject([{ record: 't3' }]);
    // Who goes on from there has them already.
    client.send({
      ...subscribe,
      id: 'again',
      collection: 'tickets',
      filter: 'estimate >= 10',
      include: 'snapshot',
      since: cursor,
    });
    await client.has(1, 'again');
    expect(client.heard.some((message) => message.type === 'snapshot' && message.id === 'again')).toBe(false);
  });

  it('says by name what is wrong, and goes on', async () => {
    const server = await withTickets(0);
    const client = await openRealtime(server);
    await client.next('authenticated');
    for (const [message, code, field] of [
      ['nonsense', 'invalid_json', undefined],
      ['7', 'bad_request', 'action'],
      ['{"action":"dance"}', 'bad_request', 'action'],
      ['{"action":"subscribe"}', 'bad_request', 'id'],
      ['{"action":"subscribe","id":"s","fliter":"x"}', 'bad_request', 'fliter'],
      ['{"action":"subscribe","id":"s","collection":"nowhere"}', 'not_found', 'collections'],
      ['{"action":"subscribe","id":"s","collection":"secrets"}', 'not_found', 'collections'],
      ['{"action":"subscribe","id":"s","collection":"tickets","filter":"x >"}', 'invalid_filter', 'filter'],
      ['{"action":"subscribe","id":"s","collection":"tickets","operations":["drop"]}', 'bad_request', 'operations'],
      ['{"action":"subscribe","id":"s","collections":[]}', 'bad_request', 'collections'],
      ['{"action":"subscribe","id":"s","collections":["tickets"],"collection":"notes"}', 'bad_request', 'collections'],
      ['{"action":"subscribe","id":"s","collections":["tickets","nowhere"]}', 'not_found', 'collections'],
      ['{"action":"subscribe","id":"s","since":"made-up"}', 'invalid_cursor', undefined],
      ['{"action":"authenticate","token":"made-up"}', 'unauthenticated', undefined],
    ] as const) {
      client.send(message);
      const { error } = await client.next('error');
      expect([error.code, error.field], message).toEqual([code, field]);
    }
    client.send({ action: 'ping' });
    await client.next('pong');
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.next('error')).error.code).toBe('invalid_json');
    expect(client.end).toBeUndefined();
    client.socket.send(JSON.stringify({ ...subscribe, filter: 'x'.repeat(70_000) }));
    expect((await client.ended()).code).toBe(1009);
  });

  it('has a limit of subscriptions, which is no end of those that there are', async () => {
    const server = await withTickets(0);
    const client = await openRealtime(server);
    for (let index = 0; index < 101; index++) client.send({ ...subscribe, id: `s${index}` });
    expect(await client.next('error')).toMatchObject({ id: 's100', error: { code: 'too_many_subscriptions' } });
    client.send(
      { ...subscribe, id: 's5', collection: 'notes' },
      { action: 'unsubscribe', id: 's7' },
      { ...subscribe, id: 'another' },
    );
    await until('all to be subscribed', () => client.heard.filter(({ type }) => type === 'subscribed').length === 102);
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' });
    await client.has(1, 'another');
    await client.has(1, 's99');
    expect(client.events('s5')).toEqual([]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('concord_limit_hits_total{limit="maxSubscriptionsPerSocket"} 1');
  });

  it('shows that it lives, and how far all subscriptions have come', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const client = await openRealtime(server);
    client.send({ ...subscribe, collection: 'notes' });
    await client.next('subscribed');
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' });
    const { cursor } = await readPage(server, '0');
    await until('the reader to have moved past it', async () => {
      clock.advance(30_000);
      const beats = client.heard.flatMap((message) => (message.type === 'heartbeat' ? [message.cursor] : []));
      return beats.includes(cursor);
    });
  });

  it('ends for a reader that takes nothing, and for nobody else', async () => {
    const server = await startServer({ config: { ...guarded, limits: { maxUnsentBytes: 256 * 1024 } } });
    const slow = await openRealtime(server);
    const quick = await openRealtime(server);
    slow.send({ ...subscribe });
    quick.send({ ...subscribe });
    await Promise.all([slow.next('subscribed'), quick.next('subscribed')]);
    slow.socket.pause();
    let written = 0;
    while (!(await (await fetch(`${server.url}/metrics`)).text()).includes('maxUnsentBytes"} 1') && written < 2000) {
      await server.json('POST', '/records/staff', { id: `s${written++}`, name: 'x', bio: 'y'.repeat(50_000) });
    }
    await quick.has(written);
    slow.socket.resume();
    expect(await slow.ended()).toEqual({ code: 4529, reason: 'slow_reader' });
    const last = slow.events().at(-1)?.cursor ?? '0';
    expect(slow.events().length + (await readAll(server, last)).length).toBe(written);
    expect(quick.end).toBeUndefined();
  });
});

describe('the token of a realtime socket', () => {
  it('may come in a message, has to come in time, and has to be good', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const silent = await openRealtime(server, { token: null });
    silent.send(subscribe);
    expect((await silent.next('error')).error.code).toBe('unauthenticated');
    clock.advance(30_000);
    expect(await silent.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    const late = await openRealtime(server, { token: null });
    late.send({ action: 'authenticate', token: await tokenFor() }, subscribe);
    await late.next('authenticated');
    await late.next('subscribed');
    const bad = await openRealtime(server, { token: 'made-up' });
    expect(await bad.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    const withHeader = await openRealtime(server, { token: null, headers: { authorization: `Bearer ${await tokenFor()}` } });
    await withHeader.next('authenticated');
    const foreign = openRealtime(server, { origin: 'https://evil.example' });
    await expect(foreign).rejects.toThrow('403');
  });

  it('is asked for again before it ends, and ends the socket', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const kept = await openRealtime(server, { as: { expiresIn: 600 } });
    const dropped = await openRealtime(server, { as: { expiresIn: 600 } });
    kept.send(subscribe);
    await Promise.all([kept.next('subscribed'), dropped.next('authenticated')]);
    clock.advance(545_000);
    await Promise.all([kept.next('expiring'), dropped.next('expiring')]);
    kept.send({ action: 'authenticate', token: await tokenFor({ expiresIn: 3600 }) });
    await until('the other token to be taken', () => kept.heard.filter(({ type }) => type === 'authenticated').length === 2);
    clock.advance(60_000);
    expect(await dropped.ended()).toEqual({ code: 4401, reason: 'token_expired' });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' });
    await kept.has(1);
  });

  it('[F6] of the same user only takes its place; with other roles, each subscription begins anew', async () => {
    const server = await startServer({ config: guarded });
    const hr = { user: 'hanna', roles: ['hr'] };
    const client = await openRealtime(server, { as: hr });
    client.send({ ...subscribe, collection: 'staff', include: 'snapshot' });
    await client.next('subscribed');
    await server.json('POST', '/records/staff', { id: 'ann', name: 'Ann', salary: 3 }, hr);
    await client.has(1);
    client.send({ action: 'authenticate', token: await tokenFor({ user: 'mallory', roles: ['hr'] }) });
    expect((await client.next('error')).error.code).toBe('forbidden');
    client.send({ action: 'authenticate', token: await tokenFor({ user: 'hanna', roles: [] }) });
    expect(await client.next('subscribed')).toMatchObject({ id: 's', resumed: false, reset: 'access' });
    const snapshot = await client.next('snapshot');
    expect(snapshot.items).toMatchObject([{ collection: 'staff', data: { id: 'ann', name: 'Ann' } }]);
    expect(snapshot.items[0]?.data).not.toHaveProperty('salary');
    await server.json('PATCH', '/records/staff/ann', { salary: 4 }, hr);
    await server.json('PATCH', '/records/staff/ann', { bio: 'x' }, hr);
    await client.has(2);
    expect(client.events()[1]).toMatchObject({ changed: ['bio'] });
    expect(client.events()[1]?.data).not.toHaveProperty('salary');
  });

  it('that is revoked ends the socket', async () => {
    const server = await startServer();
    const admin = { user: 'ada', roles: ['admin'] };
    const { id, key } = await server.json<{ id: string; key: string }>('POST', '/api-keys', { name: 'feed', roles: [] }, admin);
    const client = await openRealtime(server, { token: null, headers: { 'x-api-key': key } });
    client.send(subscribe);
    await client.next('subscribed');
    await server.json('DELETE', `/api-keys/${id}`, undefined, admin);
    expect(await client.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  it('is drained with the server, which tells it to come back', async () => {
    const server = await startServer();
    const client = await openRealtime(server);
    client.send(subscribe);
    await client.next('subscribed');
    await server.stop();
    expect((await client.ended()).code).toBe(1012);
  });
});
