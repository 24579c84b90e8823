import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChangesPage, ErrorBody, RecordView } from '@concord/protocol';
import { gate } from '../kit/gate.ts';
import { connect, connected, connectedYjs, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';
const path = '/records/notes/n1';

async function refusalOf(server: TestServer, method: string, where: string, body?: unknown): Promise<string> {
  const response = await server.fetch(where, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return ((await response.json()) as ErrorBody).error.code;
}

it('[R3] closes the connections of a deleted record with the reason, and no others', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const reasons: string[] = [];
  const ann = await connect(server, name, { socket }, { onClose: ({ event }) => reasons.push(event.reason) });
  const other = await connected(server, 'acme/notes/n2', { socket });
  await until('Ann to be synced', () => ann.isSynced);
  ann.document.getText('body').insert(0, 'to be deleted');
  await flushed(ann);
  const ben = await connectedYjs(server, name);
  let closed: { code: number; reason: string } | undefined;
  ben.on('closed', (event: { code: number; reason: string }) => (closed = event));

  await server.json('DELETE', path);
  await until('Ann to be told', () => reasons.includes('record_deleted'));
  expect(await until('Ben to be told', () => closed)).toMatchObject({ code: 4410, reason: 'record_deleted' });
  expect(ben.shouldConnect).toBe(false);
  other.document.getText('body').insert(0, 'undisturbed');
  await flushed(other);
});

it('[R3] refuses late edits with the reason; they stay with their author', async () => {
  const server = await startServer();
  const document = new Y.Doc();
  const refusals: string[] = [];
  const socket = openSocket(server);
  const ann = await connect(
    server,
    name,
    { document, socket },
    { onAuthenticationFailed: ({ reason }) => refusals.push(reason) },
  );
  await until('Ann to be synced', () => ann.isSynced);
  document.getText('body').insert(0, 'kept');
  await flushed(ann);
  await server.json('DELETE', path);
  await until('Ann to be told', () => !ann.isAuthenticated);
  document.getText('body').insert(4, ' and late');
  await until('the refusal', () => refusals.includes('record_deleted'));

  // One who was away meanwhile is refused as clearly, on either protocol.
  const late = await openRaw(server);
  late.send(frames.token(name, await tokenFor()), frames.step1(name), frames.step2(name, Y.encodeStateAsUpdate(document)));
  await until('the second refusal', () =>
    late.received.some((frame) => frame.kind === 'denied' && frame.text === 'record_deleted'),
  );
  expect(late.kinds(name)).not.toContain('step2');
  expect(await refusalOf(server, 'GET', path)).toBe('record_deleted');
  expect(await refusalOf(server, 'PATCH', path, { title: 'x' })).toBe('record_deleted');
  expect(document.getText('body').toString()).toBe('kept and late');
});

it('[R3] refuses edits that arrive while the deletion is being committed, and leaves the socket open', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  await server.json('POST', '/records/notes', { id: 'n1', body: 'first' });
  const client = await openRawDocument(server, name);
  client.send(frames.token('acme/notes/n2', await tokenFor()), frames.step1('acme/notes/n2'));
  await until('the other document', () => client.kinds('acme/notes/n2').includes('step2'));
  const release = slow.hold();
  let deleting: Promise<unknown> = Promise.resolve();
  await slow.reachedBy(() => {
    deleting = server.json('DELETE', path);
  });
  client.send(frames.update(name, updateWriting('too late')));
  await client.settled();
  release();
  await deleting;
  await until('the reason', () => client.received.some((frame) => frame.kind === 'closed' && frame.text === 'record_deleted'));
  expect(client.acks(name)).toBe(0);
  client.send(frames.update('acme/notes/n2', updateWriting('undisturbed')));
  await until('the other document to go on', () => client.acks('acme/notes/n2') === 1);
  expect((await server.json<RecordView>('POST', `${path}/restore`))['body']).toBe('first');
});

