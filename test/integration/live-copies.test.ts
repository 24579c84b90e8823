import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { RecordView } from '@concord/protocol';
import { gate } from '../kit/gate.ts';
import { connect, connected, flushed, openSocket } from '../kit/providers.ts';
import { seededRandom } from '../kit/random.ts';
import { frames, openRaw, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

async function gauge(server: TestServer, label: string): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const line = metrics.split('\n').find((each) => each.startsWith(`${label} `));
  return Number(line?.slice(label.length + 1));
}

/** Visits one document at random times, and writes to it on each visit under a key of its own. */
async function visit(
  server: TestServer,
  visitor: number,
  visits: number,
  random: ReturnType<typeof seededRandom>,
): Promise<void> {
  const document = new Y.Doc();
  for (let round = 0; round < visits; round++) {
    const socket = openSocket(server);
    const provider = await connect(server, name, { document, socket, as: { user: `visitor${visitor}` } });
    await until('the socket to open', () => socket.webSocket?.readyState === WebSocket.OPEN);
    if (random.below(4) > 0) await until('the first sync', () => provider.isSynced);
    document.getText('body').insert(0, `${visitor}.${round} `);
    // Some leave at once: what they wrote comes with the next visit.
    if (random.below(3) > 0) await until('the sync', () => provider.isSynced).then(() => flushed(provider));
    for (let turns = random.below(4); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    provider.destroy();
    socket.destroy();
  }
  const last = await connected(server, name, { document, as: { user: `visitor${visitor}` } });
  await flushed(last);
}

it('[J5] keeps one live copy, however visits, leaves and requests fall together', async () => {
  const random = seededRandom();
  const server = await startServer();
  await server.json('POST', '/records/notes', { id: 'n1' });
  const visitors = 6;
  const visits = 12;
  const titles = async (): Promise<void> => {
    for (let round = 0; round < 30; round++) {
      await server.json('PATCH', '/records/notes/n1', { title: `title ${round}` });
      for (let turns = random.below(6); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all([...Array.from({ length: visitors }, (_, visitor) => visit(server, visitor, visits, random)), titles()]);

  const reader = await connected(server, name);
  const words = (text: string): string[] => text.split(' ').filter(Boolean).sort();
  const expected = Array.from({ length: visitors }, (_, visitor) =>
    Array.from({ length: visits }, (__, round) => `${visitor}.${round}`),
  );
  expect(words(reader.document.getText('body').toString()), `seed ${random.seed}`).toEqual(expected.flat().sort());
  expect(reader.document.getMap('fields').get('title'), `seed ${random.seed}`).toBe('title 29');
  await until('the view', async () => {
    const view = await server.json<RecordView>('GET', '/records/notes/n1');
    return view['body'] === reader.document.getText('body').toString() && view['title'] === 'title 29';
  });
});

it('[J5] keeps a document that everybody has left until all of it is on disk', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await openRawDocument(server, name);
  const release = slow.hold();
  await slow.reachedBy(() => ann.send(frames.update(name, updateWriting('under way'))));
  ann.socket.close();
  await until('Ann to be gone', async () => (await gauge(server, 'concord_connections{transport="sync"}')) === 0);
  // Read from the disk now, it would be another one, and stay without the edit.
  const ben = await openRaw(server);
  ben.send(frames.token(name, await tokenFor()), frames.step1(name));
  await ben.settled();
  release();
  const replica = new Y.Doc();
  await until('Ben to hear of it', () => {
    for (const frame of ben.received.splice(0))
      if (frame.kind === 'step2' || frame.kind === 'update') Y.applyUpdate(replica, frame.body);
    return replica.getText('body').toString() === 'under way';
  });
});

it('[J5] keeps a document that a request has taken up, whoever leaves it meanwhile', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  for (const id of ['n1', 'n2']) await server.json('POST', '/records/notes', { id });
  const ann = await openRawDocument(server, name);
  await until('the other one to be unloaded', async () => (await gauge(server, 'concord_documents_loaded')) === 1);

  const reads = slow.holdReads('snapshot/acme/notes/n2');
  const writing = server.json('PATCH', '/records/notes/batch', {
    records: ['n1', 'n2'].map((id) => ({ id, title: 'by the batch' })),
  });
  await until('the batch to wait for its second record', () => reads.isReached);
  ann.socket.close();
  await until('Ann to be gone', async () => (await gauge(server, 'concord_connections{transport="sync"}')) === 0);
  const ben = await connected(server, name);
  reads.release();
  await writing;
  await until('Ben to hear of it', () => ben.document.getMap('fields').get('title') === 'by the batch');
});

it('[J5] unloads what nobody uses, and loads it again for whoever comes while it goes', async () => {
  const server = await startServer();
  const document = new Y.Doc();
  for (let round = 0; round < 40; round++) {
    const socket = openSocket(server);
    const provider = await connected(server, name, { document, socket });
    document.getText('body').insert(0, '.');
    await flushed(provider);
    const other = new Y.Doc();
    socket.destroy();
    const second = openSocket(server);
    const next = await connected(server, name, { document: other, socket: second });
    expect(other.getText('body').length).toBe(round + 1);
    next.destroy();
    second.destroy();
  }
  await until('the document to be unloaded', async () => (await gauge(server, 'concord_documents_loaded')) === 0);
});

it('[J5] opens a document again that a client leaves in the same moment, on the same socket', async () => {
  const server = await startServer();
  const token = await tokenFor();
  const client = await openRawDocument(server, name);
  // As when a page is left for another that shows the same record: nothing lies between the two.
  client.send(frames.close(name), frames.token(name, token), frames.step1(name), frames.update(name, updateWriting('a')));
  await until('the second visit', () => client.acks(name) === 1);
  expect(client.kinds(name).slice(0, 2)).toEqual(['closed', 'authenticated']);

  const other = 'acme/notes/n2';
  client.send(frames.token(other, token), frames.step1(other), frames.close(other));
  client.send(frames.token(other, token), frames.step1(other), frames.update(other, updateWriting('b')));
  await until('the second visit to a document that was never quite open', () => client.acks(other) === 1);
  const [ann, ben] = await Promise.all([connected(server, name), connected(server, other)]);
  expect([ann, ben].map(({ document }) => document.getText('body').toString())).toEqual(['a', 'b']);
});
