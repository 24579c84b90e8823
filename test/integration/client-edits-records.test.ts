import { ConcordError } from '@concord/protocol';
import { expect, it } from 'vitest';
import { becomes, BlockedWebSocket, clientOf, opened, saved } from '../kit/clients.ts';
import { gate } from '../kit/gate.ts';
import type guarded from '../kit/guarded.config.ts';
import guardedConfig from '../kit/guarded.config.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const bob = { user: 'bob' };

async function create(server: TestServer, collection: string, values: object): Promise<void> {
  const answer = await server.fetch(`/records/${collection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(values),
  });
  expect(answer.status).toBe(201);
}

async function withTicket(): Promise<TestServer> {
  const server = await startServer();
  await create(server, 'tickets', { id: '1', title: 'The lamp flickers', estimate: 2 });
  return server;
}

async function ticket(server: TestServer): Promise<{ readonly title: string }> {
  return (await (await server.fetch('/records/tickets/1')).json()) as { readonly title: string };
}

it('shows a record, changes it, and shows the change to others', async () => {
  const server = await withTicket();
  const [mine, his] = await Promise.all([
    clientOf(server).then((client) => opened(client, 'tickets', '1')),
    clientOf(server, bob).then((client) => opened(client, 'tickets', '1')),
  ]);
  expect(mine.fields.get('title')).toBe('The lamp flickers');
  expect(mine.values.get()).toMatchObject({ id: '1', title: 'The lamp flickers', status: 'open', estimate: 2, body: '' });
  mine.fields.setAll({ title: 'It still flickers', status: 'waiting' });
  expect(mine.fields.get('status')).toBe('waiting');
  await saved(mine);
  await until('the other one to see it', () => his.fields.get('title') === 'It still flickers');
  expect(his.fields.get('status')).toBe('waiting');
  await until('requests to see it', async () => (await ticket(server)).title === 'It still flickers');
});

it('writes nothing that breaks the schema, and says what is wrong', async () => {
  const server = await withTicket();
  const record = await opened(await clientOf(server), 'tickets', '1');
  const write = (): void => record.fields.setAll({ status: 'closed', estimate: -1 });
  expect(write).toThrow(ConcordError);
  expect(write).toThrow(expect.objectContaining({ code: 'invalid_record', field: 'estimate' }));
  expect(record.fields.get('status')).toBe('open');
  expect(record.fields.problem('estimate', -1)).toBe('must be at least 0');
  expect(record.fields.problem('estimate', 1)).toBeNull();
  expect(record.status.get().save).toEqual({ kind: 'saved' });
  expect(() => record.text('title' as never)).toThrow(TypeError);
});

it('edits every kind together with others', async () => {
  const server = await startServer();
  const mine = await opened(await clientOf(server), 'everything', 'a');
  const his = await opened(await clientOf(server, bob), 'everything', 'a');
  mine.fields.set('name', 'A');
  await saved(mine);
  mine.text('body').insert(0, 'Hello');
  his.list('lines').push({ item: 'nails', amount: 3 }, { item: 'wood' });
  mine.counter('votes').add(2);
  his.counter('votes').add(3);
  mine.set('tags').add('red');
  his.set('tags').add('blue');
  mine.fields.set('rich', { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Bold' }] }] });
  await until('both to hold the same', () => {
    const [a, b] = [mine.values.get(), his.values.get()];
    return a?.votes === 5 && a.lines.length === 2 && JSON.stringify(a) === JSON.stringify(b) && b?.tags.length === 2;
  });
  expect(mine.values.get()).toMatchObject({ body: 'Hello', votes: 5, tags: ['blue', 'red'] });
  mine.list('lines').set(1, 'amount', 7);
  his.list('lines').delete(0);
  mine.set('tags').delete('blue');
  await until('the rows to be right', () => JSON.stringify(his.list('lines').get()) === '[{"item":"wood","amount":7}]');
  await until('the tag to be gone', () => his.set('tags').get().join() === 'red');
  expect(() => mine.list('lines').set(0, 'amount', 'many')).toThrow(expect.objectContaining({ code: 'invalid_record' }));
  expect(() => mine.list('lines').delete(4)).toThrow(RangeError);
  expect(() => mine.counter('votes').add(0.5)).toThrow(expect.objectContaining({ code: 'invalid_record' }));
});

it('tells those who listen of a field only when it has changed', async () => {
  const server = await withTicket();
  const record = await opened(await clientOf(server), 'tickets', '1');
  const heard: unknown[] = [];
  record.fields.subscribe('title', () => heard.push(record.fields.get('title')));
  record.fields.set('title', 'The lamp flickers');
  record.fields.set('estimate', 3);
  record.fields.set('title', 'Dark');
  expect(heard).toEqual(['Dark']);
  const before = record.values.get();
  expect(record.values.get()).toBe(before);
});

it('[J1] says saved only once the edit is on the disk of the server', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  await create(server, 'tickets', { id: '1', title: 'Held' });
  const record = await opened(await clientOf(server), 'tickets', '1');
  const release = slow.hold();
  await slow.reachedBy(() => record.fields.set('title', 'Let go'));
  expect(record.status.get().save).toEqual({ kind: 'saving' });
  release();
  await saved(record);
});

it('undoes and redoes what was done here, over all parts of the record, and leaves what others did', async () => {
  const server = await startServer({ config: guardedConfig });
  await create(server, 'staff', { id: '1', name: 'Ada' });
  const hr = { user: 'hanna', roles: ['member', 'hr'] };
  const mine = await opened(await clientOf<typeof guarded>(server, hr), 'staff', '1');
  const his = await opened(await clientOf<typeof guarded>(server, bob), 'staff', '1');
  await until('all parts to be there', () => mine.status.get().phase === 'live');
  expect([mine.fields.has('salary'), his.fields.has('name'), his.fields.has('salary')]).toEqual([true, true, false]);
  mine.fields.set('name', 'Ada L.');
  mine.fields.set('salary', 100);
  mine.history.stop();
  mine.fields.set('salary', 200);
  his.text('bio').insert(0, 'Writes programs.');
  await until('his edit to come in', () => mine.fields.get('bio') === 'Writes programs.');
  mine.history.undo();
  expect(mine.fields.get('salary')).toBe(100);
  mine.history.undo();
  expect(mine.fields.get('salary')).toBeNull();
  expect(mine.fields.get('name')).toBe('Ada L.');
  mine.history.undo();
  expect(mine.fields.get('name')).toBe('Ada');
  expect(mine.history.state.get()).toEqual({ canUndo: false, canRedo: true });
  // A new edit, in whichever part: what was undone is not to be done again.
  mine.fields.set('salary', 50);
  expect(mine.history.state.get()).toEqual({ canUndo: true, canRedo: false });
  mine.history.undo();
  mine.history.redo();
  expect([mine.fields.get('name'), mine.fields.get('salary')]).toEqual(['Ada', 50]);
  expect(mine.fields.get('bio')).toBe('Writes programs.');
  await saved(mine);
});

it('starts from what the server has once edits were given up, with nothing of them to undo', async () => {
  const server = await withTicket();
  const record = await opened(await clientOf(server), 'tickets', '1');
  record.fields.set('title', 'Given up');
  await record.discard();
  expect(record.history.state.get()).toEqual({ canUndo: false, canRedo: false });
  await saved(record);
  const title = record.fields.get('title');
  record.fields.set('title', 'Kept');
  record.history.undo();
  expect(record.fields.get('title')).toBe(title);
  expect(record.history.state.get().canUndo).toBe(false);
});

it('shows the parts that the user may see, and lets nobody write what they may only read', async () => {
  const server = await startServer({ config: guardedConfig });
  await create(server, 'staff', { id: '1', name: 'Ada' });
  const member = await opened(await clientOf<typeof guarded>(server), 'staff', '1');
  expect(member.schema?.fields.has('salary')).toBe(false);
  expect(member.fields.get('salary')).toBeUndefined();
  await becomes('the parts', member.status, ({ phase }) => phase === 'live');
  expect(member.fields.mayWrite('grade')).toBe(false);
  expect(() => member.fields.set('grade', 'a')).toThrow(expect.objectContaining({ code: 'forbidden', field: 'grade' }));
  expect(() => member.fields.setAll({ name: 'Eve', grade: 'a' })).toThrow(expect.objectContaining({ code: 'forbidden' }));
  expect(member.fields.get('name')).toBe('Ada');
});

it('does not say that somebody is in a field which not all may see', async () => {
  const server = await startServer({ config: guardedConfig });
  await create(server, 'staff', { id: '1', name: 'Ada' });
  const hr = { user: 'hanna', roles: ['member', 'hr'] };
  const hers = await opened(await clientOf<typeof guarded>(server, hr), 'staff', '1');
  const mine = await opened(await clientOf<typeof guarded>(server), 'staff', '1');
  hers.presence.focus('name');
  await becomes('her to be seen', mine.presence.others, ([her]) => her?.field === 'name');
  hers.presence.focus('salary');
  await becomes('her to be in no field', mine.presence.others, ([her]) => her !== undefined && her.field === undefined);
});

it('brings a paste to the server that is larger than an update may be, without losing the connection', async () => {
  const server = await withTicket();
  const record = await opened(await clientOf(server), 'tickets', '1');
  await saved(record);
  const phases = new Set<string>();
  record.status.subscribe(() => phases.add(record.status.get().phase));
  record.text('body').insert(0, 'before ');
  record.text('body').insert(7, 'paste '.repeat(200_000));
  record.text('body').insert(0, 'after ');
  await saved(record);
  expect(phases).not.toContain('offline');
  await until('requests to see it', async () => (await server.fetch('/records/tickets/1')).headers.get('etag') !== '"1"');
  const his = await opened(await clientOf(server, bob), 'tickets', '1');
  expect(his.fields.get('body')).toBe(record.fields.get('body'));
});

it('goes on with another token where the one at hand is good for nothing', async () => {
  const server = await withTicket();
  const good = await tokenFor();
  const [head = '', claims = ''] = good.split('.');
  let asked = 0;
  const client = await clientOf(server, {}, { token: () => (asked++ === 0 ? `${head}.${claims}.forged` : good) });
  const record = await opened(client, 'tickets', '1');
  record.fields.set('title', 'Let in');
  await saved(record);
});

it('shows who is there and where, on the record and to those who look at the collection', async () => {
  const server = await withTicket();
  const alice = await clientOf(server);
  const mine = await opened(alice, 'tickets', '1');
  const overview = (await clientOf(server, { user: 'carol' })).presence('tickets');
  const his = await opened(await clientOf(server, bob), 'tickets', '1');
  his.presence.focus('title');
  await becomes('Bob to be seen', mine.presence.others, ([bob]) => bob?.user.id === 'bob' && bob.field === 'title');
  await becomes('both to be seen', overview.others, (all) => all.filter(({ record }) => record === '1').length === 2);
  his.close();
  await becomes('Bob to be gone', mine.presence.others, (all) => all.length === 0);
  await becomes('Bob to be gone', overview.others, (all) => all.map(({ user }) => user.id).join() === 'alice');
});

it('keeps what is edited without the server, and brings it there later', async () => {
  const port = await lastingPort();
  const server = await startServer({ port });
  await create(server, 'tickets', { id: '1', title: 'Before' });
  const mine = await opened(await clientOf(server), 'tickets', '1');
  const his = await opened(await clientOf(server, bob), 'tickets', '1');
  await server.stop();
  await becomes('it to be offline', mine.status, ({ phase }) => phase === 'offline');
  mine.fields.set('title', 'During');
  mine.text('body').insert(0, 'mine ');
  expect(mine.status.get().save).toEqual({ kind: 'offline', changes: 2, isKept: false });
  await becomes('it to be offline', his.status, ({ phase }) => phase === 'offline');
  his.text('body').insert(0, 'his ');
  const again = await startServer({ port, folder: server.folder });
  await Promise.all([saved(mine), saved(his)]);
  await until('both to hold the same', () => mine.fields.get('body') === his.fields.get('body'));
  expect(mine.fields.get('body')?.split(' ').toSorted()).toEqual(['', 'his', 'mine']);
  await until('requests to see it', async () => (await ticket(again)).title === 'During');
});

it('says that a record is not there, was deleted, and shows it again once it was restored', async () => {
  const server = await withTicket();
  const client = await clientOf(server);
  const missing = client.record('tickets', 'nothing');
  await expect(missing.ready).rejects.toMatchObject({ code: 'not_found' });
  expect(missing.status.get()).toMatchObject({ phase: 'gone', error: { code: 'not_found' } });
  const record = await opened(client, 'tickets', '1');
  await server.fetch('/records/tickets/1', { method: 'DELETE' });
  await becomes('it to be gone', record.status, ({ phase, error }) => phase === 'gone' && error?.code === 'record_deleted');
  expect(record.fields.get('title')).toBe('The lamp flickers');
  expect(record.fields.mayWrite('title')).toBe(false);
  await server.fetch('/records/tickets/1/restore', { method: 'POST' });
  record.retry();
  await becomes('it to be back', record.status, ({ phase }) => phase === 'live');
  record.fields.set('title', 'Back');
  await saved(record);
});

it('makes a record by opening it, where the collection says so', async () => {
  const server = await startServer();
  const record = await opened(await clientOf(server), 'notes', 'new');
  record.fields.set('title', 'Made by writing');
  await saved(record);
  await until('it to be listed', async () => (await server.fetch('/records/notes/new')).status === 200);
});

it('takes away what may not be seen any more, and what may not be written', async () => {
  const server = await startServer({ config: guardedConfig });
  const lead = { user: 'lena', roles: ['member', 'lead'] };
  const boss = await clientOf<typeof guarded>(server, lead);
  const answer = await server.fetch('/records/projects', {
    as: lead,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'p', title: 'Roof', members: ['bob'], editors: ['bob'] }),
  });
  expect(answer.status).toBe(201);
  const his = await opened(await clientOf<typeof guarded>(server, bob), 'projects', 'p');
  await becomes('all of it', his.status, ({ phase, canWrite }) => phase === 'live' && canWrite);
  const hers = await opened(boss, 'projects', 'p');
  await until('her parts', () => hers.fields.mayWrite('editors'));
  hers.set('editors').delete('bob');
  await until('it to be read-only', () => !his.fields.mayWrite('title'));
  hers.set('members').delete('bob');
  await becomes('it to be taken away', his.status, ({ phase }) => phase === 'denied' || phase === 'gone');
  expect(his.fields.get('title')).toBeUndefined();
});

it('asks for another token when the server does not take the one at hand, and for as long as there is none it is denied', async () => {
  const server = await withTicket();
  let token = await tokenFor({ expiresIn: -10 });
  let asked = 0;
  const client = await clientOf(
    server,
    {},
    {
      token: () => {
        asked++;
        return token;
      },
    },
  );
  const record = client.record('tickets', '1');
  await becomes('it to be denied', client.status, ({ phase }) => phase === 'denied');
  expect(client.status.get().error).toMatchObject({ code: 'token_expired' });
  expect(asked).toBeGreaterThan(1);
  token = await tokenFor();
  client.reconnect();
  await record.ready;
  expect(record.fields.get('title')).toBe('The lamp flickers');
});

it('edits by requests where WebSockets are blocked', async () => {
  const server = await withTicket();
  const client = await clientOf(server, {}, { WebSocket: BlockedWebSocket as unknown as typeof WebSocket });
  const mine = await opened(client, 'tickets', '1');
  expect(client.status.get()).toEqual({ phase: 'live', transport: 'http' });
  const his = await opened(await clientOf(server, bob), 'tickets', '1');
  mine.fields.set('title', 'By request');
  await saved(mine);
  await until('the other one to see it', () => his.fields.get('title') === 'By request');
  his.text('body').insert(0, 'by socket');
  await until('it to come by request', () => mine.fields.get('body') === 'by socket');
});
