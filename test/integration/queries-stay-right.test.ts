import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordView } from '@concord/protocol';
import {
  createClient,
  type Client,
  type ClientOptions,
  type LiveQuery,
  type QueryOptions,
  type QueryState,
} from '@concord/client';
import guarded from '../kit/guarded.config.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import { startPickyProxy } from '../kit/picky-proxy.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

type List = LiveQuery<RecordView>;

async function addTickets(server: TestServer, count: number, from = 0): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => ticket(from + index));
  while (records.length > 0) await server.json('POST', '/records/tickets/batch', { records: records.splice(0, 100) });
}

function ticket(index: number): { id: string; title: string; estimate: number; status: string } {
  return {
    id: `t${String(index).padStart(4, '0')}`,
    title: `Ticket ${index}`,
    estimate: index,
    status: index % 2 === 0 ? 'open' : 'closed',
  };
}

function patch(server: TestServer, index: number, values: object): Promise<unknown> {
  return server.json('PATCH', `/records/tickets/${ticket(index).id}`, values);
}

function remove(server: TestServer, index: number): Promise<unknown> {
  return server.json('DELETE', `/records/tickets/${ticket(index).id}`);
}

async function loaded(list: List): Promise<QueryState<RecordView>> {
  await until('the list', () => list.get().phase === 'live');
  return list.get();
}

const idsOf = ({ items }: { readonly items: readonly RecordView[] }): readonly string[] => items.map(({ id }) => id);
const numbersOf = (list: List): readonly number[] => list.get().items.map(({ estimate }) => estimate as number);

/** Resolves once the list shows exactly these. */
async function shows(list: List, expected: readonly number[]): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(`the list to show ${wanted}`, () => JSON.stringify(numbersOf(list)) === wanted).catch((error: unknown) => {
    expect(numbersOf(list)).toEqual(expected);
    throw error;
  });
}

/** What a list answers that is asked for now. */
async function fresh(server: TestServer, { filter, sort, limit, fields }: QueryOptions = {}): Promise<QueryState<RecordView>> {
  const query = new URLSearchParams({ limit: String(limit ?? 100), total: 'true' });
  if (filter !== undefined) query.set('filter', filter);
  if (sort !== undefined) query.set('sort', sort);
  if (fields !== undefined) query.set('fields', fields.join(','));
  const page = await server.json<{ items: RecordView[]; nextPage?: string; total: number }>('GET', `/records/tickets?${query}`);
  return { phase: 'live', items: page.items, hasMore: page.nextPage !== undefined, total: page.total };
}

async function becomesFresh(server: TestServer, list: List, options: QueryOptions = {}): Promise<void> {
  const expected = await fresh(server, options);
  await until(
    'the list to be as a fresh one',
    () => JSON.stringify(list.get().items.map(sorted)) === JSON.stringify(expected.items.map(sorted)),
  ).catch(() => expect(list.get()).toEqual(expected));
  expect(list.get()).toEqual(expected);
}

const sorted = (view: RecordView): unknown => Object.entries(view).toSorted(([a], [b]) => (a < b ? -1 : 1));

function connect({ url }: { readonly url: string }, options: Partial<ClientOptions> & { readonly as?: TestUser } = {}): Client {
  const { as, ...more } = options;
  const client = createClient({ url, token: () => tokenFor(as), ...more });
  onTestFinished(() => client.close());
  return client;
}

function open(client: Client, options: QueryOptions = {}): List {
  return client.query('tickets', options) as unknown as List;
}

