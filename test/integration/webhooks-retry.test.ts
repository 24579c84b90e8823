import { describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { startReceiver, type Receiver } from '../kit/receiver.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readDeliveries, readWebhook, webhookAdmin as as, type Delivery, type Webhook } from '../kit/webhooks.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const delays = [5 * secondMs, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs, 10 * hourMs];

interface World {
  readonly clock: HandClock;
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly webhook: Webhook;
  readonly log: Record<string, unknown>[];
}

async function startWorld(request: object = {}): Promise<World> {
  const clock = handClock();
  const log: Record<string, unknown>[] = [];
  const server = await startServer({ clock, onLog: (line) => log.push(line) });
  const receiver = await startReceiver();
  return { clock, server, receiver, log, webhook: await makeWebhook(server, { url: receiver.url, ...request }) };
}

function make(server: TestServer, id: string): Promise<unknown> {
  return server.json('POST', '/records/tickets', { id, title: id }, as);
}

/** Waits until a delivery of that record has been attempted so often, and the log says so. */
async function attempted({ server, webhook }: World, record: string, times: number): Promise<Delivery> {
  return await until(`${times} attempts of ${record}`, async () =>
    (await readDeliveries(server, webhook)).find((one) => one.record === record && one.attempts.length >= times),
  );
}

async function over({ server, webhook }: World): Promise<void> {
  await until('all to be over', async () => (await readWebhook(server, webhook)).pending === 0);
}

describe('what is not taken', () => {
  it('is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, signed anew under the same id, and is dead then', async () => {
    const world = await startWorld();
    const { clock, server, receiver, webhook, log } = world;
    receiver.behave(() => 500);
    await make(server, 'a');
    await attempted(world, 'a', 1);
    for (const [index, delay] of delays.entries()) {
      clock.advance(delay - 1);
      expect(receiver.received).toHaveLength(index + 1);
      clock.advance(delay * 0.1 + 2);
      await attempted(world, 'a', index + 2);
      expect(receiver.received).toHaveLength(index + 2);
    }
    await over(world);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-signature'])).size).toBe(8);
    const [dead] = await readDeliveries(server, webhook, 'status=dead');
    expect(dead).toMatchObject({ state: 'dead', record: 'a', event: receiver.received[0]?.id });
    expect(dead?.attempts).toHaveLength(8);
    expect(log.some(({ msg }) => msg === 'a delivery is dead')).toBe(true);
    clock.advance(dayMs);
    expect(receiver.received).toHaveLength(8);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('concord_webhook_deliveries_total{state="dead"} 1');
  });

  it('holds up only its record, and what follows of that comes in order once it is taken', async () => {
    const world = await startWorld();
    const { clock, server, receiver } = world;
    const other = await startReceiver();
    await makeWebhook(server, { url: other.url });
    receiver.behave(({ message: { record } }) => (record === 'bad' ? 500 : 204));
    await make(server, 'bad');
    await attempted(world, 'bad', 1);
    for (let step = 0; step < 20; step++) await make(server, `good-${step}`);
    for (let step = 0; step < 5; step++) await server.json('PATCH', '/records/tickets/bad', { title: `${step}` }, as);
    await receiver.has(21);
    await other.has(26);
    expect(receiver.received.filter(({ message }) => message.record === 'bad')).toHaveLength(1);
    receiver.behave(() => 204);
    clock.advance(5.5 * secondMs);
    await over(world);
    const versions = receiver.received.filter(({ message }) => message.record === 'bad').map(({ message }) => message.version);
    expect(versions).toEqual([1, 1, 2, 3, 4, 5, 6]);
  });

  it('waits for as long as Retry-After says', async () => {
    const world = await startWorld();
    const { clock, server, receiver } = world;
    receiver.behave((_request, response) => void response.writeHead(503, { 'retry-after': '3600' }).end());
    await make(server, 'a');
    const { nextAttemptAt } = await attempted(world, 'a', 1);
    expect(Date.parse(nextAttemptAt ?? '') - clock.now()).toBeGreaterThanOrEqual(hourMs);
    clock.advance(hourMs - 1);
    await make(server, 'b');
    await receiver.has(2);
    expect(receiver.received.map(({ message }) => message.record)).toEqual(['a', 'b']);
    clock.advance(0.1 * hourMs + 1);
    await attempted(world, 'a', 2);
  });

  it('with 429 makes the whole endpoint wait', async () => {
    const world = await startWorld();
    const { clock, server, receiver } = world;
    receiver.behave((_request, response) => void response.writeHead(429, { 'retry-after': '120' }).end());
    await make(server, 'a');
    await attempted(world, 'a', 1);
    receiver.behave(() => 204);
    await make(server, 'b');
    await until('b to be queued', async () => (await readWebhook(server, world.webhook)).pending === 2);
    clock.advance(119 * secondMs);
    expect(receiver.received).toHaveLength(1);
    clock.advance(13.2 * secondMs);
    await over(world);
    expect(receiver.received).toHaveLength(3);
  });

  it('with 410 disables the endpoint, says so, and goes on where it was once that is enabled again', async () => {
    const world = await startWorld();
    const { server, receiver, webhook, log } = world;
    const [watcher, indifferent] = [await startReceiver(), await startReceiver()];
    await makeWebhook(server, { url: watcher.url, events: ['webhook.*'] });
    await makeWebhook(server, { url: indifferent.url, events: ['articles.*'] });
    receiver.behave(() => 410);
    await make(server, 'a');
    await watcher.has(1);
    const disabled = await readWebhook(server, webhook);
    expect(disabled).toMatchObject({ status: 'disabled', disabled: { reason: 'gone' } });
    expect(watcher.received[0]?.message).toMatchObject({
      type: 'webhook.disabled',
      data: { webhook: webhook.id, url: receiver.url, reason: 'gone' },
    });
    expect(log.find(({ msg }) => msg === 'a webhook was disabled')).toMatchObject({ webhook: webhook.id, reason: 'gone' });
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('concord_webhooks_disabled_total{reason="gone"} 1');
    await make(server, 'b');
    const path = `/webhooks/${webhook.id}`;
    expect((await server.fetch(`${path}/test`, { method: 'POST', as })).status).toBe(409);
    receiver.behave(() => 204);
    await server.json('PATCH', path, { enabled: true }, as);
    await receiver.has(3);
    expect(receiver.summary()).toEqual(['tickets.create a 1', 'tickets.create a 1', 'tickets.create b 1']);
    expect(await readWebhook(server, webhook)).toMatchObject({ status: 'enabled' });
    expect(indifferent.received).toEqual([]);
    expect(watcher.received).toHaveLength(1);
  });

  it('for five days disables the endpoint, and says so', async () => {
    const world = await startWorld();
    const { clock, server, receiver, webhook } = world;
    const watcher = await startReceiver();
    await makeWebhook(server, { url: watcher.url, events: ['webhook.disabled'] });
    receiver.behave(() => 500);
    // One that is taken ends it.
    for (let day = 0; day < 4; day++) {
      await make(server, `before-${day}`);
      await attempted(world, `before-${day}`, 1);
      clock.advance(12 * hourMs);
      clock.advance(12 * hourMs);
      await attempted(world, `before-${day}`, 2);
    }
    receiver.behave(() => 204);
    await make(server, 'taken');
    await until('it to be well', async () => (await readWebhook(server, webhook)).failingSince === undefined);
    receiver.behave(() => 500);
    for (let day = 0; day < 5; day++) {
      expect(await readWebhook(server, webhook)).toMatchObject({ status: 'enabled' });
      await make(server, `day-${day}`);
      await attempted(world, `day-${day}`, 1);
      clock.advance(dayMs);
    }
    await make(server, 'last');
    await watcher.has(1);
    expect(watcher.received[0]?.message.data).toMatchObject({ webhook: webhook.id, reason: 'failing' });
    expect(await readWebhook(server, webhook)).toMatchObject({ status: 'disabled', disabled: { reason: 'failing' } });
    const sent = receiver.received.length;
    clock.advance(dayMs);
    await make(server, 'after');
    expect(receiver.received).toHaveLength(sent);
    // Enabled again, it has its five days again, and is tried at once.
    await server.json('PATCH', `/webhooks/${webhook.id}`, { enabled: true }, as);
    await attempted(world, 'after', 1);
    const { status, failingSince } = await readWebhook(server, webhook);
    expect([status, failingSince]).toEqual(['enabled', new Date(clock.now()).toISOString()]);
    expect(watcher.received).toHaveLength(1);
  });
});
