import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { verifyStore } from '@concord/server';
import type { ChangesPage, ErrorBody, FeedEvent, RecordView } from '@concord/protocol';
import type { Store } from '@concord/store';
import { connect, connected, connectedYjs, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const secret = 'Xyzzy-secret-of-ann';

async function refusal(server: TestServer, method: string, path: string, body?: unknown): Promise<string> {
  const response = await server.fetch(path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const { error } = (await response.json()) as ErrorBody;
  return `${response.status} ${error.code}`;
}

async function events(server: TestServer, since = '0'): Promise<readonly FeedEvent[]> {
  return (await server.json<ChangesPage>('GET', `/changes?since=${since}&limit=1000`)).results;
}

/** Where `text` is found among all keys and values of the store, and all entries of the logs named. */
async function placesOf(text: string, store: Store, scopes: readonly string[]): Promise<string[]> {
  const places: string[] = [];
  const holds = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes(text);
  for await (const [key, value] of store.range({})) if (key.includes(text) || holds(value)) places.push(key);
  for (const scope of scopes) {
    for await (const [seq, value] of store.entries(scope)) if (holds(value)) places.push(`${scope} ${seq}`);
  }
  return places;
}

async function problemsOf(server: TestServer): Promise<readonly string[]> {
  return (await verifyStore({ store: server.store, schema: server.schema })).problems;
}

describe('[R3] a deleted record', () => {
  it('is gone to every reader and writer, and its id is not taken again', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    await server.json('DELETE', '/records/tickets/t1');
    expect(await refusal(server, 'GET', '/records/tickets/t1')).toBe('410 record_deleted');
    expect(await refusal(server, 'PATCH', '/records/tickets/t1', { title: 'y' })).toBe('410 record_deleted');
    expect(await refusal(server, 'DELETE', '/records/tickets/t1')).toBe('410 record_deleted');
    expect(await refusal(server, 'POST', '/records/tickets', { id: 't1', title: 'y' })).toBe('409 record_exists');
    expect(await refusal(server, 'DELETE', '/records/tickets/none')).toBe('404 not_found');
    const denied = await connect(server, 'acme/tickets/t1');
    expect(await denialOf(denied)).toBe('record_deleted');
    expect(await problemsOf(server)).toEqual([]);
  });

  it('closes its connections saying why, and refuses what comes home late', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x', body: 'kept' });
    await server.json('POST', '/records/tickets', { id: 't2', title: 'other' });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    const ben = await connectedYjs(server, 'acme/tickets/t1', { as: { user: 'ben' } });
    const away = new Y.Doc();
    Y.applyUpdate(away, Y.encodeStateAsUpdate(ann.document));
    away.getText('body').insert(0, 'written on a train, ');

    const closed = new Promise<string>((resolve) =>
      ann.on('close', ({ event }: { event: { reason: string } }) => resolve(event.reason)),
    );
    const benClosed = new Promise<number>((resolve) =>
      ben.on('connection-close', (event: { code: number } | null) => resolve(event?.code ?? 0)),
    );
    await server.json('DELETE', '/records/tickets/t1');
    expect(await closed).toBe('record_deleted');
    expect(await benClosed).toBe(4410);

    const late = await connect(server, 'acme/tickets/t1', { document: away });
    expect(await denialOf(late)).toBe('record_deleted');
    // The author still has it, and others are not disturbed.
    expect(away.getText('body').toString()).toBe('written on a train, kept');
    const other = await connected(server, 'acme/tickets/t2');
    other.document.getText('body').insert(0, 'goes on');
    await flushed(other);
    await server.json('POST', '/records/tickets/t1/restore');
    expect(await server.json('GET', '/records/tickets/t1')).toMatchObject({ body: 'kept' });
  });

  it('keeps what was typed until then, and can be restored with all of it', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, 'typed at the last moment');
    await flushed(ann);
    await server.json('DELETE', '/records/tickets/t1', undefined, { user: 'ben' });
    const restored = await server.json<RecordView>('POST', '/records/tickets/t1/restore', undefined, { user: 'cleo' });
    expect(restored).toMatchObject({ id: 't1', title: 'x', body: 'typed at the last moment', version: 4, createdBy: 'alice' });
    expect(await refusal(server, 'POST', '/records/tickets/t1/restore')).toBe('409 not_deleted');
    expect((await events(server)).map(({ type, version, actors }) => `${type} ${version} ${actors.join()}`)).toEqual([
      'tickets.create 1 alice',
      'tickets.update 2 ann',
      'tickets.delete 3 ben',
      'tickets.create 4 cleo',
    ]);
    const again = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    again.document.getText('body').insert(0, 'and ');
    await flushed(again);
    expect(await server.json('PATCH', '/records/tickets/t1', { title: 'y' })).toMatchObject({
      title: 'y',
      body: 'and typed at the last moment',
    });
    expect(await problemsOf(server)).toEqual([]);
  });

  it('stays deleted, and can be restored, after a restart', async () => {
    const first = await startServer();
    await first.json('POST', '/records/tickets', { id: 't1', title: 'x', body: 'kept' });
    await first.json('DELETE', '/records/tickets/t1');
    await first.stop();
    const second = await startServer({ folder: first.folder });
    expect(await refusal(second, 'GET', '/records/tickets/t1')).toBe('410 record_deleted');
    await second.json('POST', '/records/tickets/t1/restore');
    expect(await second.json('GET', '/records/tickets/t1')).toMatchObject({ title: 'x', body: 'kept' });
  });
});

