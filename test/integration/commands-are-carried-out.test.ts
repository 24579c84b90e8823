import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createCell,
  createCommands,
  createHttp,
  createSchemaSource,
  createTokenSource,
  openStorage,
  type LiveCell,
  type OpenStorage,
} from '@concord/client/internals';
import type { Command, ConnectionStatus } from '@concord/client';
import { readAll } from '../kit/feed-readers.ts';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import type config from '../kit/concord.config.ts';
import { until } from '../kit/until.ts';

/** What becomes of a request on its way. */
type Fate = 'through' | 'unanswered' | 'unsent' | 'commit_unknown';

interface Outbox {
  readonly commands: ReturnType<typeof createCommands<typeof config>>;
  readonly clock: HandClock;
  /** Says it of each write, by method and path, from then on. */
  fate: (request: string) => Fate;
  /** The writes that were tried. */
  readonly tried: string[];
  wake(): void;
  readonly status: LiveCell<ConnectionStatus>;
  /** As another page that goes on with the same device. */
  reopen(): Promise<Outbox>;
}

async function openOutbox(server: TestServer, device?: OpenStorage, knowsSchema = true): Promise<Outbox> {
  const clock = handClock();
  const wakes = new Set<() => void>();
  const tried: string[] = [];
  const tokens = createTokenSource(() => tokenFor());
  const { storage, tabs } = device ?? (await openStorage('alice', 'memory'));
  const http = createHttp(server.url, tokens, async (input, init) => {
    if (init?.method === 'GET' || init?.method === undefined) return await fetch(input, init);
    const request = `${init.method} ${new URL(input as string).pathname.replace('/api/v1/records', '')}`;
    tried.push(request);
    const fate = outbox.fate(request);
    if (fate === 'unsent') throw new TypeError('Failed to fetch');
    const response = await fetch(input, init);
    if (fate === 'through') return response;
    await response.text();
    if (fate === 'unanswered') throw new TypeError('Failed to fetch');
    return Response.json({ error: { code: 'commit_unknown', message: 'Unknown.' } }, { status: 503 });
  });
  const status = createCell<ConnectionStatus>({ phase: 'live', transport: 'websocket' });
  const schema = createSchemaSource(http);
  if (knowsSchema) {
    await schema.recall(storage);
    await schema.refresh();
  }
  const commands = createCommands<typeof config>({
    http,
    schema,
    clock: { ...clock, random: () => 0.5 },
    ways: { status },
    wake: { onWake: (listener) => (wakes.add(listener), () => wakes.delete(listener)) },
    prepare: async () => ({ storage, tabs }),
    onPrepared: (listener) => (queueMicrotask(listener), () => undefined),
  });
  onTestFinished(commands.close);
  const outbox: Outbox = {
    commands,
    clock,
    fate: () => 'through',
    tried,
    status,
    wake: () => wakes.forEach((listener) => listener()),
    reopen() {
      commands.close();
      return openOutbox(server, { kind: 'memory', storage, tabs }, knowsSchema);
    },
  };
  return outbox;
}

const isEmpty = ({ commands }: Outbox): Promise<unknown> =>
  until('the outbox to be empty', () => commands.pending.get().length === 0);
const failed = ({ commands }: Outbox): readonly Command[] => commands.pending.get().filter(({ state }) => state === 'failed');
const events = async (server: TestServer): Promise<string[]> =>
  (await readAll(server)).map(({ type, record }) => `${type} ${record}`);

