import { describe, expect, it } from 'vitest';
import { verifyStore } from '@concord/server';
import config from '../kit/concord.config.ts';
import { crashImage } from '../kit/crash-image.ts';
import { readAll } from '../kit/feed-readers.ts';
import { gate } from '../kit/gate.ts';
import { handClock } from '../kit/hand-clock.ts';
import { startReceiver } from '../kit/receiver.ts';
import { startProcess } from '../kit/server-process.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readDeliveries, readWebhook, webhookAdmin as as, type Webhook } from '../kit/webhooks.ts';

async function make(server: TestServer, count: number, from = 0): Promise<void> {
  const records = Array.from({ length: count }, (_, index) => ({ id: `t${from + index}`, title: 'x' }));
  await server.json('POST', '/records/tickets/batch', { records }, as);
}

async function over(server: TestServer, webhook: Webhook): Promise<void> {
  await until('all to be over', async () => (await readWebhook(server, webhook)).pending === 0);
}

describe('after a crash', () => {
  it('what was under way is sent again under the same id, and nothing else is', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url });
    await make(server, 10);
    await receiver.has(10);
    await over(server, webhook);
    receiver.behave(() => undefined);
    await make(server, 30, 10);
    // As many as are sent at a time; the others wait, on disk.
    await receiver.has(18);
    await until('all to be queued', async () => (await readWebhook(server, webhook)).pending === 30);
    const underWay = receiver.received.slice(10).map(({ id }) => id);

    const folder = await crashImage(server);
    await server.stop();
    receiver.received.splice(0);
    receiver.behave(() => 204);
    const next = await startServer({ folder, clock });
    await receiver.has(30);
    await over(next, webhook);
    const ids = receiver.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(30);
    expect(ids).toEqual(expect.arrayContaining(underWay));
    const wanted = (await readAll(next, '0', { as })).slice(10).map(({ id }) => id);
    expect(new Set(ids)).toEqual(new Set(wanted));
    expect((await verifyStore({ store: next.store, schema: next.schema })).problems).toEqual([]);
  });

  it('what has failed waits for as long as it would have', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const receiver = await startReceiver(() => 500);
    const webhook = await makeWebhook(server, { url: receiver.url });
    await make(server, 1);
    const failed = await until('the attempt', async () =>
      (await readDeliveries(server, webhook)).find(({ state }) => state === 'waiting'),
    );
    await server.stop();
    const next = await startServer({ folder: server.folder, clock });
    expect(await readDeliveries(next, webhook)).toEqual([failed]);
    clock.advance(4999);
    await make(next, 1, 1);
    await receiver.has(2);
    expect(receiver.received[1]?.message.record).toBe('t1');
    clock.advance(502);
    await receiver.has(3);
    expect(receiver.received[2]?.id).toBe(failed.event);
  });

  it('kill -9, again and again: each record arrives, and its versions in order', async () => {
    const receiver = await startReceiver();
    // It is an address of this machine.
    let server = await startProcess({ env: { CONCORD_WEBHOOKS_ALLOW_PRIVATE: '1' } });
    const webhook = await server.json<Webhook>('POST', '/webhooks', { url: receiver.url }, as);
    const ids = ['a', 'b', 'c', 'd'];
    await server.json('POST', '/records/tickets/batch', { records: ids.map((id) => ({ id, title: '0' })) }, as);
    for (let round = 0; round < 3; round++) {
      for (let step = 0; step < 10; step++)
        await Promise.all(ids.map((id) => server.json('PATCH', `/records/tickets/${id}`, { title: `${round}.${step}` }, as)));
      await server.kill();
      server = await startProcess({ folder: server.folder, env: { CONCORD_WEBHOOKS_ALLOW_PRIVATE: '1' } });
    }
    await until('all to be over', async () => {
      const { pending, cursor } = await server.json<Webhook>('GET', `/webhooks/${webhook.id}`, undefined, as);
      const [last] = (await readAll(server, '0', { as })).slice(-1);
      return pending === 0 && cursor === last?.cursor;
    });
    for (const id of ids) {
      const versions = receiver.received
        .filter(({ message }) => message.record === id)
        .map(({ message }) => message.version ?? 0);
      expect(versions).toEqual(versions.toSorted((left, right) => left - right));
      expect([...new Set(versions)]).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    }
  });
});

