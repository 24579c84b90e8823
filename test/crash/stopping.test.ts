import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { connect as connectTcp, createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { ChangesPage, RecordView } from '@concord/protocol';
import { openLevelStore } from '@concord/store/level';
import { connected, flushed } from '../kit/providers.ts';
import { serveArguments, startCommand, startProcess, verifyFolder, type ServerProcess } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { FeedChecks } from './load/feed-checks.ts';
import { readFeed } from './load/feed-readers.ts';
import { createRandom } from './load/random.ts';

const kills = Number(process.env['CONCORD_CRASH_KILLS'] ?? 5);
const maxDrainMs = 10_000;
const clean = { code: 0, stdout: expect.stringMatching(/: no problems\n$/) as string };

/** Records that have been edited since they were last published. */
async function dirtyMarks(folder: string): Promise<string[]> {
  const store = await openLevelStore({ path: `${folder}/store` });
  const keys: string[] = [];
  for await (const [key] of store.range({ prefix: 'dirty/' })) keys.push(key);
  await store.close();
  return keys;
}

/** A reader that asks, and then takes nothing of what it is sent. */
async function askAndNotRead(server: ServerProcess, request: string): Promise<void> {
  const socket = connectTcp(server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`${request}\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${await tokenFor()}\r\n\r\n`);
}

it('drains at SIGTERM: what was received is on disk and published, and everybody is sent away in good order', async () => {
  const server = await startProcess();
  await server.json('POST', '/records/tickets', { id: '1', title: 'before' });
  const providers = await Promise.all(['1', '1'].map(() => connected(server, 'acme/tickets/1')));
  const closes: { code: number; reason: string }[] = [];
  for (const provider of providers) {
    provider.on('close', ({ event }: { event: { code: number; reason: string } }) =>
      closes.push({ code: event.code, reason: event.reason }),
    );
  }
  // Enough that it does not fit into what the network holds for a reader that does not read.
  for (let i = 0; i < 200; i++) await server.json('POST', '/records/notes', { title: `note ${i}`, body: 'x'.repeat(30_000) });
  await askAndNotRead(server, 'GET /api/v1/changes?feed=sse&since=0 HTTP/1.1');
  await askAndNotRead(server, 'GET /api/v1/changes?limit=1000&since=0 HTTP/1.1');
  await askAndNotRead(
    server,
    'GET /sync HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y29uY29yZC1iZW5jaC0wMQ==',
  );

  const stream = await server.fetch('/changes?feed=sse&since=now');
  const streamed = stream.text();
  const { cursor } = await server.json<ChangesPage>('GET', '/changes?since=now');
  const waiting = server.fetch(`/changes?feed=longpoll&since=${cursor}&collections=tickets:delete`);
  // Received, acknowledged, and not published yet: the quiet period has just begun.
  providers[0]?.document.getText('body').insert(0, 'typed at the last moment');
  await flushed(providers[0] as (typeof providers)[number]);

  const { code, ms, stdout } = await server.terminate();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('"stopped"') as string });
  expect(ms).toBeLessThan(maxDrainMs);
  await until('both to be sent away', () => closes.length >= 2);
  expect(closes.slice(0, 2)).toEqual([1, 2].map(() => ({ code: 1012, reason: 'shutting_down' })));
  // Ended, not cut: the reader goes on from its cursor.
  expect(await streamed).toContain('event: resumed');
  const answer = await waiting;
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ results: [], resumed: true });
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');

  expect(await dirtyMarks(server.folder)).toEqual([]);
  expect(await verifyFolder(server.folder)).toMatchObject(clean);
  const next = await startProcess({ folder: server.folder });
  const { results } = await next.json<ChangesPage>('GET', `/changes?since=${cursor}`);
  expect(results.map(({ record, version, data }) => [record, version, data?.['body']])).toEqual([
    ['1', 2, 'typed at the last moment'],
  ]);
});

it('closes open quiet periods at SIGTERM', async () => {
  const server = await startProcess();
  await server.json('POST', '/records/tickets', { id: '1', title: 'before' });
  const ann = await connected(server, 'acme/tickets/1');
  ann.document.getText('body').insert(0, 'typed at the last moment');
  await flushed(ann);
  expect(await server.terminate()).toMatchObject({ code: 0 });
  expect(await dirtyMarks(server.folder)).toEqual([]);
});

