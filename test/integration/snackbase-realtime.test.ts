import { once } from 'node:events';
import type { SnackBaseClient } from '@snackbase/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { handClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { addUser, admin, messagesOf, signedIn, snackbaseConfig, type Message } from '../kit/snackbase.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: snackbaseConfig, ...options });
  await addUser(server, 'ada');
  return server;
}

interface Raw {
  readonly socket: WebSocket;
  readonly heard: Message[];
  send(message: unknown): void;
  /** The next message that has not been taken yet. */
  next(): Promise<Message>;
}

/** A client that is none of SnackBase's, and says what it is told to. */
async function openRaw({ wsUrl }: TestServer, token?: string, protocol?: string): Promise<Raw> {
  const query = token === undefined ? '' : `?token=${token}`;
  const socket = new WebSocket(`${wsUrl}/compat/snackbase/api/v1/realtime/ws${query}`, protocol === undefined ? [] : [protocol]);
  onTestFinished(() => socket.terminate());
  const heard: Message[] = [];
  let taken = 0;
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message));
  await once(socket, 'open');
  return {
    socket,
    heard,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () => until('a message', () => heard[taken]).then((message) => (taken++, message)),
  };
}

describe("SnackBase's client, over a WebSocket", () => {
  it('hears of what it has subscribed to, with the whole record', async () => {
    const server = await start();
    const client = await signedIn(server);
    const messages = messagesOf(client);
    const created: unknown[] = [];
    client.realtime.on('posts.create', (record: unknown) => void created.push(record));
    await client.realtime.connect();
    await client.realtime.subscribe('posts');
    const record = await client.records.create('posts', { id: 'p1', title: 'Hello' });
    const updated = await client.records.patch('posts', 'p1', { views: 1 });
    await client.records.create('authors', { name: 'not asked for' });
    await client.records.delete('posts', 'p1');
    await until('three events', () => messages.length === 3);
    const timestamp = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    expect(messages).toEqual([
      { type: 'posts.create', timestamp, data: record },
      { type: 'posts.update', timestamp, data: updated },
      {
        type: 'posts.delete',
        timestamp,
        data: expect.objectContaining({ id: 'p1', title: 'Hello', account_id: 'acme' }) as unknown,
      },
    ]);
    expect(created).toEqual([record]);
  });

  it('chooses operations, and ends a subscription', async () => {
    const server = await start();
    const client = await signedIn(server);
    const messages = messagesOf(client);
    await client.realtime.connect();
    await client.realtime.subscribe('posts', ['update']);
    await client.realtime.subscribe('authors', ['create']);
    await client.records.create('posts', { id: 'p1', title: 'a' });
    await client.records.patch('posts', 'p1', { title: 'b' });
    await client.realtime.unsubscribe('posts');
    await client.records.patch('posts', 'p1', { title: 'c' });
    // Subscribed to again, it is the last that counts.
    await client.realtime.subscribe('authors', ['delete']);
    await client.records.create('authors', { id: 'a1', name: 'x' });
    await client.records.delete('authors', 'a1');
    await until('the last', () => messages.at(-1)?.['type'] === 'authors.delete');
    expect(messages.map(({ type }) => type)).toEqual(['posts.update', 'authors.delete']);
  });

  it('goes on after the server was restarted', async () => {
    const server = await start();
    const client = await signedIn(server);
    const messages = messagesOf(client);
    await client.realtime.connect();
    await client.realtime.subscribe('posts');
    const again = heard(client, 'connected');
    await server.stop();
    const port = Number(new URL(server.url).port);
    const next = await startServer({ config: snackbaseConfig, folder: server.folder, port });
    await again;
    await until('it to have subscribed again', async () => (await subscribers(next)) === 1);
    await next.json('POST', '/records/posts', { title: 'after' });
    await until('the event', () => messages.length === 1);
    expect(messages).toMatchObject([{ type: 'posts.create', data: { title: 'after' } }]);
  });

  it('connects anew with each new token, and hears everything once', async () => {
    const server = await start();
    const client = await signedIn(server);
    const messages = messagesOf(client);
    await client.realtime.connect();
    await client.realtime.subscribe('posts');
    for (const renew of [() => client.refreshToken(), () => client.getCurrentUser()]) {
      const again = heard(client, 'connected');
      await renew();
      await again;
      await until('one socket', async () => (await connections(server)) === 1 && (await subscribers(server)) === 1);
    }
    await client.records.create('posts', { title: 'once' });
    await client.records.create('posts', { title: 'more' });
    await until('both', () => messages.length >= 2);
    expect(messages.map(({ data }) => (data as Message)['title'])).toEqual(['once', 'more']);
  });

  it('ends with its session', async () => {
    const server = await start();
    const client = await signedIn(server);
    await client.realtime.connect();
    const raw = await openRaw(server, client.internalAuthManager.token ?? '');
    const closed = once(raw.socket, 'close');
    await client.logout();
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, 'Authentication failed']);
    await until('no socket', async () => (await connections(server)) === 0);
  });

  it('[F5] is told that a record is gone that it may not read any more, and not what it is', async () => {
    const server = await start();
    const client = await signedIn(server);
    const messages = messagesOf(client);
    await client.realtime.connect();
    await client.realtime.subscribe('tasks');
    await server.json('POST', '/records/tasks', { id: 't1', title: 'theirs', owner: 'root' }, admin);
    await server.json('PATCH', '/records/tasks/t1', { owner: 'ada' }, admin);
    await server.json('PATCH', '/records/tasks/t1', { title: 'mine' }, admin);
    await server.json('PATCH', '/records/tasks/t1', { owner: 'root', title: 'not to be known' }, admin);
    await server.json('PATCH', '/records/tasks/t1', { title: 'nor this' }, admin);
    await server.json('POST', '/records/tasks', { id: 't2', title: 'last', owner: 'ada' }, admin);
    await until('the last', () => messages.length === 4);
    expect(messages).toMatchObject([
      { type: 'tasks.create', data: { id: 't1', title: 'theirs', owner: 'ada' } },
      { type: 'tasks.update', data: { id: 't1', title: 'mine' } },
      { type: 'tasks.delete', data: { id: 't1' } },
      { type: 'tasks.create', data: { id: 't2' } },
    ]);
    expect(messages[2]?.['data']).toEqual({ id: 't1' });
  });

  it('is told to read a record that is too large for an event', async () => {
    const server = await start({ config: { ...snackbaseConfig, limits: { maxEventBytes: 1000 } } });
    const client = await signedIn(server);
    const messages = messagesOf(client);
    await client.realtime.connect();
    await client.realtime.subscribe('posts');
    await client.records.create('posts', { id: 'p1', title: 'large', body: 'x'.repeat(2000) });
    await client.records.delete('posts', 'p1');
    await until('both', () => messages.length === 2);
    expect(messages).toMatchObject([{ type: 'posts.create' }, { type: 'posts.delete' }]);
    expect(messages.map(({ data }) => data)).toEqual([{ id: 'p1', truncated: true }, { id: 'p1' }]);
  });

  it('has the hooks of the config called', async () => {
    const called: unknown[] = [];
    const note =
      (name: string) =>
      (event: object): void => {
        const { subscription, message, connection } = event as Record<string, Message | undefined>;
        called.push([name, connection?.['transport'], subscription?.['id'] ?? message?.['action']]);
      };
    const names = ['onConnect', 'onSubscribe', 'onMessage', 'onUnsubscribe', 'onDisconnect'];
    const hooks = Object.fromEntries(names.map((name) => [name, note(name)]));
    const server = await start({ config: { ...snackbaseConfig, hooks } });
    const client = await signedIn(server);
    await client.realtime.connect();
    await client.realtime.subscribe('posts');
    await client.realtime.unsubscribe('posts');
    await client.realtime.subscribe('authors');
    client.realtime.disconnect();
    await until('the end', () => called.length === 9);
    expect(called).toEqual([
      ['onConnect', 'realtime', undefined],
      ['onMessage', 'realtime', 'subscribe'],
      ['onSubscribe', 'realtime', 'posts'],
      ['onMessage', 'realtime', 'unsubscribe'],
      ['onUnsubscribe', 'realtime', 'posts'],
      ['onMessage', 'realtime', 'subscribe'],
      ['onSubscribe', 'realtime', 'authors'],
      ['onUnsubscribe', 'realtime', 'authors'],
      ['onDisconnect', 'realtime', undefined],
    ]);
  });

  it('hears nothing of another account', async () => {
    const server = await start();
    await addUser(server, 'ben', { account: 'other' });
    const other = await signedIn(server, 'ben');
    const messages = messagesOf(other);
    await other.realtime.connect();
    await other.realtime.subscribe('posts');
    await server.json('POST', '/records/posts', { id: 'p1', title: 'theirs' }, admin);
    await other.records.create('posts', { id: 'p1', title: 'own' });
    await until('its own', () => messages.length === 1);
    expect(messages).toMatchObject([{ data: { title: 'own', account_id: 'other' } }]);
  });
});

