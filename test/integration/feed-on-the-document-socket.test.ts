import { describe, expect, it } from 'vitest';
import config from '../kit/concord.config.ts';
import { readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawYjs, updateWriting, type RawClient } from '../kit/raw-client.ts';
import { realtimeOn, type RealtimeClient } from '../kit/realtime-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const document = 'acme/tickets/t1';
const subscribe = { action: 'subscribe', id: 's' } as const;

interface Both {
  readonly raw: RawClient;
  readonly feed: RealtimeClient;
}

async function openBoth(server: TestServer): Promise<Both> {
  const raw = await openRaw(server);
  return { raw, feed: realtimeOn(raw.socket) };
}

/** One socket with an open document and a session of the feed, each by a token of its own. */
async function signedIn(server: TestServer, documentAs: TestUser = {}, feedAs: TestUser = {}): Promise<Both> {
  const both = await openBoth(server);
  both.raw.send(frames.token(document, await tokenFor(documentAs)), frames.step1(document));
  both.feed.send({ action: 'authenticate', token: await tokenFor(feedAs) }, subscribe);
  await both.feed.next('subscribed');
  await until('the document to be open', () => both.raw.kinds(document).includes('step2'));
  return both;
}

async function start(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer(options);
  await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
  return server;
}

describe('one socket for documents and for the feed', () => {
  it('carries the edits of a document and the events of all', async () => {
    const server = await start();
    const { raw, feed } = await signedIn(server);
    raw.send(frames.update(document, updateWriting('typed')));
    await until('the ack', () => raw.acks(document) === 1);
    await server.json('POST', '/records/notes', { id: 'n', title: 'a' });
    await feed.has(2);
    const events = feed.events().map(({ subscription: _, ...event }) => event);
    expect(events).toEqual((await readAll(server)).slice(1));
    expect(events.map(({ type }) => type).sort()).toEqual(['notes.create', 'tickets.update']);
    feed.send({ action: 'ping' }, { action: 'unsubscribe', id: 's' });
    await feed.next('pong');
    await feed.next('unsubscribed');
    raw.send(frames.update(document, updateWriting('more')));
    await until('the other ack', () => raw.acks(document) === 2);
  });

  it('says by name what is wrong in the feed, which is no harm to the documents, nor the other way round', async () => {
    const server = await start();
    const { raw, feed } = await signedIn(server);
    for (const [message, code] of [
      ['nonsense', 'invalid_json'],
      ['{"action":"dance"}', 'bad_request'],
      ['{"action":"subscribe","id":"x","collection":"secrets"}', 'not_found'],
      ['{"action":"authenticate","token":"made-up"}', 'unauthenticated'],
    ] as const) {
      feed.send(message);
      expect((await feed.next('error')).error.code, message).toBe(code);
    }
    raw.send(frames.token('acme/secrets/s1', await tokenFor()));
    await until('the denial', () => raw.kinds('acme/secrets/s1').includes('denied'));
    raw.send(frames.update(document, updateWriting('still')));
    await feed.has(1);
    expect(raw.end).toBeUndefined();
  });

  it('takes text frames of the length of a request, and none on /yjs', async () => {
    const server = await start();
    const { raw, feed } = await signedIn(server);
    feed.send({ ...subscribe, filter: 'x'.repeat(70_000) });
    expect(await raw.ended()).toEqual({ code: 4413, reason: 'too_large' });
    const yves = await openRawYjs(server, document);
    yves.socket.send('{"action":"ping"}');
    expect((await yves.ended()).reason).toBe('invalid_frame');
  });

  it('is dropped when too much is unsent, of whichever kind', async () => {
    const server = await start({ config: { ...config, limits: { maxUnsentBytes: 256 * 1024 } } });
    const byEvents = await signedIn(server);
    const byEdits = await signedIn(server);
    byEvents.raw.send(frames.close(document));
    byEdits.feed.send({ action: 'unsubscribe', id: 's' });
    await byEdits.feed.next('unsubscribed');
    const writer = await connected(server, document);
    byEvents.raw.socket.pause();
    byEdits.raw.socket.pause();
    const body = writer.document.getText('body');
    const dropped = async (): Promise<boolean> =>
      (await (await fetch(`${server.url}/metrics`)).text()).includes('concord_limit_hits_total{limit="maxUnsentBytes"} 2');
    for (let round = 0; !(await dropped()); round++) {
      if (round > 400) throw new Error('They were never dropped.');
      body.insert(0, 'x'.repeat(256 * 1024));
      body.delete(0, 256 * 1024);
      await flushed(writer);
      await server.json('POST', '/records/notes', { body: 'y'.repeat(50_000) });
    }
    byEvents.raw.socket.resume();
    byEdits.raw.socket.resume();
    const end = { code: 4529, reason: 'slow_reader' };
    expect([await byEvents.raw.ended(), await byEdits.raw.ended()]).toEqual([end, end]);
  });

  it('counts messages of both kinds', async () => {
    const limits = { maxMessageBurst: 20, maxMessagesPerSecond: 20 };
    const server = await start({ config: { ...config, trustProxy: 1, limits }, clock: handClock() });
    const raw = await openRaw(server, { headers: { 'x-forwarded-for': '203.0.113.7' } });
    const feed = realtimeOn(raw.socket);
    for (let index = 0; index < 11; index++) {
      feed.send({ action: 'ping' });
      raw.send(frames.awareness(document, Uint8Array.of(0)));
    }
    expect(await raw.ended()).toEqual({ code: 4529, reason: 'rate_limited' });
    await feed.next('pong');
  });
});

