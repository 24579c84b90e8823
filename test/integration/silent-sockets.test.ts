import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { frames, openRaw, openRawYjs, type RawClient } from '../kit/raw-client.ts';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

/*
 * Hocuspocus closes a socket that says nothing for 60 to 120 seconds, and does not ping; a provider with
 * `awareness: null` says nothing. It goes by `Date` and `setInterval`, the server's pings by the clock.
 */
const name = 'acme/notes/n1';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function openSilent(server: { readonly wsUrl: string }, autoPong: boolean): Promise<RawClient> {
  const client = await openRaw(server, { autoPong });
  client.send(frames.token(name, await tokenFor()), frames.step1(name));
  await until('the document to be open', () => client.kinds(name).includes('step2'));
  return client;
}

/** Twenty seconds, as often as told; a client that answers has answered each ping before the next. */
async function letTimePass(clock: HandClock, socket: WebSocket, rounds: number, each?: () => Promise<void>): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    let pinged = false;
    socket.once('ping', () => (pinged = true));
    clock.advance(20_000);
    await until('the ping', () => pinged);
    // A pong of its own, behind the answer to the ping: once it is answered, so was that one heard.
    let ponged = false;
    socket.once('pong', () => (ponged = true));
    socket.ping();
    await until('the pong', () => ponged);
    await each?.();
    vi.advanceTimersByTime(20_000);
  }
}

it('keeps a client that has nothing to say, as long as it answers pings', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const client = await openSilent(server, true);
  await letTimePass(clock, client.socket, 12);
  await client.settled();
  expect(client.end).toBeUndefined();
});

it('closes a client that does not even answer pings', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const client = await openSilent(server, false);
  const other = await openSilent(server, true);
  await letTimePass(clock, other.socket, 7);
  await until('the end', () => client.end);
  expect(client.end?.code).toBe(4408);
  expect(other.end).toBeUndefined();
});

it.each(['sync', 'yjs'])(
  'lets a client on /%s hear something before it gives up, which stock ones do after 30 seconds',
  async (kind) => {
    const clock = handClock();
    const server = await startServer({ clock });
    const client = kind === 'sync' ? await openSilent(server, true) : await openRawYjs(server, name);
    if (kind === 'yjs') client.send(frames.step1());
    await until('the document to be open', () => client.kinds(kind === 'sync' ? name : '').includes('step2'));
    await letTimePass(clock, client.socket, 3, async () => {
      client.received.length = 0;
      clock.advance(20_000);
      await until('a sign of life', () => client.received.length > 0);
      expect(client.received).toMatchObject([{ kind: 'awareness', body: Uint8Array.of(0) }]);
    });
  },
);