it('[R3] shows nothing to one who was let in just before the deletion', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  await server.json('POST', '/records/notes', { id: 'n1', body: 'gone' });
  const reads = slow.holdReads('record/acme/notes/n1');
  const client = await openRaw(server);
  client.send(frames.token(name, await tokenFor()), frames.step1(name), frames.update(name, updateWriting('too late')));
  await until('the record to have been looked up', () => reads.isReached);
  await server.json('DELETE', path);
  reads.release();
  await until('the reason', () => client.received.some((frame) => 'text' in frame && frame.text === 'record_deleted'));
  await client.settled();
  expect(client.kinds(name)).not.toContain('step2');
  expect(client.acks(name)).toBe(0);
});

it('[R3] restores a record with all it held, for everyone', async () => {
  const server = await startServer();
  await server.json('POST', '/records/notes', { id: 'n1', title: 'One', body: 'text' });
  await server.json('DELETE', path);
  expect(await refusalOf(server, 'POST', '/records/notes', { id: 'n1' })).toBe('record_exists');
  const restored = await server.json<RecordView>('POST', `${path}/restore`);
  expect(restored).toMatchObject({ title: 'One', body: 'text', version: 3 });
  const ann = await connected(server, name);
  ann.document.getText('body').insert(4, ' goes on');
  await flushed(ann);
  await until('the view', async () => (await server.json<RecordView>('GET', path))['body'] === 'text goes on');
});

it('[R3] purges content, history and events, and keeps the id', async () => {
  const server = await startServer();
  const ann = await connected(server, name);
  ann.document.getText('body').insert(0, 'confidential');
  await flushed(ann);
  expect(await refusalOf(server, 'POST', `${path}/purge`)).toMatch(/^not_(found|deleted)$/);
  await until('the record', async () => (await server.fetch(path)).ok);
  await server.json('DELETE', path);
  await server.fetch(`${path}/purge`, { method: 'POST' });

  const stored: string[] = [];
  for await (const [, bytes] of server.store.range({})) stored.push(Buffer.from(bytes).toString('latin1'));
  for await (const [, bytes] of server.store.entries(`journal/${name}`)) stored.push(Buffer.from(bytes).toString('latin1'));
  expect(stored.filter((text) => text.includes('confidential'))).toEqual([]);
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(JSON.stringify(results)).not.toContain('confidential');
  expect(results.at(-1)).toMatchObject({ type: 'notes.delete', record: 'n1' });

  expect(await refusalOf(server, 'POST', '/records/notes', { id: 'n1' })).toBe('record_exists');
  expect(await refusalOf(server, 'POST', `${path}/restore`)).toBe('record_deleted');
  const late = await openRaw(server);
  late.send(frames.token(name, await tokenFor()));
  await until('the refusal', () => late.received.some((frame) => frame.kind === 'denied' && frame.text === 'record_deleted'));
});

it('[R3] does not bring a purged record back by a compaction that was under way', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await connected(server, name);
  ann.document.getText('body').insert(0, 'strictly ');
  await flushed(ann);
  // So large that it is put together aside; and what has been read for that comes late.
  const reads = slow.holdReads(`journal/${name}`);
  ann.document.getText('body').insert(0, 'confidential '.repeat(50_000));
  await flushed(ann);
  await until('the compaction to have read it', () => reads.isReached);
  await until('the record', async () => (await server.fetch(path)).ok);
  await server.json('DELETE', path);
  await server.fetch(`${path}/purge`, { method: 'POST' });
  reads.release();
  await server.stop();
  const next = await startServer({ folder: server.folder });
  const snapshot = Buffer.from((await next.store.get(`snapshot/${name}`)) ?? []).toString('latin1');
  expect(snapshot).not.toContain('confidential');
  const left: number[] = [];
  for await (const [seq] of next.store.entries(`journal/${name}`)) left.push(seq);
  expect(left).toEqual([]);
});