describe('a command', () => {
  it('is kept, then carried out, in the order in which it was asked for', async () => {
    const server = await startServer();
    const { commands } = await openOutbox(server);
    const created = commands.create('tickets', { title: 'One' });
    const id = created.record;
    const all = [
      created,
      commands.update('tickets', id, { status: 'closed', body: 'Said.' }),
      commands.delete('tickets', id),
      commands.restore('tickets', id),
      commands.create('tickets', { id: 'lamp', title: 'Two' }),
    ];
    await Promise.all(all.map(({ kept }) => kept));
    await Promise.all(all.map(({ done }) => done));
    expect(await events(server)).toEqual([
      `tickets.create ${id}`,
      `tickets.update ${id}`,
      `tickets.delete ${id}`,
      `tickets.create ${id}`,
      'tickets.create lamp',
    ]);
    expect(await server.json('GET', `/records/tickets/${id}`)).toMatchObject({ title: 'One', status: 'closed', body: 'Said.' });
    expect(commands.pending.get()).toEqual([]);
  });

  it('shows at once, and until it is carried out', async () => {
    const server = await startServer();
    const { commands } = await openOutbox(server);
    const seen: number[] = [];
    commands.pending.subscribe(() => seen.push(commands.pending.get().length));
    const { record, done } = commands.create('tickets', { title: 'One' });
    expect(commands.pending.get()).toMatchObject([{ operation: 'create', collection: 'tickets', record, state: 'waiting' }]);
    await done;
    expect(seen).toEqual([1, 0]);
  });

  it('is refused here where it breaks the schema, and not kept', async () => {
    const server = await startServer();
    const { commands, tried } = await openOutbox(server);
    const invalid = { code: 'invalid_record', field: 'estimate' };
    for (const { kept, done } of [
      commands.create('tickets', { title: 'One', estimate: -1 }),
      commands.update('tickets', 'lamp', { estimate: -1 }),
    ]) {
      await expect(kept).rejects.toMatchObject(invalid);
      await expect(done).rejects.toMatchObject(invalid);
    }
    await expect(commands.create('tickets', { title: '', id: 'no good' }).kept).rejects.toMatchObject({ code: 'invalid_name' });
    expect(commands.pending.get()).toEqual([]);
    expect(tried).toEqual([]);
  });

  it('counts nothing, as it may be sent twice', async () => {
    const server = await startServer();
    for (const knowsSchema of [true, false]) {
      const { commands } = await openOutbox(server, undefined, knowsSchema);
      const id = `votes-${knowsSchema}`;
      expect(() => commands.update('everything', id, { votes: { increment: 1 } })).toThrow(/use record\(\)\.counter\('votes'\)/);
      await commands.create('everything', { id, votes: 3 }).done;
      await commands.update('everything', id, { votes: 5 }).done;
      expect(await server.json('GET', `/records/everything/${id}`)).toMatchObject({ votes: 5 });
    }
    const { commands } = await openOutbox(server);
    await commands.create('everything', { id: 'meta', meta: { increment: 1 } }).done;
    await commands.update('everything', 'meta', { meta: { increment: 2 } }).done;
  });

  it('is left to the server where the schema is not known', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server, undefined, false);
    const sent = outbox.commands.create('tickets', { title: 'One', estimate: -1 });
    await sent.kept;
    await expect(sent.done).rejects.toMatchObject({ code: 'invalid_record', field: 'estimate' });
    expect(failed(outbox)).toMatchObject([
      { id: sent.id, operation: 'create', error: { code: 'invalid_record', field: 'estimate' } },
    ]);
  });
});

describe('a command that the server refuses', () => {
  it('holds back its record alone, until it is tried again or given up', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    const { commands } = outbox;
    const missing = commands.update('tickets', 'lamp', { title: 'Not there' });
    const behind = commands.update('tickets', 'lamp', { status: 'closed' });
    await commands.create('tickets', { id: 'desk', title: 'Another' }).done;
    await expect(missing.done).rejects.toMatchObject({ code: 'not_found' });
    expect(commands.pending.get()).toMatchObject([
      { id: missing.id, state: 'failed', error: { code: 'not_found' } },
      { id: behind.id, state: 'waiting' },
    ]);

    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'Now it is' });
    await commands.retry(missing.id);
    await behind.done;
    expect(await server.json('GET', '/records/tickets/lamp')).toMatchObject({ title: 'Not there', status: 'closed' });
    expect(commands.pending.get()).toEqual([]);
  });

  it('lets go on what waits behind it once it is given up', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    const { commands } = outbox;
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'Theirs' }, { user: 'bob' });
    const taken = commands.create('tickets', { id: 'lamp', title: 'Mine' });
    const after = commands.update('tickets', 'lamp', { status: 'closed' });
    const gone = commands.update('tickets', 'gone', { status: 'closed' });
    const behind = commands.delete('tickets', 'gone');
    await until('both to be refused', () => failed(outbox).length === 2);
    await commands.discard(taken.id);
    await after.done;
    await commands.discard(gone.id);
    // By itself it fails as well.
    await expect(behind.done).rejects.toMatchObject({ code: 'not_found' });
    await commands.discard(behind.id);
    await commands.discard(behind.id);
    await commands.retry('never there');
    expect(commands.pending.get()).toEqual([]);
    expect(await server.json('GET', '/records/tickets/lamp')).toMatchObject({ title: 'Theirs', status: 'closed' });
  });
});

