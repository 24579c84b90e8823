import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HocuspocusProvider } from '@hocuspocus/provider';
import * as decoding from 'lib0/decoding';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { ChangesPage, RecordView } from '@concord/protocol';
import { verifyStore } from '@concord/server';
import { faultyDatabase } from '@concord/store/faults';
import { openLevelStore } from '@concord/store/level';
import { connect, connected, connectedYjs, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { readAnew } from './load/document-readers.ts';
import { tokenFrame, updateFrame } from './load/raw-writer.ts';

async function ready({ url }: TestServer): Promise<{ readonly status: number; readonly reason?: string }> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as { readonly reason?: string }) };
}

/** The close codes of a provider's socket, as they come. */
function closesOf(provider: HocuspocusProvider): number[] {
  const codes: number[] = [];
  provider.on('close', ({ event }: { event: { code: number } }) => codes.push(event.code));
  return codes;
}

async function verified(server: TestServer): Promise<void> {
  await server.stop();
  const store = await openLevelStore({ path: server.folder });
  const { problems } = await verifyStore({ store, schema: server.schema });
  await store.close();
  expect(problems).toEqual([]);
}

/** Everybody, newcomers and the view hold the same text, with all that was typed in it. */
async function expectEqual(
  server: TestServer,
  name: string,
  documents: readonly Y.Doc[],
  typed: readonly string[],
): Promise<void> {
  const [, collection, id] = name.split('/');
  const textOf = (document: Y.Doc): string => document.getText('body').toString();
  await until(`all of ${name} to be equal`, async () => {
    const response = await server.fetch(`/records/${collection}/${id}`);
    if (!response.ok) return false;
    const view = (await response.json()) as RecordView;
    return (
      documents.every((document) => textOf(document) === view['body']) &&
      typed.every((text) => String(view['body']).includes(text))
    );
  });
  const anew = await readAnew({ server, token: await tokenFor() }, [name]);
  expect(textOf(anew.get(name) as Y.Doc)).toBe(textOf(documents[0] as Y.Doc));
}

const faults = [
  { code: 'ENOSPC', written: false, says: /No space left/ },
  { code: 'ENOSPC', written: true, says: /No space left/ },
  { code: 'EIO', written: false, says: /Input\/output error/ },
  { code: 'EIO', written: true, says: /Input\/output error/ },
] as const;

