import { describe, expect, it } from 'vitest';
import type { ChangesPage, ErrorBody, FeedEvent, RecordView } from '@concord/protocol';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

interface List {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
  readonly total?: number;
  readonly cursor: string;
}

type Query = Readonly<Record<string, string>>;

function list(server: TestServer, query: Query = {}): Promise<List> {
  return server.json<List>('GET', `/records/tickets?${new URLSearchParams(query).toString()}`);
}

async function ids(server: TestServer, query: Query): Promise<string> {
  return (await list(server, query)).items.map(({ id }) => id).join(' ');
}

async function allPages(
  server: TestServer,
  query: Query,
  between: () => Promise<void> = async () => undefined,
): Promise<RecordView[]> {
  const items: RecordView[] = [];
  for (let page: string | undefined; ;) {
    const answer = await list(server, { ...query, ...(page === undefined ? {} : { page }) });
    items.push(...answer.items);
    page = answer.nextPage;
    if (page === undefined) return items;
    await between();
  }
}

async function withTickets(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', '/records/tickets/batch', {
    records: [
      { id: 'a', title: 'Lamp flickers', status: 'open', estimate: 3, body: 'in the hall' },
      { id: 'b', title: 'Door squeaks', status: 'closed', estimate: 1 },
      { id: 'c', title: 'lamp is out', status: 'waiting' },
      { id: 'd', title: "Ana's chair", status: 'open', estimate: 3 },
      { id: 'e', title: 'Window', status: 'open', estimate: 10 },
    ],
  });
  await server.json('POST', '/records/notes', { id: 'z', title: 'no ticket' });
  return server;
}

describe('a list', () => {
  it('answers what a filter asks for', async () => {
    const server = await withTickets();
    const asked: Readonly<Record<string, string>> = {
      "status = 'open'": 'a d e',
      "status = 'open' and estimate >= 3 and estimate < 10": 'a d',
      "status in ('closed', 'waiting')": 'b c',
      "title contains 'LAMP'": 'a c',
      "body contains 'hall'": 'a',
      'estimate is null': 'c',
      'not (estimate is null) and not (estimate > 1)': 'b',
      "title = 'Ana''s chair'": 'd',
      "createdBy = 'alice' and version = 1 and createdAt > '2020-01-01'": 'a b c d e',
      "id = 'a' or id = 'e'": 'a e',
      "createdAt < '2020-01-01'": '',
    };
    for (const [filter, found] of Object.entries(asked)) expect(await ids(server, { filter }), filter).toBe(found);
  });

  it('comes in the order asked for, ties by id, nulls last', async () => {
    const server = await withTickets();
    expect(await ids(server, {})).toBe('a b c d e');
    expect(await ids(server, { sort: 'estimate' })).toBe('b a d e c');
    expect(await ids(server, { sort: '-estimate' })).toBe('e a d b c');
    expect(await ids(server, { sort: 'status,-title' })).toBe('e a d c b');
  });

  it('shows only the fields asked for', async () => {
    const server = await withTickets();
    const { items } = await list(server, { fields: 'title,estimate', limit: '1' });
    expect(items).toEqual([{ id: 'a', version: 1, title: 'Lamp flickers', estimate: 3 }]);
  });

  it('counts all that match, whatever the page', async () => {
    const server = await withTickets();
    expect(await list(server, { total: 'true', limit: '2' })).toMatchObject({ total: 5 });
    expect(await list(server, { total: 'true', limit: '1', filter: "status = 'open'" })).toMatchObject({ total: 3 });
    expect(await list(server, { limit: '1' })).not.toHaveProperty('total');
  });

  it('names the parameter that is at fault', async () => {
    const server = await withTickets();
    const page = (await list(server, { sort: 'title', limit: '1' })).nextPage ?? '';
    const mistakes: readonly (readonly [Query, string])[] = [
      [{ filter: 'status =' }, 'invalid_filter filter'],
      [{ filter: "colour = 'red'" }, 'invalid_filter filter'],
      [{ filter: `title = '${'x'.repeat(5000)}'` }, 'invalid_filter filter'],
      [{ sort: 'colour' }, 'invalid_sort sort'],
      [{ fields: 'colour' }, 'bad_request colour'],
      [{ limit: '0' }, 'bad_request limit'],
      [{ limit: '1001' }, 'bad_request limit'],
      [{ page: 'made-up' }, 'bad_request page'],
      [{ page, sort: 'estimate' }, 'bad_request page'],
      [{ total: 'maybe' }, 'bad_request total'],
      [{ filtre: 'x' }, 'bad_request undefined'],
    ];
    for (const [query, told] of mistakes) {
      const response = await server.fetch(`/records/tickets?${new URLSearchParams(query).toString()}`);
      const { error } = (await response.json()) as ErrorBody;
      expect([response.status, `${error.code} ${error.field}`], JSON.stringify(query).slice(0, 80)).toEqual([400, told]);
    }
  });

  it('has each record once, however its pages are cut, also with a filter and a sort order', async () => {
    const server = await withTickets();
    for (const query of [{}, { sort: '-estimate' }, { sort: 'status,title' }, { filter: "status = 'open'", sort: '-title' }]) {
      const whole = (await list(server, query)).items;
      for (const limit of ['1', '2', '3']) expect(await allPages(server, { ...query, limit })).toEqual(whole);
    }
  });

  it('keeps its pages right while records come and go', async () => {
    const server = await startServer();
    const idOf = (index: number): string => `t${String(index).padStart(3, '0')}`;
    const rank = (index: number): number => (index * 37) % 100;
    await server.json('POST', '/records/tickets/batch', {
      records: Array.from({ length: 100 }, (_, index) => ({ id: idOf(index), title: 'stays', estimate: rank(index) })),
    });
    const staying = new Set(Array.from({ length: 100 }, (_, index) => idOf(index)).filter((_, index) => index % 3 !== 0));
    for (const sort of [{}, { sort: 'estimate' }, { sort: '-estimate,title' }]) {
      let round = 0;
      const seen = await allPages(server, { ...sort, limit: '7' }, async () => {
        round++;
        // A third of the records come and go; the others must be met once each.
        const victim = idOf(((round * 9) % 33) * 3);
        const response = await server.fetch(`/records/tickets/${victim}`, { method: 'DELETE' });
        if (response.status === 410) await server.json('POST', `/records/tickets/${victim}/restore`);
        await server.json('POST', '/records/tickets', { title: 'new', estimate: round });
      });
      const met = seen.map(({ id }) => id).filter((id) => staying.has(id));
      expect(met).toHaveLength(staying.size);
      expect(new Set(met).size).toBe(staying.size);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    }
  });

  it('is empty of what is deleted, and has again what is restored', async () => {
    const server = await withTickets();
    await server.json('DELETE', '/records/tickets/b');
    expect(await list(server, { total: 'true', fields: 'id' })).toMatchObject({ total: 4 });
    await server.json('POST', '/records/tickets/b/restore');
    expect(await ids(server, {})).toBe('a b c d e');
  });
});

