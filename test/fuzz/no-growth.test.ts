import { expect, it } from 'vitest';
import { heapBytes } from '../kit/heap.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting, type RawClient } from '../kit/raw-client.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { raw, rawUpdate } from './raw-update.ts';
import { startWatched, type WatchedServer } from './watched-server.ts';

async function expectIdle(server: WatchedServer): Promise<void> {
  await until('the server to hold nothing', async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const counts = [...text.matchAll(/^concord_(?:documents_loaded|connections\S*) (\d+)$/gm)].map(([, count]) => Number(count));
    expect(counts.length).toBeGreaterThanOrEqual(3);
    return counts.every((count) => count === 0);
  });
}

/** Opens connections that each do something wrong, waits until all have been answered, and ends those that are left. */
async function connections(server: WatchedServer, count: number): Promise<void> {
  const token = await tokenFor();
  const sending = async (opening: Promise<RawClient>, ...sent: readonly Uint8Array[]): Promise<RawClient> => {
    const client = await opening;
    client.send(...sent);
    return client;
  };
  const bad: readonly ((index: number) => Promise<RawClient>)[] = [
    () => sending(openRaw(server), Uint8Array.of(255, 255, 255)),
    (index) => sending(openRaw(server), frames.token(`acme/notes/g${index}`, 'garbage')),
    (index) => sending(openRaw(server), frames.token(`acme/tickets/g${index}`, token), frames.step1(`acme/tickets/g${index}`)),
    (index) => sending(openRawYjs(server, `acme/notes/g${index}`), Uint8Array.of(0, 2, 200)),
    (index) => openRawYjs(server, `acme/tickets/g${index}`),
    (index) =>
      sending(
        openRawDocument(server, `acme/notes/g${index}`),
        frames.update(`acme/notes/g${index}`, rawUpdate({ structs: [raw.gc(0)] })),
      ),
    // Gone before the document is open.
    async (index) => {
      const client = await sending(openRaw(server), frames.token(`acme/notes/g${index}`, token));
      client.socket.terminate();
      return client;
    },
  ];
  for (let index = 0; index < count; index += bad.length) {
    const clients = await Promise.all(bad.map((open, kind) => open(index + kind)));
    for (const client of clients) await until('an answer', () => client.end !== undefined || client.received.length > 0);
    for (const client of clients) client.socket.terminate();
  }
  await expectIdle(server);
  server.log.length = 0;
}

it('holds nothing any more after 500 bad connections', async () => {
  const server = await startWatched();
  await connections(server, 140);
  const before = await heapBytes();
  await connections(server, 500);
  // What the test itself keeps of its clients is in it, too.
  expect((await heapBytes()) - before).toBeLessThan(16 * 1024 * 1024);
  server.expectNoFaults();
});

it('holds nothing any more after 2,000 bad frames on a socket that stays', async () => {
  const server = await startWatched();
  const name = 'acme/notes/n1';
  const client = await openRawDocument(server, name);
  const bad = async (rounds: number, from: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      const stranger = `acme/notes/${'s'.repeat(100)}${from + round}`;
      client.send(
        frames.update(stranger, updateWriting('ghost')),
        frames.token(stranger, 'garbage'),
        frames.awareness(stranger, Uint8Array.of(0)),
        frames.close(stranger),
        frames.token(`${'x'.repeat(2000)}${from + round}`, 'garbage'),
        frames.stateless(name, '{"type":"unknown"}'),
      );
      if (round % 20 === 0) await client.settled();
    }
    client.send(frames.flush(name, from));
    await until('the answer', () =>
      client.received.some((frame) => frame.kind === 'stateless' && frame.text.endsWith(`:${from}}`)),
    );
    client.received.length = 0;
    server.log.length = 0;
  };
  await bad(150, 1);
  const before = await heapBytes();
  await bad(400, 1000);
  expect((await heapBytes()) - before).toBeLessThan(4 * 1024 * 1024);
  client.socket.close();
  await expectIdle(server);
  server.expectNoFaults();
});

it('counts nobody after all have been refused', async () => {
  const server = await startWatched();
  const clients = await Promise.all(Array.from({ length: 50 }, () => openRaw(server)));
  for (const client of clients) client.send(Uint8Array.of(200));
  await Promise.all(clients.map((client) => client.ended()));
  await expectIdle(server);
  server.expectNoFaults();
});
