import { EventSource } from 'eventsource';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { addUser, admin, messagesOf, signedIn, snackbaseClient, snackbaseConfig, withoutWebSockets } from '../kit/snackbase.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

// Browsers have it, and the client takes it from there.
Object.assign(globalThis, { EventSource });

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: snackbaseConfig, ...options });
  await addUser(server, 'ada');
  return server;
}

async function subscribers({ url }: TestServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^concord_feed_subscribers\{transport="sse"\} (\d+)/m.exec(text)?.[1]);
}

interface Stream {
  readonly response: Response;
  /** All that has come so far. */
  readonly text: string;
  readonly ended: boolean;
}

/** A stream as it comes, byte by byte. */
async function openStream(server: TestServer, query: string, headers: Record<string, string> = {}): Promise<Stream> {
  const away = new AbortController();
  onTestFinished(() => away.abort());
  const response = await fetch(`${server.url}/compat/snackbase/api/v1/realtime/subscribe?${query}`, {
    headers,
    signal: away.signal,
  });
  const stream = { response, text: '', ended: false };
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) stream.text += decoder.decode(chunk, { stream: true });
  };
  void read()
    .catch(() => undefined)
    .finally(() => (stream.ended = true));
  return stream;
}

/** What its unnamed frames carry. */
function typesOf({ text }: Stream): string[] {
  return [...text.matchAll(/^id: .*\ndata: (.*)$/gm)].map(
    ([, data = '']) => (JSON.parse(data) as { readonly type: string }).type,
  );
}

describe("SnackBase's client, where WebSockets are blocked", () => {
  it('hears by an event stream of what it has subscribed to', async () => {
    const server = await start();
    const blocked = await withoutWebSockets(server);
    const client = await signedIn(blocked);
    const messages = messagesOf(client);
    await client.realtime.subscribe('posts');
    await client.realtime.subscribe('authors', ['delete']);
    await client.realtime.connect();
    expect([client.realtime.getState(), blocked.refused]).toEqual(['connected', 1]);
    const record = await client.records.create('posts', { id: 'p1', title: 'Hello' });
    await client.records.create('tasks', { title: 'not asked for', owner: 'ada' });
    await client.records.create('authors', { id: 'a1' });
    await client.records.delete('authors', 'a1');
    await client.records.delete('posts', 'p1');
    await until('the events', () => messages.length === 3);
    expect(messages).toEqual([
      { type: 'posts.create', timestamp: expect.any(String) as unknown, data: record },
      expect.objectContaining({ type: 'authors.delete' }),
      expect.objectContaining({ type: 'posts.delete', data: expect.objectContaining({ id: 'p1', title: 'Hello' }) as unknown }),
    ]);
  });

  it('hears of all that it may read where it subscribes only when it is connected', async () => {
    const server = await start();
    const client = await signedIn(await withoutWebSockets(server));
    const messages = messagesOf(client);
    await client.realtime.connect();
    // That is said to nobody.
    await client.realtime.subscribe('posts');
    await server.json('POST', '/records/secrets', { title: 'not for members' }, admin);
    await client.records.create('posts', { title: 'Hello' });
    await until('the event', () => messages.length === 1);
    expect(messages).toMatchObject([{ type: 'posts.create' }]);
  });

  it('hears nothing of logs, which it does not know', async () => {
    const server = await start();
    const stream = await openStream(server, `token=${await tokenFor()}`);
    await server.json('POST', '/records/posts', { id: 'p1', title: 'Hello' });
    await server.json('POST', '/records/posts/p1/comments', { text: 'Well said' });
    await server.json('DELETE', '/records/posts/p1');
    await until('the events', () => typesOf(stream).includes('posts.delete'));
    expect(typesOf(stream)).toEqual(['posts.create', 'posts.delete']);
    const named = await openStream(server, `token=${await tokenFor()}&collections=posts.comments`);
    expect(named.response.status).toBe(404);
  });

  it('misses nothing when it is cut off, and hears nothing twice', async () => {
    const server = await start();
    const blocked = await withoutWebSockets(server);
    const client = await signedIn(blocked);
    const messages = messagesOf(client);
    await client.realtime.subscribe('posts');
    await client.realtime.connect();
    await server.json('POST', '/records/posts', { title: 'before' });
    await until('the first', () => messages.length === 1);
    blocked.cut();
    await until('it to be gone', async () => (await subscribers(server)) === 0);
    await server.json('POST', '/records/posts', { title: 'meanwhile' });
    await until('the second', () => messages.length === 2);
    await server.json('POST', '/records/posts', { title: 'after' });
    await until('the third', () => messages.length === 3);
    expect(messages.map(({ data }) => (data as { readonly title: string }).title)).toEqual(['before', 'meanwhile', 'after']);
  });

  it('has one stream after it has got another token', async () => {
    const server = await start();
    const client = await signedIn(await withoutWebSockets(server));
    const messages = messagesOf(client);
    await client.realtime.subscribe('posts');
    await client.realtime.connect();
    const again = new Promise((resolve) => client.realtime.on('connected', () => resolve(undefined)));
    await client.refreshToken();
    await again;
    await until('one stream', async () => (await subscribers(server)) === 1);
    await client.records.create('posts', { title: 'a' });
    await client.records.create('posts', { title: 'b' });
    await until('both', () => messages.length >= 2);
    expect(messages.map(({ data }) => (data as { readonly title: string }).title)).toEqual(['a', 'b']);
  });

  it('gives up after a while where its token is refused', async () => {
    const server = await start();
    const client = snackbaseClient(server, { getAccessToken: () => 'eyJub3RoaW5n', maxRealTimeRetries: 2 });
    const errors: unknown[] = [];
    client.realtime.on('error', (error?: unknown) => void errors.push(error));
    await client.realtime.connect();
    await until('it to give up', () => client.realtime.getState() === 'error');
    expect(errors.at(-1)).toEqual(new Error('Maximum reconnection attempts reached'));
  });
});

