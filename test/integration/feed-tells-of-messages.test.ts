import { describe, expect, it } from 'vitest';
import { verifyStore } from '@concord/server';
import { entryOf, type FeedEvent, type LogEntry } from '@concord/protocol';
import type { HookEvent } from '@concord/schema';
import { becomes, clientOf } from '../kit/clients.ts';
import { createFeedClient } from '../kit/feed-client.ts';
import { followFeed } from '../kit/feed-log.ts';
import { openStream, readAll, readPage, type Stream } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { openRealtime } from '../kit/realtime-client.ts';
import { startReceiver } from '../kit/receiver.ts';
import config from '../kit/logs.config.ts';
import rooms from '../kit/rooms.config.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { makeWebhook } from '../kit/webhooks.ts';

/** Good for as long as a test lets go by. */
const expiresIn = 1_000_000_000;
const lead: TestUser = { user: 'lea', roles: ['member', 'lead', 'admin'], expiresIn };
const ann: TestUser = { user: 'ann', expiresIn };
const ben: TestUser = { user: 'ben', expiresIn };
const messages = '/records/rooms/r/messages';
const query = 'collections=rooms.messages';

async function withRoom(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config, ...options });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Press', members: ['ann', 'ben'] }, lead);
  return server;
}

function post(server: TestServer, id: string, as: TestUser = ann, more: object = {}): Promise<LogEntry> {
  return server.json<LogEntry>('POST', messages, { id, text: `This is ${id}`, ...more }, as);
}

async function inRoom(server: TestServer, ...members: readonly string[]): Promise<void> {
  await server.json('PATCH', '/records/rooms/r', { members }, lead);
}

const told = (events: readonly FeedEvent[]): readonly string[] =>
  events.map(({ type, seq, changed }) => [type, seq, ...changed].filter((word) => word !== undefined).join(' '));

const texts = (events: readonly FeedEvent[]): readonly (string | undefined)[] => events.map((event) => entryOf(event)?.text);

/** The summary of a thread follows from its replies: no event of the entry that began it tells of it. */
const withoutThread = ({ thread: _thread, ...entry }: Partial<LogEntry> = {}): Partial<LogEntry> => entry;

/** Everything that may happen to a message. */
async function writeHistory(server: TestServer): Promise<void> {
  await post(server, 'one');
  await server.json('PATCH', `${messages}/one`, { text: 'This is <@ben>' }, ann);
  await server.json('PUT', `${messages}/one/reactions/${encodeURIComponent('👍')}`, undefined, ben);
  await server.json('PATCH', `${messages}/one`, { pinned: true }, lead);
  await post(server, 'two', ben);
  await server.json('DELETE', `${messages}/two`, undefined, ben);
}

const history = [
  'rooms.messages.create 1 text',
  'rooms.messages.update 1 text mentions',
  'rooms.messages.update 1 reactions',
  'rooms.messages.update 1 pinnedAt pinnedBy',
  'rooms.messages.create 2 text system',
  'rooms.messages.create 3 text',
  'rooms.messages.delete 3',
];

