import { expect, it } from 'vitest';
import type { ChangesPage, FeedEvent, RecordView } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { openRealtime } from '../kit/realtime-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

type Items = readonly { readonly collection: string; readonly data: RecordView }[];

async function withTickets(count: number): Promise<TestServer> {
  const server = await startServer();
  const records = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, title: `Ticket ${index}`, estimate: index }));
  while (records.length > 0) await server.json('POST', '/records/tickets/batch', { records: records.splice(0, 100) });
  return server;
}

const idsOf = (items: Items): readonly string[] => items.map(({ data }) => data.id).toSorted();
const expected = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `t${index + from}`).toSorted();

/** What somebody holds who takes the snapshot and keeps to the events behind it. */
function copyOf(items: Items, events: readonly FeedEvent[]): Map<string, RecordView> {
  const copy = new Map(items.map(({ data }) => [data.id, data]));
  for (const { type, record, match, data, version } of events) {
    if (match === 'leave' || type.endsWith('.delete')) copy.delete(record);
    else if (data !== undefined && version > (copy.get(record)?.version ?? 0)) copy.set(record, data);
  }
  return copy;
}

async function listed(server: TestServer): Promise<Map<string, RecordView>> {
  const { items } = await server.json<{ items: RecordView[] }>('GET', '/records/tickets?limit=1000');
  return new Map(items.map((view) => [view.id, view]));
}

it('[F3] a poll is answered with the records that there are, page by page, and a cursor to go on from', async () => {
  const server = await withTickets(30);
  await server.json('DELETE', '/records/tickets/t7');
  const items: Items[number][] = [];
  let page: ChangesPage | undefined;
  for (let asked = 'include=snapshot&limit=8&collections=tickets'; ;) {
    page = await server.json<ChangesPage>('GET', `/changes?${asked}`);
    expect(page).toMatchObject({ results: [], resumed: true, pollAfterMs: 0 });
    items.push(...(page.snapshot ?? []));
    // Something happens between any two pages.
    await server.json('PATCH', `/records/tickets/t${items.length % 7}`, { title: `after ${items.length}` });
    if (page.nextPage === undefined) break;
    asked = `include=snapshot&limit=8&collections=tickets&page=${page.nextPage}`;
  }
  expect(idsOf(items)).toEqual(expected(0, 30).filter((id) => id !== 't7'));
  const events = await readAll(server, page.cursor, { query: 'collections=tickets&include=snapshot' });
  expect(copyOf(items, events)).toEqual(await listed(server));
  const one = await server.json<ChangesPage>('GET', '/changes?include=snapshot&limit=1&collections=tickets&record=t3');
  expect(one.snapshot).toMatchObject([{ collection: 'tickets', data: { id: 't3' } }]);
  const rest = await server.json<ChangesPage>(
    'GET',
    `/changes?include=snapshot&limit=1&collections=tickets&record=t3&page=${one.nextPage ?? ''}`,
  );
  expect(rest).toMatchObject({ snapshot: [], cursor: one.cursor });
  expect(rest).not.toHaveProperty('nextPage');
  for (const wrong of ['page=x', `page=${page.cursor}`, `page=${page.cursor}.tickets.t1&feed=longpoll`, 'include=everything'])
    expect((await server.fetch(`/changes?include=snapshot&${wrong}`)).status).toBe(400);
});

it('[F3] a stream begins with the records that there are, and the events behind them are exactly those', async () => {
  const server = await withTickets(450);
  // While the snapshot is being sent, things go on.
  const busy = (async () => {
    for (let index = 0; index < 40; index++)
      await server.json('PATCH', `/records/tickets/t${index * 11}`, { title: `changed ${index}` });
  })();
  const streams = await Promise.all(
    Array.from({ length: 4 }, () => openStream(server, '0', { query: 'include=snapshot&collections=tickets' })),
  );
  const client = await openRealtime(server);
  client.send({ action: 'subscribe', id: 's', collection: 'tickets', include: 'snapshot' });
  await busy;
  await server.json('PATCH', '/records/tickets/t0', { title: 'the last' });
  const isLast = (event: FeedEvent | undefined): boolean => event?.data?.['title'] === 'the last';
  for (const stream of streams) {
    await until('the last event', () => isLast(stream.events.at(-1)));
    const items = stream.named.filter(({ name }) => name === 'snapshot').flatMap(({ data }) => data['items'] as unknown as Items);
    expect(idsOf(items)).toEqual(expected(0, 450));
    expect(stream.named.map(({ name }) => name).filter((name) => name !== 'snapshot')).toEqual(['resumed']);
    // No event tells what the snapshot had already.
    const versions = new Map(items.map(({ data }) => [data.id, data.version]));
    for (const { record, version } of stream.events) {
      expect(version).toBe((versions.get(record) ?? 0) + 1);
      versions.set(record, version);
    }
    expect(copyOf(items, stream.events)).toEqual(await listed(server));
  }
  await until('the last event', () => isLast(client.events().at(-1)));
  const items = client.heard.flatMap((message) => (message.type === 'snapshot' ? message.items : []));
  expect(copyOf(items, client.events())).toEqual(await listed(server));
});

it('[F4] whoever cannot be resumed is given the snapshot with the reason, where it asked for that', async () => {
  const server = await withTickets(3);
  const { cursor } = await readPage(server, '0');
  const query = 'include=snapshot&collections=tickets';
  const other = { user: 'ben', roles: ['member', 'editor'] };
  const stream = await openStream(server, cursor, { as: other, query });
  await until('the stream to be set', () => stream.named.length === 3);
  expect(stream.named.map(({ name }) => name)).toEqual(['reset', 'snapshot', 'resumed']);
  expect(stream.named[0]?.data).toMatchObject({ reason: 'access' });
  expect(idsOf(stream.named[1]?.data['items'] as unknown as Items)).toEqual(expected(0, 3));
  const client = await openRealtime(server, { as: other });
  client.send({ action: 'subscribe', id: 's', collection: 'tickets', include: 'snapshot', since: cursor });
  expect(await client.next('subscribed')).toMatchObject({ resumed: false, reset: 'access' });
  expect(client.heard.map(({ type }) => type)).toEqual(['authenticated', 'reset', 'snapshot', 'subscribed']);
  const page = await readPage(server, cursor, { as: other, query });
  expect(page).toMatchObject({ resumed: false, reset: 'access', results: [] });
  expect(idsOf(page.snapshot ?? [])).toEqual(expected(0, 3));
});

it('[F3] whoever is cut off in the middle of the snapshot is given it anew', async () => {
  const server = await withTickets(3);
  const { cursor } = await readPage(server, '0');
  const options = { as: { user: 'ben', roles: ['member', 'editor'] }, query: 'include=snapshot&collections=tickets' };
  const stream = await openStream(server, cursor, options);
  await until('the snapshot', () => stream.named[1]);
  // What a browser has by then, it says when it comes again.
  const again = await openStream(server, stream.named[1]?.id || cursor, options);
  await until('the end of the snapshot', () => again.named.at(-1)?.name === 'resumed');
  expect(again.named.map(({ name }) => name)).toEqual(['reset', 'snapshot', 'resumed']);
});