describe('an event stream of the protocol of SnackBase', () => {
  it.each([
    ['collections=posts:create,update&collections=authors', ['posts.create', 'posts.update', 'authors.create']],
    ['collection=posts&collection=authors', ['posts.create', 'posts.update', 'authors.create', 'posts.delete']],
    ['collections=authors:&collection=nothing&collections=secrets', ['authors.create']],
    ['', ['posts.create', 'posts.update', 'authors.create', 'posts.delete']],
  ])('takes %s', async (query, types) => {
    const server = await start();
    const headers = { authorization: `Bearer ${await tokenFor()}` };
    const stream = await openStream(server, query, headers);
    expect([stream.response.status, stream.response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await server.json('POST', '/records/posts', { id: 'p1', title: 'a' });
    await server.json('PATCH', '/records/posts/p1', { title: 'b' });
    await server.json('POST', '/records/authors', { id: 'a1' });
    await server.json('DELETE', '/records/posts/p1');
    await until('all', () => typesOf(stream).length === types.length);
    expect(typesOf(stream)).toEqual(types);
  });

  it('is refused in the words of its server', async () => {
    const server = await start();
    const token = await tokenFor();
    const refusals: [string, number, string][] = [
      ['collection=posts', 401, 'Missing token'],
      ['token=eyJub3RoaW5n', 401, 'Invalid token'],
      [`token=${await tokenFor({ expiresIn: -1 })}`, 401, 'Invalid token'],
      [`token=${token}&collections=nothing`, 404, 'Collection not found'],
      [`token=${token}&collections=secrets`, 404, 'Collection not found'],
    ];
    for (const [query, status, detail] of refusals) {
      const { response } = await openStream(server, query);
      expect(response.status).toBe(status);
      expect(await (await fetch(response.url)).json()).toEqual({ detail });
    }
  });

  it('beats with a named frame, and ends with its session', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const client = await signedIn(server);
    const stream = await openStream(server, `token=${client.internalAuthManager.token}`);
    await until('it to be there', async () => (await subscribers(server)) === 1);
    clock.advance(30_000);
    await until('a heartbeat', () =>
      /^event: heartbeat\nid: .*\ndata: \{"type":"heartbeat","timestamp":"[^"]*Z"\}$/m.test(stream.text),
    );
    await client.logout();
    await until('its end', () => stream.ended);
  });

  it('takes the place of the one that its reader had', async () => {
    const server = await start();
    const headers = { authorization: `Bearer ${await tokenFor()}` };
    const first = await openStream(server, '', headers);
    const id = await until('a place', () => /^id: (.*)$/m.exec(first.text)?.[1]);
    const other = await openStream(server, '', headers);
    const second = await openStream(server, '', { ...headers, 'last-event-id': id });
    await until('the first to be gone', () => first.ended);
    await until('two streams', async () => (await subscribers(server)) === 2);
    // Somebody else who says so takes nothing.
    await openStream(server, '', { authorization: `Bearer ${await tokenFor({ user: 'ben' })}`, 'last-event-id': id });
    await openStream(server, '', { ...headers, 'last-event-id': 'made up' });
    expect([second.ended, other.ended]).toEqual([false, false]);
    expect(await subscribers(server)).toBe(4);
  });

  it('is refused to who has ten, as the client leaves them behind', async () => {
    const server = await start();
    const headers = { authorization: `Bearer ${await tokenFor()}` };
    const streams = await Promise.all(Array.from({ length: 10 }, () => openStream(server, '', headers)));
    const refused = await openStream(server, '', headers);
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([429, '1']);
    await until('the answer', () => refused.ended);
    expect(JSON.parse(refused.text)).toEqual({ detail: 'Too many connections are open.' });
    expect(streams.every(({ ended }) => !ended)).toBe(true);
    expect((await openStream(server, '', { authorization: `Bearer ${await tokenFor({ user: 'ben' })}` })).response.status).toBe(
      200,
    );
  });
});
