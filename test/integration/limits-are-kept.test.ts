import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { defaultLimits, type Limits } from '@concord/protocol';
import config from '../kit/concord.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting, type RawClient } from '../kit/raw-client.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

function start(limits: Partial<Limits>, more: object = {}, options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({ config: { ...config, limits: { ...limits }, ...more }, ...options });
}

async function hits(server: TestServer, limit: keyof Limits): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^concord_limit_hits_total\\{limit="${limit}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Somebody else, in the middle of working on the same record and by other transports. */
async function neighbour(server: TestServer): Promise<{ isUndisturbed: () => Promise<void> }> {
  const document = new Y.Doc();
  const ben = await connected(server, name, { as: { user: 'ben' }, document });
  const closes: unknown[] = [];
  ben.configuration.websocketProvider.on('close', (event: unknown) => closes.push(event));
  ben.on('authenticationFailed', (event: unknown) => closes.push(event));
  return {
    async isUndisturbed() {
      document.getText('body').insert(0, 'b');
      await flushed(ben);
      expect(closes).toEqual([]);
      expect((await server.fetch('/auth/me', { as: { user: 'ben' } })).status).toBe(200);
    },
  };
}

/** Opened from elsewhere: as a proxy that is trusted tells it. */
function from(address: string): { headers: Record<string, string> } {
  return { headers: { 'x-forwarded-for': address } };
}

describe('a document', () => {
  const limits = { maxUpdateBytes: 16 * 1024, maxDocumentBytes: 64 * 1024 };

  async function fill(client: RawClient, replica: Y.Doc): Promise<Uint8Array> {
    for (;;) {
      const before = Y.encodeStateVector(replica);
      replica.getText('body').insert(replica.getText('body').length, 'x'.repeat(8000));
      const update = Y.encodeStateAsUpdate(replica, before);
      const acks = client.acks(name);
      client.send(frames.update(name, update));
      await until('an answer', () => client.acks(name) > acks || client.kinds(name).includes('closed'));
      if (client.kinds(name).includes('closed')) return update;
    }
  }

  it('does not grow beyond its limit: the edit is refused before it is applied, by name, and the socket stays', async () => {
    const server = await start(limits);
    const ben = await connected(server, name, { as: { user: 'ben' } });
    const client = await openRawDocument(server, name);
    const replica = new Y.Doc();
    const refused = await fill(client, replica);
    expect(client.received.at(-1)).toMatchObject({ kind: 'closed', text: 'document_too_large' });
    const size = Y.encodeStateAsUpdate(ben.document).byteLength;
    expect(size).toBeLessThanOrEqual(limits.maxDocumentBytes);
    expect(size).toBeGreaterThan(limits.maxDocumentBytes - limits.maxUpdateBytes);
    expect(replica.getText('body').length).toBe(ben.document.getText('body').length + 8000);
    // It stays refused, also as a first sync, and other documents of the socket go on.
    client.send(frames.update(name, refused));
    await until('the refusal', () => client.kinds(name).includes('denied'));
    client.send(frames.token('acme/notes/n2', await tokenFor()), frames.update('acme/notes/n2', updateWriting('fits')));
    await until('the ack', () => client.acks('acme/notes/n2') === 1);
    expect(client.end).toBeUndefined();
    const again = await openRawDocument(server, name);
    again.send(frames.step2(name, Y.encodeStateAsUpdate(replica, Y.encodeStateVector(ben.document))));
    await until('the refusal', () => again.kinds(name).includes('closed'));
    expect(await hits(server, 'maxDocumentBytes')).toBe(2);
  });

  it('that is full is still read and synced, takes deletions, and then new text', async () => {
    const clock = handClock();
    const server = await start(limits, {}, { clock });
    await fill(await openRawDocument(server, name), new Y.Doc());
    const document = new Y.Doc();
    const ben = await connected(server, name, { as: { user: 'ben' }, document });
    const body = document.getText('body');
    expect(body.length).toBeGreaterThan(40_000);
    // What is known already has room.
    const client = await openRawDocument(server, name);
    client.send(frames.step2(name, Y.encodeStateAsUpdate(document)));
    await until('the ack', () => client.acks(name) === 1);
    body.delete(0, 30_000);
    await flushed(ben);
    clock.advance(6000);
    body.insert(0, 'y'.repeat(8000));
    await flushed(ben);
    body.insert(0, 'y'.repeat(8000));
    await flushed(ben);
    expect(ben.isSynced).toBe(true);
    expect((await connected(server, name)).document.getText('body').toString()).toBe(body.toString());
  });

  it('may come home from offline work in one piece as large as the limit', async () => {
    const server = await start(limits);
    const client = await openRawDocument(server, name);
    client.send(frames.step2(name, updateWriting('x'.repeat(60 * 1024))));
    await until('the ack', () => client.acks(name) === 1);
  });

  it('is measured by what it holds, not by how often it was written', async () => {
    const server = await start(limits);
    const document = new Y.Doc();
    const ann = await connected(server, name, { document });
    const body = document.getText('body');
    for (let round = 0; round < 60; round++) {
      body.insert(0, 'x'.repeat(4000));
      body.delete(0, 4000);
      if (round % 5 === 0) await flushed(ann);
    }
    body.insert(0, 'kept');
    await flushed(ann);
    expect((await connected(server, name)).document.getText('body').toString()).toBe('kept');
  });
});

describe('documents of one socket', () => {
  it('are as many as the limit says, and one more is refused by name', async () => {
    const server = await start({ maxDocumentsPerSocket: 3 });
    const ben = await neighbour(server);
    const client = await openRaw(server);
    const token = await tokenFor();
    client.send(...[1, 2, 3, 4].map((index) => frames.token(`acme/notes/m${index}`, token)));
    await until('the answers', () => client.received.filter(({ kind }) => kind === 'authenticated').length === 3);
    expect(client.received.filter(({ kind }) => kind === 'denied')).toEqual([
      { document: 'acme/notes/m4', kind: 'denied', text: 'too_many_documents' },
    ]);
    expect(await hits(server, 'maxDocumentsPerSocket')).toBe(1);
    await ben.isUndisturbed();
  });
});

describe('messages', () => {
  const limits = { maxMessagesPerSecond: 10, maxMessageBurst: 50 };

  it('that come too fast end their socket, and nobody else notices', async () => {
    const server = await start(limits);
    const ben = await neighbour(server);
    const client = await openRaw(server, from('192.0.2.1'));
    client.send(frames.token(name, await tokenFor()), frames.step1(name));
    await until('the document', () => client.kinds(name).includes('step2'));
    for (let index = 0; index < 200; index++) client.send(frames.flush(name, index));
    expect(await client.ended()).toEqual({ code: 4529, reason: 'rate_limited' });
    expect(await hits(server, 'maxMessagesPerSecond')).toBe(1);
    await ben.isUndisturbed();
  });

  it('of a program on the same machine are not counted', async () => {
    const server = await start(limits);
    const client = await openRawDocument(server, name);
    for (let index = 0; index < 500; index++) client.send(frames.flush(name, index));
    await until('all answers', () => client.kinds(name).filter((kind) => kind === 'stateless').length === 500);
  });

  it('have a default that leaves alone who types, pastes and reconnects', () => {
    expect(defaultLimits).toMatchObject({ maxMessagesPerSecond: 1000, maxMessageBurst: 5000 });
  });
});

describe('connections', () => {
  it('of one user are counted over all transports, and free again when they end', async () => {
    const server = await start({ maxConnectionsPerUser: 3 });
    const ben = await neighbour(server);
    const gone = new AbortController();
    const client = await openRawDocument(server, name);
    const yjs = await openRawYjs(server, 'acme/notes/n2');
    yjs.send(frames.step1());
    await until('the document', () => yjs.kinds().includes('step2'));
    const stream = await server.fetch('/changes?feed=sse&since=now', { signal: gone.signal });
    expect(stream.status).toBe(200);

    for (const feed of ['sse', 'longpoll']) {
      const refused = await server.fetch(`/changes?feed=${feed}&since=now&timeout=20000`);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).not.toBeNull();
      expect(await refused.json()).toMatchObject({ error: { code: 'too_many_connections' } });
    }
    const socket = await openRaw(server);
    socket.send(frames.token(name, await tokenFor()));
    expect(await socket.ended()).toEqual({ code: 4529, reason: 'too_many_connections' });
    const other = await openRawYjs(server, 'acme/notes/n3');
    expect(await other.ended()).toEqual({ code: 4529, reason: 'too_many_connections' });
    expect(await hits(server, 'maxConnectionsPerUser')).toBe(4);
    // Polling keeps nothing open, and the same name in another account is somebody else.
    expect((await server.fetch('/changes?since=now')).status).toBe(200);
    await openRawDocument(server, 'other/notes/n1', { account: 'other' });
    await ben.isUndisturbed();

    gone.abort();
    client.socket.close();
    await until('room', async () => (await server.fetch('/changes?feed=longpoll&timeout=1000&since=now')).status === 200);
    await openRawDocument(server, name);
  });

  it('of one socket with two users end only the document of whom there are too many', async () => {
    const server = await start({ maxConnectionsPerUser: 1 });
    await openRawDocument(server, name, { user: 'ann' });
    const client = await openRawDocument(server, 'acme/notes/n2', { user: 'ben' });
    client.send(frames.token(name, await tokenFor({ user: 'ann' })));
    await until('the refusal', () => client.kinds(name).includes('denied'));
    expect(client.received.at(-1)).toMatchObject({ text: 'too_many_connections' });
    client.send(frames.update('acme/notes/n2', updateWriting('x')));
    await until('the ack', () => client.acks('acme/notes/n2') === 1);
  });

  it('of one address are counted behind a trusted proxy, and others come in', async () => {
    const server = await start({ maxConnectionsPerAddress: 3 }, { trustProxy: 1 });
    const ben = await neighbour(server);
    const crowd = await Promise.all([1, 2, 3].map(() => openRaw(server, from('192.0.2.1'))));
    const refused = await openRaw(server, from('192.0.2.1'));
    expect(await refused.ended()).toEqual({ code: 4529, reason: 'too_many_connections' });
    const stream = await server.fetch('/changes?feed=sse&since=now', from('198.51.100.1, 192.0.2.1'));
    expect(stream.status).toBe(429);
    expect(await hits(server, 'maxConnectionsPerAddress')).toBe(2);
    const other = await openRaw(server, from('192.0.2.2'));
    await other.settled();
    for (let count = 0; count < 10; count++) await openRaw(server);
    await ben.isUndisturbed();
    crowd[0]?.socket.close();
    await until('room for one more', async () => {
      const init = from('192.0.2.1');
      return (await server.fetch('/changes?feed=longpoll&timeout=1000&since=now', init)).status === 200;
    });
  });

  it('are not told apart by what a stranger claims', async () => {
    const server = await start({ maxConnectionsPerAddress: 1 });
    for (let count = 0; count < 5; count++) await (await openRaw(server, from('192.0.2.1'))).settled();
  });
});