describe('a socket that is there for the feed alone', () => {
  it('is not half-open, but has to bring a good token in time', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const [silent, lasting, bad] = [await openBoth(server), await openBoth(server), await openBoth(server)];
    silent.feed.send(subscribe);
    expect((await silent.feed.next('error')).error.code).toBe('unauthenticated');
    lasting.feed.send({ action: 'authenticate', token: await tokenFor() }, subscribe);
    await lasting.feed.next('subscribed');
    bad.feed.send({ action: 'authenticate', token: 'made-up' });
    expect(await bad.raw.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    clock.advance(31_000);
    expect(await silent.raw.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    await server.json('PATCH', '/records/tickets/t1', { title: 'y' });
    await lasting.feed.has(1);
  });

  it('ends with its token', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const { raw, feed } = await openBoth(server);
    feed.send({ action: 'authenticate', token: await tokenFor({ expiresIn: 60 }) });
    await feed.next('authenticated');
    clock.advance(45_000);
    await feed.next('expiring');
    clock.advance(20_000);
    expect(await raw.ended()).toEqual({ code: 4401, reason: 'token_expired' });
  });

  it('counts as a connection of its user', async () => {
    const server = await start({ config: { ...config, limits: { maxConnectionsPerUser: 1 } } });
    const [first, second] = [await openBoth(server), await openBoth(server)];
    first.feed.send({ action: 'authenticate', token: await tokenFor() });
    await first.feed.next('authenticated');
    second.feed.send({ action: 'authenticate', token: await tokenFor() });
    expect(await second.raw.ended()).toEqual({ code: 4529, reason: 'too_many_connections' });
    expect((await second.feed.next('error')).error.code).toBe('too_many_connections');
  });
});

describe('the tokens of a shared socket', () => {
  it('of the feed ends, and the documents go on by theirs; another one begins it anew', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const { raw, feed } = await signedIn(server, { expiresIn: 3600 }, { expiresIn: 60 });
    clock.advance(61_000);
    await feed.next('expiring');
    expect((await feed.next('error')).error.code).toBe('token_expired');
    raw.send(frames.update(document, updateWriting('goes on')));
    await until('the ack', () => raw.acks(document) === 1);
    feed.send({ ...subscribe, id: 'late' });
    expect(await feed.next('error')).toMatchObject({ id: 'late', error: { code: 'unauthenticated' } });
    feed.send({ action: 'authenticate', token: await tokenFor({ user: 'ben', expiresIn: 3600 }) }, { ...subscribe, since: '0' });
    await feed.has(1);
    expect(raw.end).toBeUndefined();
  });

  it('of a document ends, and the feed and other documents go on by theirs', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const { raw, feed } = await signedIn(server, { expiresIn: 60 }, { expiresIn: 3600 });
    const other = 'acme/notes/n1';
    raw.send(frames.token(other, await tokenFor({ expiresIn: 3600 })), frames.step1(other));
    await until('the other document', () => raw.kinds(other).includes('step2'));
    clock.advance(61_000);
    await until('the document to be closed', () =>
      raw.received.some((frame) => frame.document === document && frame.kind === 'closed' && frame.text === 'token_expired'),
    );
    raw.send(frames.update(other, updateWriting('goes on')));
    await until('the ack', () => raw.acks(other) === 1);
    await server.json('PATCH', '/records/tickets/t1', { title: 'y' }, { expiresIn: 3600 });
    await feed.has(1);
    expect(raw.end).toBeUndefined();
  });

  it('end together, and so does the socket', async () => {
    const clock = handClock();
    const server = await start({ clock });
    const as = { expiresIn: 60 };
    const { raw } = await signedIn(server, as, as);
    clock.advance(62_000);
    expect(await raw.ended()).toEqual({ code: 4401, reason: 'token_expired' });
  });

  it('is revoked, and the socket ends', async () => {
    const server = await start();
    const admin = { user: 'ada', roles: ['admin'] };
    const { id, key } = await server.json<{ id: string; key: string }>('POST', '/api-keys', { name: 'feed', roles: [] }, admin);
    const { raw, feed } = await openBoth(server);
    raw.send(frames.token(document, await tokenFor()), frames.step1(document));
    feed.send({ action: 'authenticate', token: key }, subscribe);
    await feed.next('subscribed');
    await server.json('DELETE', `/api-keys/${id}`, undefined, admin);
    expect(await raw.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  it('tell hooks of a connection each', async () => {
    const told: string[] = [];
    const server = await start({
      config: {
        ...config,
        hooks: {
          onConnect: ({ connection }: { connection: { transport: string } }) => told.push(`+${connection.transport}`),
          onDisconnect: ({ connection }: { connection: { transport: string } }) => told.push(`-${connection.transport}`),
        },
      },
    });
    const { raw } = await signedIn(server);
    raw.socket.terminate();
    await until('both to be over', () => told.length === 4);
    expect(told.toSorted()).toEqual(['+realtime', '+sync', '-realtime', '-sync']);
  });
});