describe('messages in the feed', () => {
  it('[F2] are the same events on every transport, and as webhooks', async () => {
    const server = await withRoom();
    const receiver = await startReceiver();
    await makeWebhook(server, { url: receiver.url, events: ['rooms.messages.*'], roles: ['lead'] }, lead);
    const stream = await openStream(server, '0', { as: ann, query });
    const socket = await openRealtime(server, { as: ann });
    socket.send({ action: 'subscribe', id: 's', collection: 'rooms.messages', since: '0' });
    const client = createFeedClient(server, { token: () => tokenFor(ann) });
    const follower = followFeed(client.feed, { collections: ['rooms.messages'], since: '0' });
    const { cursor } = await readPage(server, 'now', { as: ann });
    const waiting = readPage(server, cursor, { as: ann, feed: 'longpoll', query });
    await writeHistory(server);

    const events = await readAll(server, '0', { as: ann, query });
    expect(told(events)).toEqual(history);
    expect((await waiting).results).toEqual([events[0]]);
    await stream.has(7);
    expect(stream.events).toEqual(events);
    await socket.has(7, 's');
    expect(socket.events('s').map(({ subscription: _, ...event }) => event)).toEqual(events);
    await follower.has(7);
    expect(follower.events).toEqual(events);
    await receiver.has(7);
    const without = (all: readonly object[]): object[] => all.map((event) => ({ ...event, cursor: '' }));
    expect(without(receiver.received.map(({ message }) => message))).toEqual(without(events));
    // One may leave a transport and go on with another.
    for (const [index, event] of events.entries())
      expect((await readPage(server, event.cursor, { as: ann, query })).results).toEqual(events.slice(index + 1));
  });

  it('say what has changed, what that was, who did it, and what the message is now', async () => {
    const server = await withRoom();
    await writeHistory(server);
    const events = await readAll(server, '0', { as: ben, query });
    const of = { collection: 'rooms', record: 'r', log: 'messages' };
    expect(events).toMatchObject([
      { ...of, seq: 1, version: 1, previous: {}, actors: ['ann'], data: { id: 'one', seq: 1, text: 'This is one' } },
      { previous: { text: 'This is one', mentions: null }, actors: ['ann'], data: { mentions: [{ user: 'ben' }] } },
      { previous: {}, actors: ['ben'], data: { reactions: { '👍': ['ben'] } } },
      { previous: { pinnedAt: null, pinnedBy: null }, actors: ['lea'], data: { pinnedBy: 'lea', text: 'This is <@ben>' } },
      { seq: 2, actors: ['system'], data: { system: { type: 'pinned', seq: 1, by: 'lea' } } },
      { seq: 3, version: 1, actors: ['ben'], data: { author: 'ben' } },
      { ...of, seq: 3, version: 2, previous: {}, actors: ['ben'], data: { id: 'two', text: '', deletedBy: 'ben' } },
    ]);
    const last = await server.json<{ items: readonly LogEntry[] }>('GET', messages, undefined, ben);
    expect(last.items).toEqual([3, 4, 6].map((index) => entryOf(events[index] as FeedEvent)));
  });

  it('come with their record where nothing is named, and apart from it where it is', async () => {
    const server = await withRoom();
    await post(server, 'one');
    await server.json('PATCH', '/records/rooms/r', { title: 'The press' }, lead);
    const [all, records, both, created] = await Promise.all(
      ['', 'collections=rooms', `collections=rooms&${query}`, `${query}:delete`].map((asked) =>
        readAll(server, '0', { as: ann, query: asked }),
      ),
    );
    expect(all?.map(({ type }) => type)).toEqual(['rooms.create', 'rooms.messages.create', 'rooms.update']);
    expect(records?.map(({ type }) => type)).toEqual(['rooms.create', 'rooms.update']);
    expect(both).toEqual(all);
    expect(created).toEqual([]);
    expect(await readAll(server, '0', { as: ann, query: 'record=r' })).toEqual(all);
  });

  it('leave a live list of their records as it is', async () => {
    const server = await withRoom();
    const client = await clientOf<typeof config>(server, ann);
    const list = client.query('rooms');
    await becomes('the list to be there', list, ({ phase, items }) => phase === 'live' && items.length === 1);
    let changes = 0;
    list.subscribe(() => changes++);
    const heard: string[] = [];
    const reading = (async () => {
      for await (const change of client.changes({ collections: ['rooms.messages'], since: '0' })) {
        heard.push(change.type);
        if (heard.length === history.length) return;
      }
    })();
    await writeHistory(server);
    await server.json('PATCH', '/records/rooms/r', { title: 'The press' }, lead);
    await becomes('the list to show the title', list, ({ items }) => items[0]?.title === 'The press');
    expect(changes).toBe(1);
    await reading;
    expect(heard).toEqual(history.map((line) => line.split(' ')[0]));
  });

  it('[F3] come first to who begins with a snapshot, then as they are changed', async () => {
    const server = await withRoom();
    await writeHistory(server);
    const { items } = await server.json<{ items: readonly LogEntry[] }>('GET', messages, undefined, ann);
    const asked = `${query}&include=snapshot`;
    const stream = await openStream(server, 'now', { as: ann, query: asked });
    const socket = await openRealtime(server, { as: ann });
    socket.send({ action: 'subscribe', id: 's', collection: 'rooms.messages', include: 'snapshot' });
    await socket.next('subscribed');
    await until('the stream to begin', () => stream.named.some(({ name }) => name === 'resumed'));
    await post(server, 'later', ben);
    const shown = items.map((data) => ({ collection: 'rooms', log: 'messages', record: 'r', data }));
    expect(stream.named[0]).toMatchObject({ name: 'snapshot', data: { items: shown } });
    expect(await socket.next('snapshot')).toMatchObject({ items: shown });
    expect((await readPage(server, '0', { as: ann, query: asked })).snapshot?.slice(0, 3)).toEqual(shown);
    await stream.has(1);
    await socket.has(1, 's');
    for (const events of [stream.events, socket.events('s')]) expect(texts(events)).toEqual(['This is later']);
  });

  it('are told to hooks', async () => {
    const heard: HookEvent[] = [];
    const hooks = { afterChange: (event: HookEvent) => heard.push(event) };
    const server = await withRoom({ config: { ...config, hooks } });
    await post(server, 'one');
    await until('the hook to hear of it', () => heard.length === 2);
    expect(heard[1]).toMatchObject({ type: 'rooms.messages.create', log: 'messages', seq: 1, data: { text: 'This is one' } });
    expect(heard[1]).not.toHaveProperty('decisive');
  });
});