describe('without a network', () => {
  it('commands wait, later and later, and go as soon as it is back', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    const { commands, clock, tried } = outbox;
    outbox.fate = () => 'unsent';
    const first = commands.create('tickets', { id: 'lamp', title: 'One' });
    const second = commands.update('tickets', 'lamp', { title: 'Two' });
    await until('the first attempt', () => tried.length === 1);
    for (const [attempts, waitMs] of [
      [2, 275],
      [3, 550],
      [4, 1_100],
    ] as const) {
      const from = clock.now();
      await until('the next attempt', () => tried.length === attempts || (clock.advance(25), false));
      expect(clock.now() - from).toBeGreaterThanOrEqual(waitMs);
    }
    await second.kept;
    expect(commands.pending.get()).toHaveLength(2);
    outbox.fate = () => 'through';
    outbox.status.set({ phase: 'connecting', transport: 'websocket' });
    outbox.status.set({ phase: 'live', transport: 'websocket' });
    await Promise.all([first.done, second.done]);
    expect(await events(server)).toEqual(['tickets.create lamp', 'tickets.update lamp']);
  });

  it('commands outlive the page, and are carried out by the next', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    outbox.fate = () => 'unsent';
    await outbox.commands.create('tickets', { id: 'lamp', title: 'One' }).kept;
    await outbox.commands.update('tickets', 'lamp', { title: 'Two' }).kept;
    await outbox.reopen();
    await until('both', async () => (await events(server)).length === 2);
    expect(await events(server)).toEqual(['tickets.create lamp', 'tickets.update lamp']);
  });
});

describe('whatever becomes of the answer', () => {
  it.each(['unanswered', 'commit_unknown', 'unsent'] as const)('%s: each command is carried out once', async (fate) => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    const { commands, clock } = outbox;
    const seen = new Map<string, number>();
    outbox.fate = (request) => {
      const times = (seen.get(request) ?? 0) + 1;
      seen.set(request, times);
      return times % 3 === 0 ? 'through' : fate;
    };
    const own = commands.create('everything', { name: 'One', tags: ['b', 'a'], lines: [{ item: 'x' }] });
    const all = [
      own,
      commands.update('everything', own.record, { name: 'Two', votes: 7 }),
      commands.delete('everything', own.record),
      commands.restore('everything', own.record),
      commands.create('tickets', { id: 'lamp', title: 'Named', body: 'By hand.' }),
    ];
    let isDone = false;
    void Promise.all(all.map(({ done }) => done)).then(() => (isDone = true));
    await until('all to be done', () => (clock.advance(10_000), isDone));
    expect(await events(server)).toEqual([
      `everything.create ${own.record}`,
      `everything.update ${own.record}`,
      `everything.delete ${own.record}`,
      `everything.create ${own.record}`,
      'tickets.create lamp',
    ]);
  });

  it('an id that somebody else took is not taken for ours', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    outbox.fate = () => 'unsent';
    const sent = outbox.commands.create('tickets', { id: 'lamp', title: 'The same' });
    await until('an attempt', () => outbox.tried.length > 0);
    await server.json('POST', '/records/tickets', { id: 'lamp', title: 'The same' }, { user: 'bob' });
    outbox.fate = () => 'through';
    outbox.wake();
    await expect(sent.done).rejects.toMatchObject({ code: 'record_exists' });
  });

  it('a record that was made, and changed or deleted since, is ours', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    outbox.fate = () => 'unanswered';
    const changed = outbox.commands.create('tickets', { title: 'One' });
    await until('it to be made', async () => (await server.fetch(`/records/tickets/${changed.record}`)).ok);
    await server.json('PATCH', `/records/tickets/${changed.record}`, { title: 'Changed' }, { user: 'bob' });
    outbox.fate = () => 'through';
    outbox.wake();
    await changed.done;
    outbox.fate = () => 'unanswered';
    const deleted = outbox.commands.create('tickets', { title: 'Two' });
    await until('it to be made', async () => (await server.fetch(`/records/tickets/${deleted.record}`)).ok);
    await server.json('DELETE', `/records/tickets/${deleted.record}`, undefined, { user: 'bob' });
    outbox.fate = () => 'through';
    outbox.wake();
    await deleted.done;
    expect(failed(outbox)).toEqual([]);
  });

  it('one that was sent by a page that is gone is repeated, and told by the record', async () => {
    const server = await startServer();
    const outbox = await openOutbox(server);
    outbox.fate = () => 'unanswered';
    const { record } = outbox.commands.create('tickets', { title: 'One' });
    await until('it to be made', async () => (await server.fetch(`/records/tickets/${record}`)).ok);
    const next = await outbox.reopen();
    await until('it to be sent again', () => next.tried.length > 0);
    await isEmpty(next);
    expect(next.tried).toEqual(['POST /tickets']);
    expect(await events(server)).toEqual([`tickets.create ${record}`]);
  });
});