it.each(faults)('[J3] goes on exactly after a commit has failed ($code, written: $written)', async ({ code, written, says }) => {
  const disk = faultyDatabase();
  const server = await startServer({ store: { openDatabase: disk.openDatabase } });
  const name = 'acme/notes/shared';
  const ann = await connected(server, name, { as: { user: 'ann' } });
  const ben = await connected(server, name, { as: { user: 'ben' } });
  const cleo = await connectedYjs(server, name, { as: { user: 'cleo' } });
  const closes = [ann, ben].map(closesOf);
  const documents = [ann.document, ben.document, cleo.doc];
  const typed: string[] = [];
  const type = (who: number): void => {
    const text = `<${typed.length}>`;
    typed.push(text);
    documents[who]?.getText('body').insert(0, text);
  };
  await server.json('POST', '/records/tickets', { id: 'first', title: 'before' });

  // The store stays away for a while: it cannot be opened either.
  disk.failWrite({ nth: 5, code, written });
  disk.failOpen(3, code);
  const refusals = new Map<string, number>();
  let failed = false;
  for (let i = 0; !failed; i++) {
    type(i % 3);
    const response = await server.fetch('/records/tickets', {
      method: 'POST',
      body: JSON.stringify({ id: `t${i}`, title: `ticket ${i}` }),
      headers: { 'content-type': 'application/json' },
    });
    const body = (await response.json()) as { readonly error?: { readonly code: string } };
    failed = response.status !== 201;
    if (failed) refusals.set(`t${i}`, response.status);
    if (failed) expect(body.error?.code).toMatch(/^(commit_unknown|store_unavailable)$/);
  }
  expect([...refusals.values()]).toEqual([503]);
  expect(await ready(server)).toMatchObject({ status: 503, reason: expect.stringMatching(says) as string });
  for (let i = 0; i < 30; i++) type(i % 3);
  await until('the sockets to be closed', () => closes.every((codes) => codes.length > 0));
  // Whoever tries meanwhile is refused for the same reason, and tries again.
  expect(new Set(closes.flat())).toEqual(new Set([4503]));

  // While it is away, requests are refused, and none of them leaves an old copy behind.
  let asked = 0;
  while ((await ready(server)).status === 503) {
    const response = await server.fetch('/records/notes/shared', {
      method: 'PATCH',
      body: JSON.stringify({ title: `title ${asked}` }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) expect(response.status).toBe(503);
    asked++;
  }
  expect(asked).toBeGreaterThan(0);

  await expectEqual(server, name, documents, typed);
  for (const who of [0, 1, 2]) type(who);
  await expectEqual(server, name, documents, typed);
  expect(disk.writesAfterFailure).toBe(0);
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0&record=shared');
  expect(results.map(({ version }) => version)).toEqual(results.map((_event, index) => index + 1));
  await verified(server);
});

it('[J3] [J7] holds back acks and broadcasts of a commit that fails, and never sends them', async () => {
  const disk = faultyDatabase();
  const server = await startServer({ store: { openDatabase: disk.openDatabase } });
  const name = 'acme/notes/held';
  const token = await tokenFor();
  /** What a socket was sent about updates: `ack`, `update`, then its close code. */
  const open = async () => {
    const socket = new WebSocket(`${server.wsUrl}/sync`);
    onTestFinished(() => socket.terminate());
    const received: (string | number)[] = [];
    let authenticated = false;
    socket.on('message', (bytes: Buffer) => {
      const decoder = decoding.createDecoder(bytes);
      decoding.readVarString(decoder);
      const type = decoding.readVarUint(decoder);
      const value = decoding.readVarUint(decoder);
      if (type === 2 && value === 2) authenticated = true;
      if (type === 8) received.push('ack');
      if (type === 0 && value === 2) received.push('update');
    });
    socket.on('close', (closeCode) => received.push(closeCode));
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(tokenFrame(name, token));
    await until('the document to be open', () => authenticated);
    return { socket, received };
  };
  const writer = await open();
  const reader = await open();
  const document = new Y.Doc();
  const send = (text: string): void => {
    const before = Y.encodeStateVector(document);
    document.getText('body').insert(0, text);
    writer.socket.send(updateFrame(name, Y.encodeStateAsUpdate(document, before)));
  };
  send('kept');
  await until('the ack', () => writer.received.length > 1 && reader.received.length > 0);

  const release = disk.holdWrites();
  disk.failWrite({ code: 'ENOSPC' });
  const writes = disk.writes;
  send('lost ');
  await until('the commit to be tried', () => disk.writes > writes);
  send('behind it ');
  release();
  await until('the sockets to be closed', () => [writer, reader].every(({ received }) => received.includes(4503)));
  // Hocuspocus tells the sender, too.
  expect(writer.received).toEqual(['ack', 'update', 4503]);
  expect(reader.received).toEqual(['update', 4503]);

  await until('the store to be open again', async () => (await ready(server)).status === 200);
  const anew = await readAnew({ server, token }, [name]);
  expect(anew.get(name)?.getText('body').toString()).toBe('kept');
  expect(disk.writesAfterFailure).toBe(0);
  await verified(server);
});

it('[J3] recovers from a store that fails again while it is being taken up', async () => {
  const disk = faultyDatabase();
  const server = await startServer({ store: { openDatabase: disk.openDatabase } });
  const providers = await Promise.all(['a', 'b', 'c'].map((id) => connected(server, `acme/notes/${id}`)));
  for (let round = 0; round < 4; round++) {
    // What is marked as dirty is derived when the store is taken up: that commit fails, too. Once it cannot even
    // be opened, which makes the failure last long enough to be seen from outside.
    disk.failOpen(1);
    disk.failWrite({ nth: 2, code: 'EIO', written: round % 2 === 0 });
    providers.forEach(({ document }, index) => document.getText('body').insert(0, `<${round}${index}>`));
    await until('the failure', async () => (await ready(server)).status === 503);
    disk.failWrite({ nth: 1, code: 'EIO', written: true });
    await until('the store to be open again', async () => (await ready(server)).status === 200);
    await until('all to be saved', async () => {
      const views = await Promise.all(
        ['a', 'b', 'c'].map((id) => server.fetch(`/records/notes/${id}`).then((response) => response.json())),
      );
      return views.every((view, index) => String((view as RecordView)['body']).includes(`<${round}${index}>`));
    });
  }
  expect(disk.writesAfterFailure).toBe(0);
  for (const [index, { document }] of providers.entries()) {
    await expectEqual(
      server,
      `acme/notes/${'abc'[index]}`,
      [document],
      [0, 1, 2, 3].map((round) => `<${round}${index}>`),
    );
  }
  await verified(server);
});

it('[J3] notices a failed commit that no document took part in', async () => {
  const disk = faultyDatabase();
  const server = await startServer({ store: { openDatabase: disk.openDatabase } });
  const ann = await connected(server, 'acme/notes/n');
  disk.failWrite({ code: 'EIO' });
  disk.failOpen(2);
  const key = {
    method: 'POST',
    body: JSON.stringify({ name: 'a key', roles: [] }),
    headers: { 'content-type': 'application/json' },
  };
  const refused = await server.fetch('/api-keys', { ...key, as: { roles: ['admin'] } });
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'commit_unknown' } }]);
  expect(await ready(server)).toMatchObject({ status: 503, reason: expect.stringMatching(/Input\/output error/) as string });
  await until('the store to be open again', async () => (await ready(server)).status === 200);
  ann.document.getText('body').insert(0, 'after it');
  await expectEqual(server, 'acme/notes/n', [ann.document], ['after it']);
  expect(disk.writesAfterFailure).toBe(0);
  await verified(server);
});

