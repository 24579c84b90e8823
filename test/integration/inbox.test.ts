import { EventSource } from 'eventsource';
import { describe, expect, it, onTestFinished } from 'vitest';
import { segmentSize, type InboxAnswer, type InboxItem, type InboxMessage } from '@concord/protocol';
import { gate } from '../kit/gate.ts';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import config from '../kit/inbox.config.ts';
import { inboxOf, toldInbox } from '../kit/inbox.ts';
import { logClient, type LogClient } from '../kit/logs.ts';
import { outcome } from '../kit/outcome.ts';
import { connected } from '../kit/providers.ts';
import { openRaw } from '../kit/raw-client.ts';
import { openRealtime, realtimeOn, type RealtimeClient } from '../kit/realtime-client.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const alice: TestUser = { user: 'alice' };
const bob: TestUser = { user: 'bob' };
const admin: TestUser = { user: 'ada', roles: ['member', 'admin'] };
const room = { collection: 'rooms', record: 'r1', log: 'messages' };
const readPath = '/records/rooms/r1/messages/read';
const followPath = '/records/rooms/r1/messages/follow';

interface Room {
  readonly server: TestServer;
  readonly clock: HandClock;
  readonly byAlice: LogClient;
  readonly byBob: LogClient;
  inbox(as: TestUser): Promise<InboxAnswer>;
}

/** A room of Ada, Alice and Bob. */
async function withRoom(options: TestServerOptions = {}): Promise<Room> {
  const clock = handClock();
  const server = await startServer({ config, clock, ...options });
  await server.json('POST', '/records/rooms', { id: 'r1', members: { alice: 'member', bob: 'member' } }, admin);
  return {
    server,
    clock,
    byAlice: logClient(server, 'rooms/r1/messages', alice),
    byBob: logClient(server, 'rooms/r1/messages', bob),
    inbox: (as) => server.json('GET', '/inbox', undefined, as),
  };
}

async function listen(server: TestServer, as: TestUser): Promise<RealtimeClient> {
  const client = await openRealtime(server, { as });
  client.send({ action: 'inbox', id: 'inbox' });
  await client.next('inbox');
  return client;
}

/** Lets time go by until the live inbox is what is asked for. */
async function told(what: string, { clock }: Room, client: RealtimeClient, is: (inbox: InboxAnswer) => boolean): Promise<void> {
  await until(what, () => {
    clock.advance(500);
    return is(toldInbox(client));
  });
}

function messagesOf({ heard }: RealtimeClient): InboxMessage[] {
  return heard.filter((message): message is InboxMessage => message.type === 'inbox');
}