describe('[R3] a purged record', () => {
  const scopes = ['feed/acme', 'journal/acme/everything/e1', 'journal/acme/everything/e2'];

  async function withSecret(): Promise<{ server: TestServer; cursor: string }> {
    const server = await startServer();
    await server.json('POST', '/records/everything', { id: 'e2', name: 'stays' });
    const { cursor } = await server.json<ChangesPage>('GET', '/changes?since=0');
    await server.json('POST', '/records/everything', { id: 'e1', name: secret, body: secret, tags: [secret] });
    const ann = await connected(server, 'acme/everything/e1', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, `${secret} typed `);
    await flushed(ann);
    await server.json('PATCH', '/records/everything/e1', { meta: { deep: secret }, name: 'plain' });
    await server.json('DELETE', '/records/everything/e1');
    expect(await placesOf(secret, server.store, scopes)).not.toEqual([]);
    return { server, cursor };
  }

  it('leaves nothing of its content, history and event data in the store', async () => {
    const { server } = await withSecret();
    await server.json('POST', '/records/everything/e1/purge');
    expect(await placesOf(secret, server.store, scopes)).toEqual([]);
    // Nor does it come back by what was in memory.
    await server.json('POST', '/records/everything', { id: 'e3', name: 'later' });
    await server.stop();
    const after = await startServer({ folder: server.folder });
    expect(await placesOf(secret, after.store, scopes)).toEqual([]);
    expect(await problemsOf(after)).toEqual([]);
    expect(await after.json('GET', '/records/everything/e2')).toMatchObject({ name: 'stays' });
  });

  it('is a bare tombstone: not read, not written, not restored, its id taken', async () => {
    const { server } = await withSecret();
    await server.json('POST', '/records/everything/e1/purge');
    const checkAll = async (one: TestServer): Promise<void> => {
      expect(await refusal(one, 'GET', '/records/everything/e1')).toBe('410 record_deleted');
      expect(await refusal(one, 'PATCH', '/records/everything/e1', { name: 'x' })).toBe('410 record_deleted');
      expect(await refusal(one, 'POST', '/records/everything/e1/restore')).toBe('410 record_deleted');
      expect(await refusal(one, 'POST', '/records/everything', { id: 'e1' })).toBe('409 record_exists');
      expect(await denialOf(await connect(one, 'acme/everything/e1'))).toBe('record_deleted');
    };
    await checkAll(server);
    await server.stop();
    await checkAll(await startServer({ folder: server.folder }));
  });

  it('[F4] is told of to whoever reads from anywhere, without its data', async () => {
    const { server, cursor } = await withSecret();
    const before = await events(server);
    const middle = before.at(-2)?.cursor ?? '';
    await server.json('POST', '/records/everything/e1/purge');
    for (const since of ['0', cursor, middle]) {
      const told = await events(server, since);
      const about = told.filter(({ record }) => record === 'e1');
      expect(about).toMatchObject([{ type: 'everything.delete', version: 5 }]);
      expect(about[0]).not.toHaveProperty('data');
      expect(JSON.stringify(told)).not.toContain(secret);
    }
    // Once more changes nothing, and is nothing to tell.
    const told = await events(server);
    await server.json('POST', '/records/everything/e1/purge');
    expect(await events(server)).toEqual(told);
  });

  it('must be deleted first', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    expect(await refusal(server, 'POST', '/records/tickets/t1/purge')).toBe('409 not_deleted');
    expect(await refusal(server, 'POST', '/records/tickets/none/purge')).toBe('404 not_found');
  });

  it('is purged whole however often it was deleted, restored and purged at once', async () => {
    const { server } = await withSecret();
    const paths = ['restore', 'purge', 'restore', 'purge', 'purge'];
    await Promise.all([
      ...paths.map((path) => server.fetch(`/records/everything/e1/${path}`, { method: 'POST' })),
      server.fetch('/records/everything/e1', { method: 'DELETE' }),
    ]);
    await server.fetch('/records/everything/e1', { method: 'DELETE' });
    await server.json('POST', '/records/everything/e1/purge');
    expect(await placesOf(secret, server.store, scopes)).toEqual([]);
    expect((await events(server)).filter(({ record }) => record === 'e1')).toHaveLength(1);
    expect(await problemsOf(server)).toEqual([]);
  });
});

/** Why a provider was refused. */
async function denialOf(provider: Awaited<ReturnType<typeof connect>>): Promise<string> {
  let reason: string | undefined;
  provider.on('authenticationFailed', (data: { reason: string }) => (reason = data.reason));
  return await until('a refusal', () => reason);
}
