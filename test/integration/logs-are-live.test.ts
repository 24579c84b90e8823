import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { segmentSize, type LogEntry } from '@concord/protocol';
import { verifyStore } from '@concord/server';
import { crashImage } from '../kit/crash-image.ts';
import { gate } from '../kit/gate.ts';
import { logClient } from '../kit/logs.ts';
import { connect, connected, connectedYjs, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, readMessages } from '../kit/raw-client.ts';
import rooms from '../kit/logs.config.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const lead: TestUser = { user: 'ada', roles: ['member', 'lead'] };
const bob: TestUser = { user: 'bob' };
const log = 'rooms/r1/messages';
const segment = (number: number): string => `acme/${log}.${number}`;

/** What a client sees of an entry in a segment's document. */
function entryIn(document: Y.Doc, seq: number): LogEntry | undefined {
  const [entry, reactions, thread] = ['entries', 'reactions', 'threads'].map((root) => document.getMap(root).get(String(seq)));
  const more = { ...(reactions === undefined ? {} : { reactions }), ...(thread === undefined ? {} : { thread }) };
  return entry === undefined ? undefined : ({ ...entry, ...more } as LogEntry);
}

/** The same, but for the version, which does not count reactions there. */
function uncounted(entry: LogEntry | undefined): unknown {
  return { ...entry, version: 0 };
}

async function withRoom(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: rooms, ...options });
  await server.json('POST', '/records/rooms', { id: 'r1', title: 'The press', members: ['alice', 'bob'] }, lead);
  return server;
}

async function refusalOf(server: TestServer, name: string, as?: TestUser): Promise<string> {
  const provider = await connect(server, name, as === undefined ? {} : { as });
  return await new Promise((resolve) => {
    provider.on('authenticationFailed', ({ reason }: { reason: string }) => resolve(reason));
    provider.on('synced', () => resolve('open'));
  });
}