it('[J3] can be stopped while the store is away, and has kept all that was acknowledged', async () => {
  const disk = faultyDatabase();
  const server = await startServer({ store: { openDatabase: disk.openDatabase } });
  const ann = await connected(server, 'acme/notes/n');
  ann.document.getText('body').insert(0, 'kept');
  await flushed(ann);
  disk.failOpen(1000, 'ENOSPC');
  disk.failWrite({ code: 'ENOSPC' });
  ann.document.getText('body').insert(0, 'lost ');
  await until('the failure', async () => (await ready(server)).status === 503);
  await verified(server);
  const again = await startServer({ folder: server.folder });
  expect(await again.json('GET', '/records/notes/n')).toMatchObject({ body: 'kept' });
});

function mount(path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path], { stdio: 'ignore' });
}

function unmount(path: string): void {
  execFileSync('umount', ['-l', path], { stdio: 'ignore' });
}

/** Whether this user may mount a small file system: tried once, before the tests are named. */
const mayMount = ((): boolean => {
  const path = mkdtempSync(join(tmpdir(), 'concord-small-'));
  try {
    mount(path);
    unmount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
})();

it(`[J3] stays up on a full disk, and writes what clients hold once there is room (${mayMount ? 'a real one, of 24 MiB' : 'injected: this user may not mount one'})`, async () => {
  const folder = await temporaryFolder();
  if (mayMount) {
    mount(folder);
    onTestFinished(() => unmount(folder));
  }
  const disk = faultyDatabase();
  const ballast = join(folder, 'ballast');
  // Three are left until it goes; then there is room for whatever the store writes while it tidies up.
  await writeFile(ballast, Buffer.alloc(21 * 1024 * 1024));
  const server = await startServer({ store: { path: join(folder, 'data'), openDatabase: disk.openDatabase } });
  const name = 'acme/tickets/large';
  await server.json('POST', '/records/tickets', { id: 'large', title: 'A large one' });
  const ann = await connected(server, name, { as: { user: 'ann' } });
  const ben = await connect(server, name, { as: { user: 'ben' } });
  const closes = closesOf(ann);
  if (!mayMount) disk.failWrite({ nth: 20, code: 'ENOSPC' });
  const typed: string[] = [];
  while (closes.length === 0) {
    const text = `<${typed.length}>${'x'.repeat(40_000)}`;
    typed.push(text);
    ann.document.getText('body').insert(0, text);
    await until('it to be saved, or refused', () => !ann.hasUnsyncedChanges || closes.length > 0);
  }
  expect(closes).toEqual([4503]);
  expect(await ready(server)).toMatchObject({ status: 503, reason: expect.stringMatching(/No space left/) as string });
  await rm(ballast);
  await expectEqual(server, name, [ann.document, ben.document], typed);
  expect(disk.writesAfterFailure).toBe(0);
  await server.stop();
  const store = await openLevelStore({ path: join(folder, 'data') });
  const { problems } = await verifyStore({ store, schema: server.schema });
  await store.close();
  expect(problems).toEqual([]);
});