describe('[F5] who may not read a room', () => {
  it('hears nothing of its messages, on any transport, from the moment on that it leaves until it comes back', async () => {
    const server = await withRoom();
    const stays = await openStream(server, '0', { as: ann, query });
    const stream = await openStream(server, '0', { as: ben, query });
    const socket = await openRealtime(server, { as: ben });
    socket.send({ action: 'subscribe', id: 's', collection: 'rooms.messages', since: '0' });
    const { cursor } = await readPage(server, 'now', { as: ben });
    await post(server, 'seen');
    await stream.has(1);
    await socket.has(1, 's');
    await inRoom(server, 'ann');
    await post(server, 'hidden');
    await server.json('PATCH', `${messages}/seen`, { text: 'hidden, too' }, ann);
    await stays.has(3);
    // Nothing that was there before is told any more, either.
    expect((await readPage(server, cursor, { as: ben, query })).results).toEqual([]);
    expect((await readPage(server, '0', { as: ben, query: `${query}&include=snapshot` })).snapshot).toEqual([]);
    expect(JSON.stringify(await readAll(server, '0', { as: ben }))).not.toMatch(/hidden|This is/);

    await inRoom(server, 'ann', 'ben');
    await post(server, 'back');
    await stream.has(2);
    await socket.has(2, 's');
    for (const events of [stream.events, socket.events('s')]) expect(texts(events)).toEqual(['This is seen', 'This is back']);
    // Who reads later reads what it may read by then.
    const all = ['This is seen', 'This is hidden', 'hidden, too', 'This is back'];
    expect(texts(await readAll(server, cursor, { as: ben, query }))).toEqual(all);
    const stranger = { user: 'eve', expiresIn };
    expect(await readAll(server, '0', { as: stranger })).toEqual([]);
  });

  it('is no member of it any more from the moment on that it has left', async () => {
    const server = await startServer({ config: rooms });
    await server.json('POST', '/records/rooms', { id: 'r', title: 'Press', members: { ann: 'owner', ben: 'member' } }, ann);
    const [stays, leaves] = await Promise.all([ann, ben].map((as) => openStream(server, '0', { as, query })));
    const hears = async (stream: Stream | undefined, text: string): Promise<readonly (string | undefined)[]> =>
      await until(text, () => texts(stream?.events ?? []).includes(text) && texts(stream?.events ?? []));
    await post(server, 'seen');
    await hears(leaves, 'This is seen');
    await server.json('DELETE', '/records/rooms/r/members/ben', undefined, ben);
    await post(server, 'hidden');
    await hears(stays, 'This is hidden');
    await server.json('PUT', '/records/rooms/r/members/ben', { role: 'member' }, ann);
    await post(server, 'back');
    const heard = await hears(leaves, 'This is back');
    expect(heard.filter((text) => text?.startsWith('This is'))).toEqual(['This is seen', 'This is back']);
  });

  it('nor may a webhook whose roles do not', async () => {
    const server = await withRoom();
    const receiver = await startReceiver();
    await makeWebhook(server, { url: receiver.url, roles: ['member'] }, lead);
    await post(server, 'one');
    await server.json('POST', '/records/tickets', { id: 't', title: 'a' }, lead);
    await server.json('POST', '/records/tickets/t/comments', { id: 'c', text: 'Done?' }, ann);
    await receiver.has(2);
    expect(receiver.received.map(({ message }) => message.type)).toEqual(['tickets.create', 'tickets.comments.create']);
  });

  it('does not find a log by its name that it may read of no record', async () => {
    const server = await withRoom();
    const response = await server.fetch('/changes?collections=drafts.remarks', { as: ann });
    expect(response.status).toBe(404);
    const editor = { user: 'edi', roles: ['member', 'editor'] };
    await server.json('POST', '/records/drafts', { id: 'd', title: 'x' }, editor);
    await server.json('POST', '/records/drafts/d/remarks', { id: 'e', text: 'Xyzzy' }, editor);
    expect(texts(await readAll(server, '0', { as: editor, query: 'collections=drafts.remarks' }))).toEqual(['Xyzzy']);
    expect(JSON.stringify(await readAll(server, '0', { as: ann }))).not.toContain('Xyzzy');
  });
});

