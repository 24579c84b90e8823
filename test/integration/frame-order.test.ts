import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { gate } from '../kit/gate.ts';
import { frames, openRawDocument, openRawYjs, updatesOf, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

it('[J7] answers a client in the order in which it spoke', async () => {
  const server = await startServer();
  const client = await openRawDocument(server, name);
  const document = new Y.Doc();
  const body = document.getText('body');
  const edits = Array.from({ length: 50 }, (_, index) => () => body.insert(body.length, `${index} `));
  updatesOf(document, ...edits).forEach((update, index) => client.send(frames.update(name, update), frames.flush(name, index)));
  await until('the last answer', () =>
    client.received.some((frame) => frame.kind === 'stateless' && frame.text.endsWith(':49}')),
  );
  let acks = 0;
  for (const frame of client.received) {
    if (frame.kind === 'saved') acks++;
    if (frame.kind !== 'stateless') continue;
    const { id } = JSON.parse(frame.text) as { id: number };
    expect(acks, `acks in front of answer ${id}`).toBeGreaterThan(id);
  }
});

it('[J7] holds a document back for its own commit, and others on the same socket only behind it', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const client = await openRawDocument(server, name);
  const quiet = await openRawDocument(server, 'acme/notes/n2');
  const release = slow.hold();
  await slow.reachedBy(() => client.send(frames.update(name, updateWriting('held'))));
  // Nothing of this document waits for a commit.
  quiet.send(frames.step1('acme/notes/n2'));
  await until('the answer about the other document', () => quiet.kinds('acme/notes/n2').includes('step2'));
  await client.settled();
  expect(client.received).toEqual([]);
  release();
  await until('the ack', () => client.acks(name) === 1);
});

it('[J7] sends what one commit makes ready in one write', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await openRawDocument(server, name);
  const ben = await openRawYjs(server, name);
  ben.send(frames.step1());
  await until('Ben to be synced', () => ben.kinds().includes('step2'));
  const release = slow.hold();
  await slow.reachedBy(() => ann.send(frames.update(name, updateWriting('a'))));
  for (let index = 0; index < 100; index++) ann.send(frames.update(name, updateWriting('b')));
  await ann.settled();

  let reads = 0;
  let broadcasts = 0;
  (ann.socket as unknown as { _socket: NodeJS.EventEmitter })._socket.on('data', () => reads++);
  ben.received.length = 0;
  release();
  await until('all acks', () => ann.acks(name) === 101);
  // The group that was held, and the one that took all that came meanwhile: each is one write.
  expect(reads).toBeLessThanOrEqual(4);
  const replica = new Y.Doc();
  await until('the text', () => {
    for (const frame of ben.received.splice(0)) if (frame.kind === 'update') Y.applyUpdate(replica, frame.body, ++broadcasts);
    return replica.getText('body').length === 101;
  });
  // The second commit's edits are one broadcast, or what was taken in 50 ms each: how long that takes is the machine's.
  expect(broadcasts).toBeLessThanOrEqual(4);
});

it('[J7] pipelines: it takes what comes while the first commit is on its way', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const client = await openRawDocument(server, name);
  const release = slow.hold();
  await slow.reachedBy(() => client.send(frames.update(name, updateWriting('first'))));
  const writes = slow.disk.writes;
  for (let index = 0; index < 200; index++) client.send(frames.update(name, updateWriting('next')));
  await client.settled();
  release();
  await until('all acks', () => client.acks(name) === 201);
  // All 200 went into the group after it, and not one into a group of its own.
  expect(slow.disk.writes - writes).toBeLessThanOrEqual(4);
});