describe('an inbox', () => {
  it('has the logs of records that one belongs to, has posted in, was mentioned in, or has asked to follow', async () => {
    const { server, byAlice, inbox } = await withRoom();
    for (const id of ['t1', 't2', 't3', 't4']) await server.json('POST', '/records/tickets', { id }, admin);
    await byAlice.post('Hello');
    await logClient(server, 'tickets/t1/comments', bob).post('Mine');
    await logClient(server, 'tickets/t2/comments', alice).post('Look at that, <@bob>');
    await server.json('PUT', '/records/tickets/t3/comments/follow', { level: 'all' }, bob);
    const { items } = await inbox(bob);
    expect(items.map(({ record, unread, mentions }) => [record, unread, mentions])).toEqual([
      ['r1', 1, 0],
      ['t1', 0, 0],
      ['t2', 1, 1],
      ['t3', 0, 0],
    ]);
    expect((await inbox({ user: 'cleo' })).items).toEqual([]);
  });

  it('counts from where one came, and no more once one has left', async () => {
    const { server, byAlice, inbox } = await withRoom();
    await byAlice.post('Before he came');
    const cleo = { user: 'cleo' };
    await server.json('PUT', '/records/rooms/r1/members/cleo', { role: 'member' }, admin);
    expect((await inbox(cleo)).items).toEqual([
      { ...room, head: 1, readSeq: 1, unread: 0, mentions: 0, threads: [], isMuted: false },
    ]);
    await byAlice.post('Welcome, <@cleo>');
    expect((await inbox(cleo)).items[0]).toMatchObject({ unread: 1, mentions: 1 });
    await server.json('DELETE', '/records/rooms/r1/members/cleo', undefined, cleo);
    expect(await inbox(cleo)).toEqual({ items: [], notifications: [] });
    // Named by somebody, one who may not read the room is not told of it, either.
    await byAlice.post('Where is <@cleo>?');
    expect(await inbox(cleo)).toEqual({ items: [], notifications: [] });
  });

  it('counts from where one came, also when the record is being typed into', async () => {
    const slow = gate();
    const setting = await withRoom({ store: slow.store });
    const { server, clock, byAlice, inbox } = setting;
    await byAlice.post('Before he came');
    const typing = await connected(server, 'acme/rooms/r1', { as: alice });
    const release = slow.hold();
    await slow.reachedBy(() => void server.json('POST', '/records/tickets', { id: 't1' }, admin));
    typing.document.getMap('fields').set('title', 'Typed');
    for (let round = 0; round < 5; round++) {
      await inbox(alice);
      clock.advance(100);
    }
    const preparing = slow.holdReads('rooms/r1/messages/r/');
    const letIn = server.json('PUT', '/records/rooms/r1/members/cleo', { role: 'member' }, admin);
    await until('his coming to be prepared', () => preparing.isReached);
    preparing.release();
    for (let round = 0; round < 5; round++) await inbox(alice);
    release();
    await letIn;
    expect((await inbox({ user: 'cleo' })).items[0]).toMatchObject({ readSeq: 1, unread: 0 });
  });

  it('counts nothing of one’s own, where one has marked all as unread', async () => {
    const { server, byAlice, byBob, inbox } = await withRoom();
    for (const by of [byAlice, byBob]) await Promise.all(Array.from({ length: segmentSize }, (_, index) => by.post(`${index}`)));
    await server.json('PUT', readPath, { seq: 0 }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ head: 2 * segmentSize, unread: segmentSize });
    await byAlice.post('And one more');
    await server.json('PUT', readPath, { seq: segmentSize + 10 }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ unread: segmentSize - 10 });
    await server.json('PUT', readPath, { seq: 2 * segmentSize }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ unread: 0 });
    await server.json('PUT', readPath, { seq: segmentSize - 10 }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ unread: segmentSize });
  });

  it('tells who mentions and who answers one, and what of that is read', async () => {
    const { server, byAlice, byBob, inbox } = await withRoom();
    const asked = await byAlice.post('Who can help?');
    await byBob.post({ text: 'I can', replyTo: asked.id });
    await byBob.post('Done, <@alice>');
    const notifications = (await inbox(alice)).notifications;
    expect(notifications.map(({ kind, seq, thread, text, isRead }) => [kind, seq, thread, text, isRead])).toEqual([
      ['mention', 3, undefined, 'Done, <@alice>', false],
      ['reply', 2, 1, 'I can', false],
    ]);
    expect((await inbox(alice)).items[0]).toMatchObject({
      unread: 1,
      mentions: 1,
      threads: [{ seq: 1, readSeq: 1, unread: 1, mentions: 0 }],
    });
    await server.json('PUT', readPath, { seq: 3, thread: 1 }, alice);
    await server.json('PUT', readPath, { seq: 3 }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ readSeq: 3, unread: 0, mentions: 0, threads: [] });
    expect((await inbox(alice)).notifications.every(({ isRead }) => isRead)).toBe(true);
    await server.json('PUT', readPath, { seq: 2 }, alice);
    expect((await inbox(alice)).items[0]).toMatchObject({ readSeq: 2, unread: 1, mentions: 1 });
    // What is muted tells of mentions alone.
    await server.json('PUT', followPath, { level: 'mentions' }, alice);
    const muted = await inbox(alice);
    expect(muted.items[0]).toMatchObject({ isMuted: true, mentions: 1 });
    expect(muted.notifications.map(({ kind }) => kind)).toEqual(['mention']);
    await server.json('PUT', followPath, { level: 'none' }, alice);
    await byBob.post('Not even <@alice>');
    expect(await inbox(alice)).toEqual({ items: [], notifications: [] });
  });

  it('is answered with a tag: 304 while nothing is new', async () => {
    const { server, byBob } = await withRoom();
    await byBob.post('One');
    const ask = (tag = ''): Promise<Response> => server.fetch('/inbox', { as: alice, headers: { 'if-none-match': tag } });
    const tag = (await ask()).headers.get('etag') ?? '';
    expect((await ask(tag)).status).toBe(304);
    await byBob.post('Two');
    expect((await ask(tag)).status).toBe(200);
    expect((await server.fetch('/inbox?all=1', { as: alice })).status).toBe(400);
  });

  it('refuses what cannot be, and says what', async () => {
    const { server, byBob } = await withRoom();
    await byBob.post('One');
    const put = (path: string, body: unknown, as = alice): Promise<string> => outcome(server, as, 'PUT', path, body);
    expect(await put(readPath, { seq: 1 })).toBe('204');
    for (const body of [{}, { seq: -1 }, { seq: 1.5 }, { seq: '1' }, { seq: 2 }, { seq: 1, thread: 0 }, { seq: 1, more: 1 }, []])
      expect(await put(readPath, body), JSON.stringify(body)).toBe('bad_request');
    for (const body of [{}, { level: 'some' }, { level: 'all', more: 1 }])
      expect(await put(followPath, body), JSON.stringify(body)).toBe('bad_request');
    const stranger = { user: 'mallory' };
    expect(await put(readPath, { seq: 1 }, stranger)).toBe('not_found');
    expect(await put(followPath, { level: 'all' }, stranger)).toBe('not_found');
    expect(await put('/records/rooms/nowhere/messages/read', { seq: 1 })).toBe('not_found');
    await server.json('DELETE', '/records/rooms/r1', undefined, admin);
    expect(await put(readPath, { seq: 1 })).toBe('record_deleted');
  });

  it('is without a record that is deleted, and leaves nothing in the store of one that is purged', async () => {
    const { server, byAlice, byBob, inbox } = await withRoom();
    await byAlice.post('Hello, <@bob> and <@not here>');
    await byBob.post('Hello');
    await server.json('DELETE', '/records/rooms/r1', undefined, admin);
    expect((await inbox(alice)).items).toEqual([]);
    await server.json('POST', '/records/rooms/r1/restore', {}, admin);
    expect((await inbox(alice)).items).toHaveLength(1);
    await server.json('DELETE', '/records/rooms/r1', undefined, admin);
    await server.json('POST', '/records/rooms/r1/purge', {}, admin);
    for (const prefix of ['inbox/', 'log/'])
      for await (const [key] of server.store.range({ prefix })) throw new Error(`There is still ${key}.`);
  });
});

