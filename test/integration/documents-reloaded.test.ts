import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { RecordView } from '@concord/protocol';
import { connected, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRawDocument, updatesOf } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

async function storedEntries(server: TestServer, part = name): Promise<number> {
  let count = 0;
  for await (const _ of server.store.entries(`journal/${part}`)) count++;
  return count;
}

async function restarted(server: TestServer): Promise<TestServer> {
  await server.stop();
  return await startServer({ folder: server.folder });
}

async function bodyIn(server: TestServer): Promise<string> {
  const socket = openSocket(server);
  const reader = await connected(server, name, { socket });
  socket.destroy();
  return reader.document.getText('body').toString();
}

it('[J4] bounds the entries behind a snapshot, and loads what they and it make up', async () => {
  const server = await startServer();
  const client = await openRawDocument(server, name);
  const document = new Y.Doc();
  const body = document.getText('body');
  // One commit each: the next is sent once the one before it has been acknowledged.
  for (let index = 0; index < 700; index++) {
    client.send(...updatesOf(document, () => body.insert(body.length, `${index} `)).map((update) => frames.update(name, update)));
    await until('the ack', () => client.acks(name) > index);
  }
  await until('the compaction', async () => (await storedEntries(server)) <= 512);
  expect(await server.store.lastSeq(`journal/${name}`)).toBe(700);
  const view = await until('the view', async () => {
    const found = await server.json<RecordView>('GET', '/records/notes/n1');
    return found['body'] === body.toString() && found;
  });
  expect(view['body']).toBe(body.toString());

  // Nobody uses it any more: it is compacted once more, so that the next load finds one update.
  client.socket.close();
  await until('the last compaction', async () => (await storedEntries(server)) === 0);
  expect(await bodyIn(server)).toBe(body.toString());
  expect(await bodyIn(await restarted(server))).toBe(body.toString());
});

it('[J4] leaves what was written once as it is, which the next load finds as one update anyway', async () => {
  const server = await startServer();
  await server.json('POST', '/records/notes', { id: 'n1', title: 'written once' });
  await server.json('POST', '/records/notes', { id: 'n2', title: 'written twice' });
  await server.json('PATCH', '/records/notes/n2', { title: 'written again' });
  await until('the compaction of the one that was left later', async () => (await storedEntries(server, 'acme/notes/n2')) === 0);
  expect(await storedEntries(server)).toBe(1);
  const again = await restarted(server);
  expect((await again.json<RecordView>('GET', '/records/notes/n1'))['title']).toBe('written once');
});

it('[J4] compacts a large document beside the hot path, while it is being edited', async () => {
  const server = await startServer();
  const ann = await connected(server, name);
  const body = ann.document.getText('body');
  for (let index = 0; index < 20; index++) {
    body.insert(body.length, `${index}: ${'lorem ipsum '.repeat(5000)}`);
    await flushed(ann);
  }
  await until('a compaction', async () => (await storedEntries(server)) < 15);
  body.insert(0, 'title. ');
  await flushed(ann);
  expect(await bodyIn(await restarted(server))).toBe(body.toString());
});

it('[J6] keeps an update whose dependencies are missing, over a restart and a compaction', async () => {
  const server = await startServer();
  const client = await openRawDocument(server, name);
  const document = new Y.Doc();
  const body = document.getText('body');
  const [one, two, three] = updatesOf(
    document,
    () => body.insert(0, 'one '),
    () => body.insert(4, 'two '),
    () => body.delete(0, 4),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  client.send(frames.update(name, two), frames.update(name, three));
  await until('the acks', () => client.acks(name) === 2);

  const second = await restarted(server);
  expect(await bodyIn(second)).toBe('');
  const other = await openRawDocument(second, name);
  // Enough of others' edits to have the part compacted when nobody uses it.
  for (let index = 0; index < 40; index++) {
    const extra = new Y.Doc();
    extra.getMap('fields').set('title', String(index));
    other.send(frames.update(name, Y.encodeStateAsUpdate(extra)));
    await until('the ack', () => other.acks(name) > index);
  }
  other.socket.close();
  await until('the compaction', async () => (await storedEntries(second)) === 0);

  const last = await restarted(second);
  const reader = await connected(last, name);
  const writer = await openRawDocument(last, name);
  writer.send(frames.update(name, one));
  await until('the text', () => reader.document.getText('body').toString() === 'two ');
  await until('the view', async () => (await last.json<RecordView>('GET', '/records/notes/n1'))['body'] === 'two ');
});