describe('[J3] a store that fails', () => {
  it('holds deliveries up, and loses none', async () => {
    const { disk, store } = gate();
    const server = await startServer({ store });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url });
    await make(server, 5);
    await receiver.has(5);
    await over(server, webhook);
    // Among the writes of one event are those of the record, of the queue, and of what came of it.
    const failures = async (): Promise<number> =>
      Number(/^concord_store_failures_total (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1] ?? 0);
    for (let round = 0; round < 6; round++) {
      disk.failWrite({ nth: 1 + (round % 3), written: round >= 3 });
      await until('the failure', async () => {
        const headers = { 'content-type': 'application/json' };
        await server.fetch('/records/tickets', { method: 'POST', as, headers, body: '{"title":"x"}' });
        return (await failures()) > round;
      });
      await until('the store to be open again', async () => (await fetch(`${server.url}/readyz`)).status === 200);
    }
    expect(disk.writesAfterFailure).toBe(0);
    await make(server, 5, 5);
    await until('all to arrive', async () => {
      const wanted = new Set((await readAll(server, '0', { as })).map(({ id }) => id));
      const ids = new Set(receiver.received.map(({ id }) => id));
      return ids.size === wanted.size && [...wanted].every((id) => ids.has(id));
    });
    await over(server, webhook);
  });
});

describe('[F4] the feed', () => {
  it('is not compacted above what an enabled webhook has yet to be sent', async () => {
    const clock = handClock();
    const hourMs = 60 * 60_000;
    const server = await startServer({ clock, config: { ...config, feed: { keepMs: hourMs / 2 } } });
    const receiver = await startReceiver(() => 500);
    const webhook = await makeWebhook(server, { url: receiver.url, collections: ['tickets:update'] });
    await make(server, 1);
    for (let step = 0; step < 4; step++) await server.json('PATCH', '/records/tickets/t0', { title: `${step}` }, as);
    await receiver.has(1);
    const count = async (): Promise<number> => (await readAll(server, '0', { as })).length;
    clock.advance(hourMs);
    clock.advance(hourMs);
    // The first one is behind it, and superseded.
    await until('what it does not need to go', async () => (await count()) === 4);
    clock.advance(hourMs);
    receiver.behave(() => 204);
    clock.advance(3 * hourMs);
    await over(server, webhook);
    expect(new Set(receiver.received.map(({ message }) => message.version))).toEqual(new Set([2, 3, 4, 5]));
    clock.advance(hourMs);
    await until('the rest to go', async () => (await count()) === 1);
  });

  it('is compacted above one that is disabled, which is told so once it is enabled again', async () => {
    const clock = handClock();
    const hourMs = 60 * 60_000;
    const server = await startServer({ clock, config: { ...config, feed: { keepMs: hourMs / 2 } } });
    const [limited, whole] = [await startReceiver(), await startReceiver()];
    const webhooks = [
      await makeWebhook(server, { url: limited.url, collections: ['tickets:update'], enabled: false }),
      await makeWebhook(server, { url: whole.url, enabled: false }),
    ];
    await make(server, 1);
    for (let step = 0; step < 4; step++) await server.json('PATCH', '/records/tickets/t0', { title: `${step}` }, as);
    clock.advance(hourMs);
    await until('the feed to be compacted', async () => (await readAll(server, '0', { as })).length === 1);
    for (const { id } of webhooks) await server.json('PATCH', `/webhooks/${id}`, { enabled: true }, as);
    await Promise.all([limited.has(1), whole.has(1)]);
    const [last] = await readAll(server, '0', { as });
    expect(limited.received[0]?.message).toMatchObject({
      type: 'webhook.reset',
      data: { reason: 'compacted', cursor: last?.cursor },
    });
    // One that is sent everything needs no more than the latest event of each record.
    expect(whole.received[0]?.message).toEqual(last);
  });
});