describe('a live inbox', () => {
  it('is told all at first, then what changes: at once after a pause, then joined', async () => {
    const setting = await withRoom();
    const { server, clock, byBob } = setting;
    await byBob.post('Before');
    clock.advance(500);
    const client = await listen(server, alice);
    expect(messagesOf(client)).toEqual([
      {
        type: 'inbox',
        id: 'inbox',
        isWhole: true,
        removed: [],
        items: [expect.objectContaining({ unread: 1 })],
        notifications: [],
      },
    ]);
    clock.advance(500);
    await byBob.post('At once');
    await until('it to be told without a wait', () => toldInbox(client).items[0]?.unread === 2);
    for (let count = 0; count < 20; count++) await byBob.post(`Joined ${count}`);
    expect(messagesOf(client)).toHaveLength(2);
    await told('all of them', setting, client, ({ items }) => items[0]?.unread === 22);
    expect(messagesOf(client).length).toBeLessThanOrEqual(4);
    client.send({ action: 'unsubscribe', id: 'inbox' });
    await client.next('unsubscribed');
    const before = messagesOf(client).length;
    await byBob.post('Unheard');
    clock.advance(500);
    client.send({ action: 'ping' });
    await client.next('pong');
    expect(messagesOf(client)).toHaveLength(before);
  });

  it('is told when one comes to follow a log, is let in, or may not read it any more', async () => {
    const setting = await withRoom();
    const { server, byAlice } = setting;
    const client = await listen(server, { user: 'cleo' });
    expect(toldInbox(client).items).toEqual([]);
    await byAlice.post('Come in, <@cleo>');
    await server.json('PUT', '/records/rooms/r1/members/cleo', { role: 'member' }, admin);
    await told('she is let in', setting, client, ({ items }) => items[0]?.mentions === 1);
    await server.json('DELETE', '/records/rooms/r1/members/cleo', undefined, admin);
    await told('she is sent away', setting, client, ({ items, notifications }) => items.length + notifications.length === 0);
    expect(messagesOf(client).at(-1)?.removed).toEqual([room]);
    await server.json('PUT', '/records/rooms/r1/members/cleo', { role: 'member' }, admin);
    await told('she is back', setting, client, ({ items }) => items.length === 1);
    await server.json('DELETE', '/records/rooms/r1', undefined, admin);
    await told('the room is gone', setting, client, ({ items }) => items.length === 0);
  });

  it('is the same on every device, on the socket of documents and as an event stream', async () => {
    const setting = await withRoom();
    const { server, clock, byBob, inbox } = setting;
    const raw = await openRaw(server);
    const beside = realtimeOn(raw.socket);
    beside.send({ action: 'inbox', id: 'early' });
    expect(await beside.next('error')).toMatchObject({ id: 'early', error: { code: 'unauthenticated' } });
    beside.send({ action: 'authenticate', token: await tokenFor(alice) }, { action: 'inbox', id: 'inbox' });
    await beside.next('inbox');
    const streamed: InboxMessage[] = [];
    const source = new EventSource(`${server.url}/api/v1/inbox?token=${await tokenFor(alice)}`);
    onTestFinished(() => source.close());
    source.onmessage = ({ data }) => streamed.push(JSON.parse(data as string) as InboxMessage);
    const elsewhere = await listen(server, alice);
    await byBob.post('Hear this, <@alice>');
    await server.json('PUT', readPath, { seq: 1 }, alice);
    const answer = JSON.stringify(await inbox(alice));
    await until('all to be told the same', () => {
      clock.advance(500);
      return [toldInbox(beside), toldInbox(elsewhere), inboxOf(streamed)].every((told) => JSON.stringify(told) === answer);
    });
    expect(streamed[0]).toMatchObject({ id: 'sse', isWhole: true });
  });

  it('goes on by another token of its user', async () => {
    const setting = await withRoom();
    const client = await listen(setting.server, alice);
    client.send({ action: 'authenticate', token: await tokenFor(alice) });
    await client.next('inbox');
    await setting.byBob.post('Still there, <@alice>?');
    await told('what comes then', setting, client, ({ items }) => items[0]?.mentions === 1);
  });

  it('[J3] is told all anew when the store has been reopened', async () => {
    const slow = gate();
    const setting = await withRoom({ store: slow.store });
    const { server, byBob, inbox } = setting;
    await byBob.post('Kept');
    const client = await listen(server, alice);
    slow.disk.failWrite();
    expect(await byBob.refusal('POST', '', { text: 'Lost' })).toBe('commit_unknown');
    await until('the server to be ready again', async () => {
      setting.clock.advance(1_000);
      return (await fetch(`${server.url}/readyz`)).ok;
    });
    await told('all anew', setting, client, () => messagesOf(client).filter(({ isWhole }) => isWhole).length === 2);
    await byBob.post('And on');
    await told('what follows', setting, client, ({ items }) => (items[0] as InboxItem).unread > 1);
    expect(toldInbox(client)).toEqual(await inbox(alice));
  });
});