describe('[F4] old events of messages', () => {
  it('are compacted to the latest of each; a cursor of a year ago ends in what there is', async () => {
    const minuteMs = 60_000;
    const clock = handClock();
    const server = await withRoom({ clock, config: { ...config, feed: { keepMs: 10 * minuteMs } } });
    await writeHistory(server);
    for (const id of ['three', 'four']) await post(server, id, ben, { replyTo: 'one' });
    const whole = await readAll(server, '0', { as: ann, query });
    clock.advance(365 * 24 * 60 * minuteMs);
    const left = await until('the feed to be compacted', async () => {
      const events = await readAll(server, '0', { as: ann, query });
      return events.length === 5 && events;
    });
    expect(left.map(({ seq }) => seq).toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5]);
    const { items } = await server.json<{ items: readonly LogEntry[] }>('GET', messages, undefined, ann);
    const stateOf = (...events: readonly (FeedEvent | undefined)[]): unknown[] => {
      const state = new Map(events.map((event) => [event?.seq ?? 0, event && entryOf(event)]));
      return [...state].toSorted(([a], [b]) => a - b).map(([, entry]) => withoutThread(entry));
    };
    for (const [index, { cursor }] of whole.entries()) {
      const page = await readPage(server, cursor, { as: ann, query });
      expect(page).toMatchObject({ resumed: true, pending: 0 });
      expect(stateOf(...whole.slice(0, index + 1), ...page.results)).toEqual(items.map(withoutThread));
    }
    const { snapshot } = await readPage(server, '0', { as: ann, query: `${query}&include=snapshot` });
    expect(snapshot?.map(({ data }) => data)).toEqual(items);
    expect((await verifyStore({ store: server.store, schema: server.schema })).problems).toEqual([]);
  });
});

describe('a bot', () => {
  it('posts and follows a room by an API key', async () => {
    const server = await withRoom();
    const { id, key } = await server.json<{ id: string; key: string }>(
      'POST',
      '/api-keys',
      { name: 'bot', scopes: ['rooms:read', 'rooms:write'], roles: ['lead'] },
      lead,
    );
    await inRoom(server, 'ann', `api-key:${id}`);
    const send = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${server.url}/api/v1${path}`, { ...init, headers: { 'x-api-key': key, 'content-type': 'application/json' } });
    const posted = await send(messages, { method: 'POST', body: '{"text":"The proofs are ready"}' });
    expect(posted.status).toBe(201);
    const { results } = (await (await send(`/changes?${query}`)).json()) as { results: FeedEvent[] };
    expect(results).toMatchObject([
      { type: 'rooms.messages.create', actors: [`api-key:${id}`], data: { text: 'The proofs are ready' } },
    ]);
  });
});