it('[F2] goes on exactly when it is started again: replicas, views, cursors', async () => {
  const first = await startProcess();
  await first.json('POST', '/records/tickets', { id: '1', title: 'before' });
  const ann = await connected(first, 'acme/tickets/1', { as: { user: 'ann' } });
  const ben = await connected(first, 'acme/tickets/1', { as: { user: 'ben' } });
  const body = (who: typeof ann) => who.document.getText('body');
  body(ann).insert(0, 'saved. ');
  const { cursor } = await first.json<ChangesPage>('GET', '/changes?since=0');
  // Sent and not waited for: whichever of these the server has not received, the providers still hold.
  for (let i = 0; i < 200; i++) body(i % 2 === 0 ? ann : ben).insert(0, `<${i}>`);
  expect(await first.terminate()).toMatchObject({ code: 0 });
  body(ann).insert(0, 'while it was away. ');

  const second = await startProcess({ folder: first.folder, port: first.port });
  await until('both to be in step', () => body(ann).toString() === body(ben).toString() && body(ben).length > 200 * 3);
  const text = body(ann).toString();
  expect([text.includes('saved. '), text.includes('while it was away. '), text.match(/<\d+>/g)?.length]).toEqual([
    true,
    true,
    200,
  ]);
  await until('the view', async () => (await second.json<RecordView>('GET', '/records/tickets/1'))['body'] === text);
  const { results, resumed } = await second.json<ChangesPage>('GET', `/changes?since=${cursor}`);
  expect(resumed).toBe(true);
  expect(results.map(({ version }) => version)).toEqual(results.map((_event, index) => (results[0]?.version ?? 0) + index));
  expect(results.at(-1)?.data?.['body']).toBe(text);
  expect(await second.terminate()).toMatchObject({ code: 0 });
  expect(await verifyFolder(first.folder)).toMatchObject(clean);
});

it('leaves a folder to the process that has it, and says so to a second one', async () => {
  const server = await startProcess();
  const ann = await connected(server, 'acme/notes/1');
  const second = await startCommand(...serveArguments({ folder: server.folder })).ended;
  expect(second).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^concord: .*in use by another Concord process.*\n$/) as string,
  });
  ann.document.getText('body').insert(0, 'still served');
  await flushed(ann);
  await server.kill();
  // The folder of a process that was killed is free.
  const next = await startProcess({ folder: server.folder });
  expect(await next.json('GET', '/records/notes/1')).toMatchObject({ body: 'still served' });
});

it('lets go of the folder when its port is taken', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as { readonly port: number };
  const folder = await temporaryFolder();
  const refused = await startCommand(...serveArguments({ folder, port })).ended;
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port} of 127.0.0.1 is in use`) as string });
  const server = await startProcess({ folder });
  expect(await server.terminate()).toMatchObject({ code: 0 });
});

it(`[J8] takes up what a crash has left, also when it is killed ${kills} times at that`, async () => {
  const random = createRandom('kill -9 while starting');
  const folder = await temporaryFolder();
  const first = await startProcess({ folder });
  const names = Array.from({ length: 150 }, (_, index) => `record-${index}`);
  await first.json('POST', '/records/tickets/batch', { records: names.slice(0, 75).map((id) => ({ id, title: id })) });
  await first.json('POST', '/records/tickets/batch', { records: names.slice(75).map((id) => ({ id, title: id })) });
  // Each has a socket of its own, and one person may have fifty.
  const people = names.map((id, index) => connected(first, `acme/tickets/${id}`, { as: { user: `person-${index % 10}` } }));
  const providers = await Promise.all(people);
  for (const [index, { document }] of providers.entries()) document.getText('body').insert(0, `text ${index}`);
  await Promise.all(providers.map(flushed));
  // Within the quiet period: all are on disk, and hardly any has been published.
  await first.kill();
  for (const provider of providers) provider.destroy();
  expect((await dirtyMarks(folder)).length).toBeGreaterThan(100);

  const copy = await temporaryFolder();
  await cp(folder, copy, { recursive: true });
  const startedAt = performance.now();
  await (await startProcess({ folder: copy })).kill();
  const startMs = performance.now() - startedAt;

  let left = Infinity;
  for (let kill = 0; kill < kills; kill++) {
    const starting = startCommand(...serveArguments({ folder }));
    // The later part of a start is what it spends on the store.
    await after(startMs / 2 + random.below(Math.ceil(startMs / 2)));
    starting.child.kill('SIGKILL');
    await starting.ended;
    expect(await verifyFolder(folder)).toMatchObject(clean);
    const now = (await dirtyMarks(folder)).length;
    expect(now).toBeLessThanOrEqual(left);
    left = now;
  }

  const last = await startProcess({ folder });
  const { seen } = await readFeed(last, await tokenFor(), '0');
  new FeedChecks().check(seen);
  // Each record was made and edited once, and its edit was told once.
  expect(seen.length).toBe(2 * names.length);
  for (const [index, id] of names.entries()) {
    expect(await last.json('GET', `/records/tickets/${id}`)).toMatchObject({ version: 2, body: `text ${index}` });
  }
  expect(await last.terminate()).toMatchObject({ code: 0 });
  expect(await dirtyMarks(folder)).toEqual([]);
  expect(await verifyFolder(folder)).toMatchObject(clean);
});