describe('a socket of the protocol of SnackBase', () => {
  it('answers as the reference does, in words for its server and for its client', async () => {
    const raw = await openRaw(await start(), await tokenFor());
    raw.send({ action: 'subscribe', collection: 'posts' });
    expect(await raw.next()).toEqual({ status: 'subscribed', type: 'subscribed', collection: 'posts' });
    raw.send({ action: 'unsubscribe', collection: 'posts' });
    expect(await raw.next()).toEqual({ status: 'unsubscribed', type: 'unsubscribed', collection: 'posts' });
    raw.send({ action: 'subscribe' });
    expect(await raw.next()).toEqual({ error: 'Missing collection' });
    raw.send('{');
    expect(await raw.next()).toEqual({ error: 'Invalid JSON' });
    raw.send({ action: 'subscribe', collection: 'posts', operations: ['read'] });
    expect(await raw.next()).toEqual({ error: 'Invalid operations: there are create, update, delete' });
    // One that is not there, one that it may not read, and a log, which SnackBase has not.
    for (const collection of ['nothing', 'secrets', 'posts:create', 'posts.comments', '__proto__']) {
      raw.send({ action: 'subscribe', collection });
      expect(await raw.next()).toEqual({ error: `Collection '${collection}' not found` });
    }
    raw.send({ action: 'dance' });
    raw.send('null');
    expect(await raw.next()).toEqual({ error: 'Invalid JSON' });
    raw.send({ action: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
  });

  it('has as many subscriptions as it may', async () => {
    const server = await start({ config: { ...snackbaseConfig, limits: { maxSubscriptionsPerSocket: 1 } } });
    const raw = await openRaw(server, await tokenFor());
    for (const collection of ['posts', 'posts', 'authors']) raw.send({ action: 'subscribe', collection });
    expect([await raw.next(), await raw.next()]).toMatchObject([{ type: 'subscribed' }, { type: 'subscribed' }]);
    expect(await raw.next()).toEqual({ error: 'Max subscriptions reached (1)' });
  });

  it('takes the token as the protocol, which it then speaks', async () => {
    const token = await tokenFor();
    const raw = await openRaw(await start(), undefined, token);
    expect(raw.socket.protocol).toBe(token);
    raw.send({ action: 'ping' });
    expect(await raw.next()).toEqual({ type: 'pong' });
  });

  it('is not opened without a good token', async () => {
    const server = await start({ config: { ...snackbaseConfig, limits: { maxConnectionsPerUser: 1 } } });
    const statusOf = async (query: string): Promise<number> => {
      const socket = new WebSocket(`${server.wsUrl}/compat/snackbase/api/v1/realtime/ws${query}`);
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [
        unknown,
        { readonly statusCode: number; resume(): void },
      ];
      response.resume();
      return response.statusCode;
    };
    expect([await statusOf(''), await statusOf('?token=eyJub3RoaW5n')]).toEqual([401, 401]);
    expect(await statusOf(`?token=${await tokenFor({ expiresIn: -1 })}`)).toBe(401);
    const raw = await openRaw(server, await tokenFor());
    expect(await statusOf(`?token=${await tokenFor()}`)).toBe(429);
    raw.socket.close();
    await until('it to be gone', async () => (await connections(server)) === 0);
    await openRaw(server, await tokenFor());
  });

  it('beats every half a minute, and ends with its token', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const raw = await openRaw(server, await tokenFor({ expiresIn: 100 }));
    raw.send({ action: 'subscribe', collection: 'posts' });
    await raw.next();
    clock.advance(30_000);
    expect(await raw.next()).toEqual({ type: 'heartbeat', timestamp: new Date(clock.now()).toISOString() });
    const closed = once(raw.socket, 'close');
    clock.advance(80_000);
    expect(((await closed) as [number])[0]).toBe(1008);
  });
});

function heard(client: SnackBaseClient, event: string): Promise<void> {
  return new Promise((resolve) => {
    const off = client.realtime.on(event, () => {
      off();
      resolve();
    });
  });
}

async function gauge({ url }: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\{transport="realtime"\\} (\\d+)`, 'm').exec(text)?.[1]);
}
const connections = (server: TestServer): Promise<number> => gauge(server, 'concord_connections');
const subscribers = (server: TestServer): Promise<number> => gauge(server, 'concord_feed_subscribers');
