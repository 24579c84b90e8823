import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { handClock } from '../kit/hand-clock.ts';
import { heapBytes } from '../kit/heap.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

interface Limits {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } };
}

/** As many sockets as one process may have, and no more than the server has to bear. */
const { soft = 0 } = (process.report.getReport() as Limits).userLimits?.open_files ?? {};
const crowdSize = Math.max(0, Math.min(10_000, (soft === 'unlimited' ? Infinity : soft) - 1000));

/** Somebody who edits, and answers how often the connection was lost. */
async function startNeighbour(server: TestServer): Promise<{ edit(): Promise<number> }> {
  const document = new Y.Doc();
  const ben = await connected(server, name, { as: { user: 'ben' }, document });
  let losses = 0;
  ben.on('disconnect', () => losses++);
  return {
    async edit() {
      document.getText('body').insert(0, 'b');
      await flushed(ben);
      return losses;
    },
  };
}

async function openSockets(server: TestServer): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^concord_connections\{transport="sync"\} (\d+)$/m.exec(text)?.[1]);
}

it.skipIf(crowdSize < 1000)(
  `bears ${crowdSize} sockets on which nobody signs in: a neighbour edits on, they end in time, and nothing is left of them`,
  { timeout: 120_000 },
  async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const ben = await startNeighbour(server);
    await ben.edit();
    const before = await heapBytes();

    const crowd = fork(fileURLToPath(new URL('../kit/half-open-crowd.ts', import.meta.url)), [
      new URL(server.url).port,
      `${crowdSize}`,
    ]);
    onTestFinished(() => void crowd.kill('SIGKILL'));
    const said: unknown[] = [];
    crowd.on('message', (message) => said.push(message));
    // For as long as it takes on this machine: the test's own limit bounds it.
    while (said.length === 0) expect(await ben.edit()).toBe(0);
    expect(said).toEqual([{ open: crowdSize }]);
    expect(await openSockets(server)).toBe(crowdSize + 1);
    const full = await heapBytes();
    expect((full - before) / crowdSize).toBeLessThan(100 * 1024);
    expect((await server.fetch('/auth/me')).status).toBe(200);
    expect(await ben.edit()).toBe(0);

    const ended = once(crowd, 'message');
    clock.advance(30_001);
    await ended;
    expect(said[1]).toEqual({ closes: { 4401: crowdSize } });
    await until('only Ben to be left', async () => (await openSockets(server)) === 1);
    expect(await ben.edit()).toBe(0);
    await until('the memory to be given back', async () => (await heapBytes()) - before < 0.1 * (full - before));
  },
);

it('lets a socket say no more than a few megabytes before somebody has signed in on it', async () => {
  const log: Record<string, unknown>[] = [];
  const server = await startServer({ onLog: (line) => log.push(line) });
  const ben = await startNeighbour(server);
  // One message that is not whole yet, and many small ones on names of which each may wait for a token.
  const slow = await openRaw(server);
  slow.socket.send(Buffer.alloc(7 * 1024 * 1024), { fin: false });
  const chatty = await openRaw(server);
  for (let index = 0; index < 14; index++)
    chatty.send(frames.update(`acme/notes/m${index}`, updateWriting('x'.repeat(512 * 1024))));
  for (const client of [slow, chatty]) expect(await client.ended()).toEqual({ code: 4413, reason: 'too_large' });
  expect(log.filter(({ code }) => code === 'too_large')).toMatchObject([{ address: '127.0.0.1' }, { address: '127.0.0.1' }]);
  expect(await ben.edit()).toBe(0);
});

it('lets whoever has signed in say as much as a document may hold', async () => {
  const server = await startServer();
  const client = await openRawDocument(server, name);
  client.send(frames.step2(name, updateWriting('x'.repeat(8 * 1024 * 1024))));
  await until('the ack', () => client.acks(name) === 1);
  client.send(frames.token('acme/notes/n2', await tokenFor()), frames.update('acme/notes/n2', updateWriting('more')));
  await until('the ack', () => client.acks('acme/notes/n2') === 1);
});
