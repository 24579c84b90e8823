import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { startReceiver, type Behaviour } from '../kit/receiver.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readDeliveries, readWebhook, webhookAdmin as as, type Delivery } from '../kit/webhooks.ts';

interface World {
  readonly clock: HandClock;
  readonly server: TestServer;
}

async function startWorld(): Promise<World> {
  const clock = handClock();
  return { clock, server: await startServer({ clock }) };
}

/** Something that answers connections as it likes. */
async function listen(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Sends one event to it, and to another receiver beside it. Answers what the log says of the first attempt. */
async function firstAttempt({ clock, server }: World, url: string, advanceMs = 0): Promise<Delivery> {
  const beside = await startReceiver();
  const webhook = await makeWebhook(server, { url });
  await makeWebhook(server, { url: beside.url });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
  await beside.has(1);
  return await until('the attempt', async () => {
    const [delivery] = await readDeliveries(server, webhook);
    if (delivery !== undefined && delivery.attempts.length > 0) return delivery;
    clock.advance(advanceMs);
    return undefined;
  });
}

describe('a receiver that', () => {
  const endless: Behaviour = (_request, response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };
  const drip: Behaviour = (_request, response) => {
    response.writeHead(200, { 'content-length': '1000000' }).write('x');
  };

  it.each([
    ['sends a body without end', endless, { status: 200, truncated: true }],
    ['says 200 and lets its body drip', drip, { status: 200, body: 'x' }],
    ['says 204', (() => 204) satisfies Behaviour, { status: 204, body: '' }],
    ['says 299', (() => 299) satisfies Behaviour, { status: 299 }],
  ])('%s has taken it', async (_what, behaviour, response) => {
    const receiver = await startReceiver(behaviour);
    expect(await firstAttempt(await startWorld(), receiver.url, 15_000)).toMatchObject({
      state: 'delivered',
      attempts: [{ response }],
    });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    ['says 400', (() => 400) satisfies Behaviour],
    ['says 500', (() => 500) satisfies Behaviour],
    ['says 304', (() => 304) satisfies Behaviour],
  ])('%s has not', async (_what, behaviour) => {
    const receiver = await startReceiver(behaviour);
    expect(await firstAttempt(await startWorld(), receiver.url)).toMatchObject({ state: 'waiting' });
  });

  it('redirects is not followed', async () => {
    for (const status of [301, 302, 307, 308]) {
      const target = await startReceiver();
      const receiver = await startReceiver(
        (_request, response) => void response.writeHead(status, { location: target.url }).end(),
      );
      expect(await firstAttempt(await startWorld(), receiver.url)).toMatchObject({
        state: 'waiting',
        attempts: [{ response: { status }, error: 'redirects are not followed' }],
      });
      expect(target.received).toEqual([]);
    }
  });

  it('hangs is given up after 15 seconds', async () => {
    const world = await startWorld();
    const receiver = await startReceiver(() => undefined);
    const webhook = await makeWebhook(world.server, { url: receiver.url });
    await world.server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
    await receiver.has(1);
    world.clock.advance(14_999);
    expect((await readDeliveries(world.server, webhook))[0]).toMatchObject({ state: 'queued', attempts: [] });
    world.clock.advance(1);
    const delivery = await until('the attempt', async () =>
      (await readDeliveries(world.server, webhook)).find(({ attempts }) => attempts.length === 1),
    );
    expect(delivery).toMatchObject({ state: 'waiting', attempts: [{ ms: 15_000, error: 'no answer in time' }] });
  });

  it.each([
    [
      'resets the connection',
      (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
      'the connection was reset',
    ],
    ['closes it without a word', (socket: Socket) => socket.once('data', () => socket.end()), 'the connection was closed'],
    ['talks nonsense', (socket: Socket) => socket.once('data', () => socket.end('what?\r\n\r\n')), 'the answer is not HTTP'],
    [
      'never ends its headers',
      (socket: Socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`)),
      'the headers of the answer are too large',
    ],
  ])('%s is tried again', async (_what, serve, error) => {
    const url = await listen((socket) => void serve(socket));
    expect(await firstAttempt(await startWorld(), url)).toMatchObject({ state: 'waiting', attempts: [{ error }] });
  });

  it('is not there is tried again', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    expect(await firstAttempt(await startWorld(), receiver.url)).toMatchObject({
      state: 'waiting',
      attempts: [{ error: 'the connection was refused' }],
    });
  });

  it('cuts its answers off is not the others’ concern: nothing is lost, and each record comes in order', async () => {
    const { clock, server } = await startWorld();
    const moods: readonly Behaviour[] = [
      () => 204,
      () => 500,
      () => 302,
      (_request, response) => void response.destroy(),
      (_request, response) => void response.writeHead(429, { 'retry-after': '1' }).end(),
      (_request, response) => void response.writeHead(200, { 'content-length': '99' }).end('short', () => response.destroy()),
    ];
    let turn = 0;
    const bad = await startReceiver((request, response) => (moods[turn++ % moods.length] as Behaviour)(request, response));
    const good = await startReceiver();
    const webhook = await makeWebhook(server, { url: bad.url });
    await makeWebhook(server, { url: good.url });
    const ids = Array.from({ length: 20 }, (_, index) => `t${index}`);
    for (const id of ids) await server.json('POST', '/records/tickets', { id, title: id }, as);
    for (const id of ids) await server.json('PATCH', `/records/tickets/${id}`, { title: 'x' }, as);
    await good.has(40);
    let seen = 0;
    await until('all to be over', async () => {
      const { pending } = await readWebhook(server, webhook);
      // Time goes by only while nothing arrives: what is under way is not to run out of it.
      if (bad.received.length === seen) clock.advance(60 * 60_000);
      seen = bad.received.length;
      return pending === 0;
    });
    for (const id of ids) {
      const versions = bad.received.filter(({ message }) => message.record === id).map(({ message }) => message.version ?? 0);
      expect(new Set(versions)).toEqual(new Set([1, 2]));
      expect(versions).toEqual(versions.toSorted((left, right) => left - right));
    }
    expect(good.received).toHaveLength(40);
  });
});