describe('a socket on which nobody signs in', () => {
  it('is closed after its time, by name; one that has signed in stays', async () => {
    const clock = handClock();
    const server = await start({}, {}, { clock });
    const idle = await openRaw(server);
    const wrong = await openRaw(server);
    wrong.send(frames.token(name, 'garbage'));
    await until('the refusal', () => wrong.received.length === 1);
    const good = await openRawDocument(server, name);
    clock.advance(29_000);
    await Promise.all([idle, wrong].map((client) => client.settled()));
    expect([idle.end, wrong.end]).toEqual([undefined, undefined]);
    clock.advance(1001);
    for (const client of [idle, wrong]) expect(await client.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    await good.settled();
    expect(good.end).toBeUndefined();
    expect(await hits(server, 'maxUnauthenticatedMs')).toBe(2);
  });

  it('is one of hundreds that cost little, and disturb nobody', async () => {
    const clock = handClock();
    const server = await start({}, {}, { clock });
    const ben = await neighbour(server);
    const before = process.memoryUsage();
    const open = await Promise.all(Array.from({ length: 300 }, () => openRaw(server)));
    await ben.isUndisturbed();
    const after = process.memoryUsage();
    // Both ends live in this process; a socket that says nothing takes some ten kilobytes.
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    expect(grown / open.length).toBeLessThan(200 * 1024);
    clock.advance(30_001);
    for (const client of open) expect((await client.ended()).reason).toBe('unauthenticated');
    await ben.isUndisturbed();
    await until('none to be left', async () =>
      /^concord_connections\{transport="sync"\} 1$/m.test(await (await fetch(`${server.url}/metrics`)).text()),
    );
  });
});

describe('other limits', () => {
  it('are counted where they are met, and are nobody else’s business', async () => {
    const server = await start({
      maxBodyBytes: 1000,
      maxAwarenessBytes: 100,
      maxUpdateBytes: 2000,
      maxBatchRecords: 1,
      maxJsonDepth: 20,
    });
    const ben = await neighbour(server);
    const post = (path: string, body: string) =>
      server.fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect((await post('/records/notes', JSON.stringify({ title: 'x'.repeat(2000) }))).status).toBe(413);
    expect((await post('/records/notes', '['.repeat(30))).status).toBe(413);
    expect((await post('/records/notes/batch', JSON.stringify({ records: [{}, {}] }))).status).toBe(413);
    const one = await openRawDocument(server, name);
    one.send(frames.awareness(name, awareness('x'.repeat(200))));
    expect(await one.ended()).toEqual({ code: 4413, reason: 'too_large' });
    const two = await openRawDocument(server, name);
    two.send(frames.update(name, updateWriting('x'.repeat(3000))));
    expect(await two.ended()).toEqual({ code: 4413, reason: 'too_large' });
    for (const limit of ['maxBodyBytes', 'maxJsonDepth', 'maxBatchRecords', 'maxAwarenessBytes', 'maxUpdateBytes'] as const)
      expect([limit, await hits(server, limit)]).toEqual([limit, 1]);
    await ben.isUndisturbed();
  });
});

/** One client, its clock, and a state that is a string. */
function awareness(text: string): Uint8Array {
  const state = Buffer.from(JSON.stringify({ text }));
  const length = state.length < 128 ? [state.length] : [(state.length & 127) | 128, state.length >> 7];
  return Uint8Array.of(1, 7, 1, ...length, ...state);
}