describe('[F3] a list and the feed after its cursor', () => {
  it('have no race: together they end in the final state', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets/batch', {
      records: Array.from({ length: 40 }, (_, index) => ({ id: `t${index}`, title: `ticket ${index}` })),
    });
    const typist = await connected(server, 'acme/tickets/t0', { as: { user: 'ann' } });
    let writing = true;
    let written = 0;
    const writer = async (seed: number): Promise<void> => {
      for (let step = seed; writing; step += 7) {
        const id = `t${1 + (step % 39)}`;
        if (step % 5 === 0) {
          const response = await server.fetch(`/records/tickets/${id}`, { method: 'DELETE' });
          if (response.status === 410) await server.json('POST', `/records/tickets/${id}/restore`).catch(() => undefined);
        } else if (step % 5 === 1) {
          await server.json('POST', '/records/tickets', { id: `n${seed}-${step}`, title: 'new' });
        } else {
          await server.fetch(`/records/tickets/${id}`, {
            method: 'PATCH',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ estimate: step }),
          });
        }
        typist.document.getText('body').insert(0, 'x');
        written++;
      }
    };
    const writers = [1, 2, 3].map((seed) => writer(seed));

    // Lists are taken, in pages, while all this goes on; each is followed up from the cursor of its first page.
    const copies: { readonly cursor: string; readonly state: Map<string, RecordView> }[] = [];
    for (let round = 0; round < 8; round++) {
      const before = written;
      await until('something to be written', () => written > before + 3);
      const first = await list(server, { limit: '10' });
      const state = new Map(first.items.map((item) => [item.id, item]));
      for (let page = first.nextPage; page !== undefined;) {
        const next = await list(server, { limit: '10', page });
        for (const item of next.items) state.set(item.id, item);
        page = next.nextPage;
      }
      copies.push({ cursor: first.cursor, state });
    }
    writing = false;
    await Promise.all(writers);
    await flushed(typist);
    // A write closes the quiet period, so that nothing is left to come.
    await server.json('PATCH', '/records/tickets/t0', { estimate: 1 });

    const final = new Map((await list(server, { limit: '1000' })).items.map((item) => [item.id, item]));
    for (const { cursor, state } of copies) {
      for (const event of await readAll(server, cursor)) apply(state, event);
      expect(sorted(state)).toEqual(sorted(final));
    }
  });

  it('are about the same moment: nothing between them is told twice when nothing happens', async () => {
    const server = await withTickets();
    const { cursor } = await list(server);
    const page = await server.json<ChangesPage>('GET', `/changes?since=${cursor}`);
    expect(page).toMatchObject({ results: [], resumed: true, pending: 0, cursor });
  });
});

async function readAll(server: TestServer, since: string): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let cursor = since; ;) {
    const page = await server.json<ChangesPage>('GET', `/changes?limit=100&collections=tickets&since=${cursor}`);
    expect(page.resumed).toBe(true);
    events.push(...page.results);
    cursor = page.cursor;
    if (page.pending === 0) return events;
  }
}

/** As a reader does that was told so: the version decides, as an event may speak of what the list has already. */
function apply(state: Map<string, RecordView>, { type, record, data }: FeedEvent): void {
  if (data === undefined) throw new Error('an event without data');
  if ((state.get(record)?.version ?? 0) > data.version) return;
  if (type === 'tickets.delete') state.delete(record);
  else state.set(record, data);
}

function sorted(state: ReadonlyMap<string, RecordView>): RecordView[] {
  return [...state.values()].toSorted((left, right) => (left.id < right.id ? -1 : 1));
}