describe('a live list', () => {
  it('shows what enters its filter, not what leaves it, and moves what changes to its place', async () => {
    const server = await startServer();
    await addTickets(server, 6);
    const client = connect(server);
    const list = open(client, { filter: "status = 'open'", sort: '-estimate' });
    await loaded(list);
    expect(numbersOf(list)).toEqual([4, 2, 0]);
    await patch(server, 3, { status: 'open' });
    await shows(list, [4, 3, 2, 0]);
    await patch(server, 4, { status: 'waiting' });
    await shows(list, [3, 2, 0]);
    await patch(server, 0, { estimate: 9 });
    await shows(list, [9, 3, 2]);
    await server.json('POST', '/records/tickets', { title: 'new', estimate: 2.5 });
    await shows(list, [9, 3, 2.5, 2]);
    await remove(server, 3);
    await shows(list, [9, 2.5, 2]);
    await server.json('POST', `/records/tickets/${ticket(3).id}/restore`);
    await shows(list, [9, 3, 2.5, 2]);
    await becomesFresh(server, list, { filter: "status = 'open'", sort: '-estimate' });
    // Enums are sorted as they are declared, and what has no value comes last.
    const byStatus = open(client, { sort: 'status,-estimate', filter: 'estimate < 6 or estimate is null' });
    await server.json('POST', '/records/tickets', { title: 'none', status: 'waiting' });
    await becomesFresh(server, byStatus, { sort: 'status,-estimate', filter: 'estimate < 6 or estimate is null' });
  });

  it('is sorted by id where nothing else is said, and says when nothing is there', async () => {
    const server = await startServer();
    const client = connect(server);
    const list = open(client);
    expect(list.get()).toEqual({ phase: 'loading', items: [], hasMore: false });
    expect(await loaded(list)).toEqual({ phase: 'live', items: [], hasMore: false, total: 0 });
    await addTickets(server, 3);
    await shows(list, [0, 1, 2]);
    expect(list.get().total).toBe(3);
  });

  it('holds a window: what sorts behind it is not shown, and what has left is replaced', async () => {
    const server = await startServer();
    await addTickets(server, 30);
    const client = connect(server);
    const list = open(client, { sort: 'estimate', limit: 5 });
    await loaded(list);
    expect(list.get()).toMatchObject({ hasMore: true, total: 30 });
    await patch(server, 20, { estimate: 4.5 });
    await server.json('POST', '/records/tickets', { title: 'far', estimate: 50 });
    await patch(server, 2, { estimate: 60 });
    await shows(list, [0, 1, 3, 4, 4.5]);
    for (const index of [0, 1, 3]) await remove(server, index);
    await shows(list, [4, 4.5, 5, 6, 7]);
    await patch(server, 20, { estimate: 70 });
    await shows(list, [4, 5, 6, 7, 8]);
    await until('the count', () => list.get().total === 28);
    await becomesFresh(server, list, { sort: 'estimate', limit: 5 });
    const more = list.more();
    await more;
    expect(numbersOf(list)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    await Promise.all([list.more(), list.more(), list.more(), list.more()]);
    await becomesFresh(server, list, { sort: 'estimate' });
    expect(list.get()).toMatchObject({ hasMore: false, total: 28 });
    await list.more();
  });

  it('counts what fits by what comes and goes, also where it is not held', async () => {
    const server = await startServer();
    await addTickets(server, 40);
    const client = connect(server);
    const list = open(client, { filter: 'estimate >= 5', sort: 'estimate', limit: 3 });
    await loaded(list);
    expect(list.get().total).toBe(35);
    await patch(server, 30, { estimate: 1 });
    await patch(server, 31, { estimate: 2 });
    await patch(server, 0, { estimate: 99 });
    await remove(server, 35);
    await patch(server, 36, { title: 'the same' });
    await until('the count', () => list.get().total === 33);
    for (let index = 8; index < 40; index++) if (![30, 31, 35].includes(index)) await remove(server, index);
    await patch(server, 0, { estimate: 1 });
    // All that are left are held: there are no more, as the count says.
    await until('the rest', () => list.get().total === 3);
    expect(list.get()).toMatchObject({ hasMore: false, total: 3 });
    expect(numbersOf(list)).toEqual([5, 6, 7]);
  });

  it('keeps the objects of records that have not changed, and tells of many changes at once', async () => {
    const server = await startServer();
    await addTickets(server, 100);
    const client = connect(server);
    const list = open(client, { limit: 1000 });
    const before = await loaded(list);
    let told = 0;
    list.subscribe(() => told++);
    await addTickets(server, 100, 100);
    await until('all', () => list.get().items.length === 200);
    // They are one commit, and come in a few packets.
    expect(told).toBeLessThan(20);
    expect(
      list
        .get()
        .items.slice(0, 100)
        .every((item, index) => item === before.items[index]),
    ).toBe(true);
    await patch(server, 7, { title: 'changed' });
    await until('the change', () => list.get().items[7]?.['title'] === 'changed');
    const after = list.get().items;
    expect(after.filter((item, index) => index < 100 && item !== before.items[index]).map(({ id }) => id)).toEqual([
      ticket(7).id,
    ]);
  });

  it('is one list for all that ask for the same, until the last one has closed it', async () => {
    const server = await startServer();
    const proxy = await startPickyProxy(server);
    await addTickets(server, 3);
    const client = connect(proxy);
    const first = open(client, { sort: 'title' });
    const second = open(client, { sort: 'title' });
    const other = open(client, { sort: '-title' });
    await Promise.all([loaded(first), loaded(second), loaded(other)]);
    expect(second.get()).toBe(first.get());
    first.close();
    first.close();
    await addTickets(server, 1, 3);
    await shows(second, [0, 1, 2, 3]);
    second.close();
    other.close();
    await until('the socket to be let go', () => proxy.open('websocket') === 0);
    await loaded(open(client, { sort: 'title' }));
  });

  it('shows the fields that were asked for, sorted by one that was not', async () => {
    const server = await startServer();
    await addTickets(server, 3);
    const client = connect(server);
    const list = open(client, { fields: ['title'], sort: '-estimate' });
    const { items } = await loaded(list);
    expect(Object.keys(items[0] ?? {}).toSorted()).toEqual(
      ['createdAt', 'createdBy', 'id', 'title', 'updatedAt', 'updatedBy', 'version'].toSorted(),
    );
    await patch(server, 0, { estimate: 8, title: 'first' });
    await until('the move', () => list.get().items[0]?.id === ticket(0).id);
    expect(list.get().items[0]).not.toHaveProperty('estimate');
    expect(idsOf(list.get())).toEqual([0, 2, 1].map((index) => ticket(index).id));
  });

  it('reads a record that was too large for its event', async () => {
    const server = await startServer();
    await addTickets(server, 2);
    const client = connect(server);
    const list = open(client, { sort: '-estimate', filter: 'estimate > 0' });
    await loaded(list);
    await patch(server, 0, { body: 'x'.repeat(100_000), estimate: 5 });
    await shows(list, [5, 1]);
    await patch(server, 0, { estimate: 0.5 });
    await shows(list, [1, 0.5]);
    await becomesFresh(server, list, { sort: '-estimate', filter: 'estimate > 0' });
  });

  it('holds more also where it is sorted by long texts', async () => {
    const server = await startServer();
    await addTickets(server, 6);
    for (const index of [0, 1, 2, 3, 4, 5]) await patch(server, index, { body: `${index}${'x'.repeat(20_000)}` });
    const client = connect(server);
    const list = open(client, { sort: '-body', limit: 2 });
    await loaded(list);
    expect(numbersOf(list)).toEqual([5, 4]);
    await list.more();
    expect(numbersOf(list)).toEqual([5, 4, 3, 2]);
    await remove(server, 5);
    await shows(list, [4, 3, 2, 1]);
  });

  it('says what the server refuses', async () => {
    const server = await startServer();
    const client = connect(server);
    for (const [options, code] of [
      [{ filter: 'titel = 1' }, 'invalid_filter'],
      [{ sort: 'titel' }, 'invalid_sort'],
      [{ fields: ['titel'] }, 'bad_request'],
    ] as const) {
      const list = open(client, options);
      await until('the refusal', () => list.get().phase === 'refused');
      expect(list.get()).toMatchObject({ items: [], error: { code } });
      await expect(list.more()).rejects.toMatchObject({ code });
    }
    const nowhere = client.query('nowhere');
    await until('the refusal', () => nowhere.get().phase === 'refused');
    expect(() => open(client, { limit: 0 })).toThrow(TypeError);
  });
});

describe('a live list that is cut off', () => {
  it('keeps what there is, says so, and catches up', async () => {
    const port = await lastingPort();
    const server = await startServer({ port });
    await addTickets(server, 3);
    const client = connect(server);
    const list = open(client, { sort: 'estimate' });
    const { items } = await loaded(list);
    await server.stop();
    await until('the list to be offline', () => list.get().phase === 'offline');
    expect(list.get().items).toEqual(items);
    expect(list.get().items[0]).toBe(items[0]);
    const phases: string[] = [];
    list.subscribe(() => phases.push(`${list.get().phase} ${list.get().items.length}`));
    const again = await startServer({ port, folder: server.folder });
    await patch(again, 1, { estimate: 7 });
    client.reconnect();
    await shows(list, [0, 2, 7]);
    expect(list.get().items[0]).toBe(items[0]);
    // It was not listed again: what is the same has stayed.
    expect(new Set(phases)).toEqual(new Set(['live 3']));
  });

  it('begins offline where there is no server yet', async () => {
    const port = await lastingPort();
    const client = connect({ url: `http://127.0.0.1:${port}` });
    const list = open(client);
    await until('the list to be offline', () => list.get().phase === 'offline');
    expect(list.get()).toEqual({ phase: 'offline', items: [], hasMore: false });
    const server = await startServer({ port });
    await addTickets(server, 2);
    client.reconnect();
    await shows(list, [0, 1]);
  });

  it('lists again where the feed cannot tell what lies in between, without losing what there is', async () => {
    const port = await lastingPort();
    const server = await startServer({ port });
    await addTickets(server, 5);
    let roles = ['member'];
    const client = connect(server, {
      token: () => tokenFor({ roles }),
    });
    const list = open(client, { sort: 'estimate' });
    const { items } = await loaded(list);
    roles = ['member', 'editor'];
    const lengths = new Set<number>();
    list.subscribe(() => lengths.add(list.get().items.length));
    await server.stop();
    const again = await startServer({ port, folder: server.folder });
    client.reconnect();
    await patch(again, 4, { estimate: 40 });
    await shows(list, [0, 1, 2, 3, 40]);
    expect(lengths).toEqual(new Set([5]));
    expect(
      list
        .get()
        .items.slice(0, 4)
        .every((item, index) => item === items[index]),
    ).toBe(true);
  });

  it('is right by every transport', async () => {
    const server = await startServer();
    await addTickets(server, 5);
    const options = { sort: '-estimate', filter: 'estimate > 1' };
    const lists = (['sse', 'longpoll', 'poll'] as const).map((transport) =>
      open(connect(server, { transports: [transport] }), options),
    );
    await Promise.all(lists.map(loaded));
    await patch(server, 0, { estimate: 10 });
    await patch(server, 3, { estimate: 1 });
    for (const list of lists) await shows(list, [10, 4, 2]);
  });
});

it('follows what one may see by policy', async () => {
  const server = await startServer({ config: guarded });
  const lead = { user: 'lea', roles: ['member', 'lead'] };
  const create = (id: string, members: readonly string[]): Promise<unknown> =>
    server.json('POST', '/records/projects', { id, title: id, members, editors: [] }, lead);
  await create('a', ['ann']);
  await create('b', []);
  const client = connect(server, { as: { user: 'ann' } });
  const list = client.query('projects', { sort: 'title' }) as unknown as List;
  await loaded(list);
  expect(idsOf(list.get())).toEqual(['a']);
  await server.json('PATCH', '/records/projects/b', { members: ['ann'], editors: ['ann'] }, lead);
  await until('b to come', () => idsOf(list.get()).join() === 'a,b');
  expect(list.get().items[1]).toHaveProperty('budget');
  // Its version falls with the part that is taken away; it is shown all the same.
  await server.json('PATCH', '/records/projects/b', { budget: 7 }, { user: 'ann' });
  await until('the budget', () => list.get().items[1]?.['budget'] === 7);
  await server.json('PATCH', '/records/projects/b', { editors: [] }, lead);
  await until('the budget to go', () => list.get().items[1] !== undefined && !('budget' in (list.get().items[1] as object)));
  await server.json('PATCH', '/records/projects/b', { members: [] }, lead);
  await until('b to go', () => idsOf(list.get()).join() === 'a');
});