describe('a segment of a log', () => {
  it('shows every change at once to who has it open, and sends a text only once', async () => {
    const server = await withRoom();
    const alice = logClient(server, log);
    const { document } = await connected(server, segment(0), { as: bob });
    const text = 'x'.repeat(4000);
    let received = 0;
    document.on('update', (update: Uint8Array) => (received += update.byteLength));
    await alice.post({ id: 'a', text });
    const seen = async (seq: number): Promise<void> => {
      const entry = uncounted((await alice.all())[seq - 1]);
      await until(`entry ${seq} as it is`, () => isDeepStrictEqual(uncounted(entryIn(document, seq)), entry));
    };
    await seen(1);
    const before = received;
    await alice.react('a', '👍');
    await logClient(server, log, bob).react('a', '👍');
    await alice.post({ id: 'b', text: 'a reply', replyTo: 'a' });
    await seen(1);
    await seen(2);
    expect(received - before).toBeLessThan(text.length / 2);
    await alice.edit('b', 'another reply');
    await seen(2);
    await alice.unreact('a', '👍');
    await alice.remove('b');
    await seen(2);
    await seen(1);
  });

  it('[L3] may be awaited before it has an entry, and others than that are not there', async () => {
    const server = await withRoom();
    expect(await refusalOf(server, segment(1))).toBe('not_found');
    const authors = Array.from({ length: 10 }, (_, index) => logClient(server, log, { user: index % 2 === 0 ? 'alice' : 'bob' }));
    for (let seq = 1; seq < segmentSize; seq += 1) await authors[seq % 10]?.post(`${seq}`);
    expect(await refusalOf(server, segment(1))).toBe('not_found');
    await authors[0]?.post('the last of the first');
    const next = await connected(server, segment(1));
    expect(next.document.getMap('entries').size).toBe(0);
    expect(await refusalOf(server, segment(2))).toBe('not_found');
    await authors[1]?.post('the first of the second');
    await until('the next entry', () => entryIn(next.document, segmentSize + 1));
    for (const name of [`acme/rooms/none/messages.0`, 'acme/rooms/r1/messages', 'acme/rooms/r1/nothing.0'])
      expect(await refusalOf(server, name), name).toBe('not_found');
  }, 60_000);

  it('[L3] is read by who may read the log, and by nobody else', async () => {
    const server = await withRoom();
    await server.json('POST', '/records/drafts', { id: 'd1', title: 'A leaflet' });
    const carol: TestUser = { user: 'carol' };
    const editor: TestUser = { user: 'ed', roles: ['member', 'editor'] };
    await logClient(server, log).post('hello');
    expect(await refusalOf(server, segment(0), carol)).toBe('not_found');
    expect(await refusalOf(server, segment(0), { user: 'bob', account: 'other' })).toBe('not_found');
    expect(await refusalOf(server, 'acme/drafts/d1/remarks.0', editor)).toBe('open');
    expect(await refusalOf(server, 'acme/drafts/d1/remarks.0')).toBe('not_found');

    const [byCarol, byLead, byDrafter] = [
      logClient(server, log, carol),
      logClient(server, log, lead),
      logClient(server, 'drafts/d1/remarks'),
    ];
    for (const stranger of [byCarol, byDrafter]) {
      expect(await stranger.refusal('GET', '')).toBe('not_found');
      expect(await stranger.refusal('GET', '/a')).toBe('not_found');
      expect(await stranger.refusal('POST', '', { text: 'x' })).toBe('not_found');
      expect(await stranger.refusal('PATCH', '/a', { text: 'x' })).toBe('not_found');
      expect(await stranger.refusal('DELETE', '/a')).toBe('not_found');
    }
    const described = async (as: TestUser): Promise<boolean> =>
      JSON.stringify(await server.json('GET', '/openapi.json', undefined, as)).includes('/{id}/remarks');
    expect([await described(bob), await described(editor)]).toEqual([false, true]);
    expect(await (await fetch(`${server.url}/api/v1/openapi.json`)).text()).not.toContain('/{id}/remarks');

    // A lead reads every room, and talks in those that it belongs to.
    expect(await byLead.refusal('POST', '', { text: 'x' })).toBe('forbidden');
    expect((await byLead.page()).head).toBe(1);
  });

  it('is closed to who may not read it any more, before anything else is shown', async () => {
    const server = await withRoom();
    const alice = logClient(server, log);
    await alice.post('for both');
    const provider = await connected(server, segment(0), { as: bob });
    const closed = new Promise((resolve) => provider.on('authenticationFailed', resolve));
    const gone = new Promise((resolve) => provider.on('close', resolve));
    await server.json('PATCH', '/records/rooms/r1', { members: ['alice'] }, lead);
    await alice.post('for one');
    await Promise.race([closed, gone]);
    expect(entryIn(provider.document, 1)?.text).toBe('for both');
    expect(entryIn(provider.document, 2)).toBeUndefined();
    expect(await logClient(server, log, bob).refusal('GET', '')).toBe('not_found');
  });

  it('[L3] is written by the server alone: what a member sends to it achieves nothing, by whatever way', async () => {
    const server = await withRoom();
    const alice = logClient(server, log);
    await alice.post({ id: 'a', text: 'as it was' });
    const forged = (document: Y.Doc): void => {
      const entries = document.getMap('entries');
      entries.set('1', { ...(entries.get('1') as object), text: 'forged' });
      entries.set('2', { id: 'b', seq: 2, author: 'bob', text: 'as if' });
      document.getMap('reactions').set('1', { '👍': ['bob', 'carol'] });
    };
    const provider = await connected(server, segment(0));
    forged(provider.document);
    await flushed(provider);
    const yjs = await connectedYjs(server, segment(0));
    forged(yjs.doc);
    const raw = await openRawDocument(server, segment(0));
    const replica = new Y.Doc();
    forged(replica);
    raw.send(frames.update(segment(0), Y.encodeStateAsUpdate(replica)), frames.step2(segment(0), Y.encodeStateAsUpdate(replica)));
    await until('both to be refused', () => raw.kinds(segment(0)).filter((kind) => kind === 'saved').length === 2);
    expect(raw.acks(segment(0))).toBe(0);
    const response = await server.fetch(`/sync/${segment(0)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: frames.update(undefined, Y.encodeStateAsUpdate(replica)) as Uint8Array<ArrayBuffer>,
    });
    expect(readMessages(new Uint8Array(await response.arrayBuffer()))).toContainEqual(
      expect.objectContaining({ kind: 'saved', saved: false }),
    );

    const { document } = await connected(server, segment(0), { as: bob });
    expect([...document.getMap('entries').keys()]).toEqual(['1']);
    expect(entryIn(document, 1)?.text).toBe('as it was');
    expect(document.getMap('reactions').size).toBe(0);
    await alice.post({ id: 'b', text: 'really' });
    await until('the second entry', () => entryIn(document, 2)?.text === 'really');
    expect((await verifyStore({ store: server.store, schema: server.schema })).problems).toEqual([]);
  });

  it('goes and comes back with its record', async () => {
    const server = await withRoom();
    const alice = logClient(server, log);
    await alice.post('hello');
    const provider = await connected(server, segment(0));
    const closed = new Promise<string>((resolve) =>
      provider.on('close', ({ event }: { event: { reason: string } }) => resolve(event.reason)),
    );
    await server.json('DELETE', '/records/rooms/r1', undefined, lead);
    expect(await closed).toBe('record_deleted');
    expect(await refusalOf(server, segment(0))).toBe('record_deleted');
    for (const [method, suffix, body] of [
      ['GET', '', undefined],
      ['POST', '', { text: 'x' }],
      ['GET', '/a', undefined],
      ['DELETE', '/a', undefined],
    ] as const)
      expect(await alice.refusal(method, suffix, body)).toBe('record_deleted');
    await server.json('POST', '/records/rooms/r1/restore', undefined, lead);
    expect((await alice.post('again')).seq).toBe(2);
    const { document } = await connected(server, segment(0));
    expect([1, 2].map((seq) => entryIn(document, seq)?.text)).toEqual(['hello', 'again']);
  });

  it('is erased with its record: nothing of it is left in the store', async () => {
    const server = await withRoom();
    const alice = logClient(server, log);
    const secret = 'XyzzyPlugh';
    await Promise.all(Array.from({ length: segmentSize + 20 }, (_, index) => alice.post(`${secret} ${index}`)));
    await alice.post({ id: 'root', text: secret });
    await alice.post({ text: secret, replyTo: 'root' });
    await connected(server, segment(0));
    // Another record's log lies beside it.
    await server.json('POST', '/records/rooms', { id: 'r10', members: ['alice'] }, lead);
    await logClient(server, 'rooms/r10/messages').post('stays');
    await server.json('DELETE', '/records/rooms/r1', undefined, lead);
    await server.json('POST', '/records/rooms/r1/purge', undefined, lead);

    const holding: string[] = [];
    for await (const [key, value] of server.store.range({ prefix: '' }))
      if (key.startsWith('log/acme/rooms/r1/') || Buffer.from(value).includes(secret)) holding.push(key);
    for (const scope of ['feed/acme', ...[0, 1].map((number) => `journal/${segment(number)}`)])
      for await (const [seq, value] of server.store.entries(scope))
        if (Buffer.from(value).includes(secret)) holding.push(`${scope} ${seq}`);
    expect(holding).toEqual([]);
    expect((await logClient(server, 'rooms/r10/messages').all()).map(({ text }) => text)).toEqual(['stays']);
    expect((await verifyStore({ store: server.store, schema: server.schema })).problems).toEqual([]);
    const changes = await server.json<object>('GET', '/changes?since=0', undefined, lead);
    expect(JSON.stringify(changes)).not.toContain(secret);
  });

  it('is erased also when the process ends in the midst of it', async () => {
    const slow = gate();
    const first = await withRoom({ store: slow.store });
    await logClient(first, log).post('Hello, <@bob>');
    await first.json('DELETE', '/records/rooms/r1', undefined, lead);
    const erasing = slow.holdReads('log/acme/rooms/r1/');
    const purged = first.json('POST', '/records/rooms/r1/purge', undefined, lead);
    await until('its logs to be looked at', () => erasing.isReached);
    expect((await verifyStore({ store: first.store, schema: first.schema })).problems).toEqual([]);
    const second = await startServer({ config: rooms, folder: await crashImage(first) });
    erasing.release();
    await purged;
    for (const { store } of [first, second]) {
      const left: string[] = [];
      for await (const [key] of store.range({ prefix: '' })) if (/^(?:log|inbox)/.test(key)) left.push(key);
      expect(left).toEqual([]);
    }
  });
});
