import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Schema } from '@concord/schema';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAccess } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import { compactFeeds } from '../feed/compaction.ts';
import { openWorld, testSchema, type Closers, type FeedWorld } from '../feed/testing/feed-world.ts';
import { createWebhooks } from './create-webhooks.ts';
import { decode, encode, type Endpoint } from './endpoint.ts';
import type { WebhookSettings } from './settings.ts';
import type { DeliveryQuery, Webhooks } from './webhooks.ts';
import { endpointKey, queueScope } from './webhook-keys.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const admin: Principal = { account: 'acme', user: 'ada', name: 'Ada', roles: ['admin', 'hr'] };
const logger = pino({ level: 'silent' });
const everything: DeliveryQuery = { states: new Set(['pending', 'delivered', 'dead', 'withheld']), limit: 100, before: Infinity };
const patience = { timeout: 20_000, interval: 5 };

function open({ row, ...world }: FeedWorld, settings: Partial<WebhookSettings> = {}, schema: Schema = testSchema): Webhooks {
  const webhooks = createWebhooks({
    ...world,
    schema,
    access: createAccess(schema, logger),
    readRow: (account, collection, record) => row({ account, collection, record }),
    logger,
    allowPrivate: true,
    settings,
    random: () => 0,
  });
  closers.unshift(() => webhooks.close(0));
  return webhooks;
}

interface Receiver {
  readonly url: string;
  /** `record version`, or the type of a message. */
  readonly received: string[];
  readonly bodies: string[];
  status: (record: string) => number;
}

async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { type, record, version } = JSON.parse(body) as { type: string; record?: string; version?: number };
      receiver.received.push(record === undefined ? type : `${record} ${version}`);
      receiver.bodies.push(body);
      response.writeHead(receiver.status(record ?? '')).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received: [],
    bodies: [],
    status: () => 204,
  };
  return receiver;
}

async function queueLength({ store }: FeedWorld, id: string): Promise<number> {
  let length = 0;
  for await (const _one of store.entries(queueScope('acme', id))) length++;
  return length;
}

describe('an endpoint', () => {
  it('reads no further than its queue may be long, and all of it once its receiver takes it', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world, { maxPending: 20, readAhead: 7 });
    await webhooks.start();
    const receiver = await startReceiver();
    receiver.status = () => 500;
    const { id } = await webhooks.create(admin, { url: receiver.url });
    for (let step = 0; step < 50; step++) await world.write({ record: `t${step % 5}` });
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(20), patience);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(5), patience);
    expect(await queueLength(world, id)).toBe(20);
    expect(await webhooks.neededAfter('acme')).toBe(0);
    receiver.status = () => 204;
    world.clock.advance(5000);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(55), patience);
    await vi.waitFor(async () => expect(await webhooks.neededAfter('acme')).toBe(50), patience);
    for (let record = 0; record < 5; record++) {
      const versions = receiver.received.filter((one) => one.startsWith(`t${record} `));
      expect(versions).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((version) => `t${record} ${version}`));
    }
    expect(await queueLength(world, id)).toBe(0);
  });

  it('goes on with other records while thousands of events of one wait', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const receiver = await startReceiver();
    receiver.status = (record) => (record === 'bad' ? 500 : 204);
    const { id } = await webhooks.create(admin, { url: receiver.url });
    await world.write({ record: 'bad' });
    await vi.waitFor(
      async () =>
        expect(
          (await webhooks.deliveries('acme', id, { states: new Set(['pending']), limit: 9, before: Infinity }))[0]?.state,
        ).toBe('waiting'),
      patience,
    );
    for (let round = 0; round < 20; round++)
      await world.write(...Array.from({ length: 100 }, () => ({ record: 'bad' })), { record: `good${round}` });
    await vi.waitFor(() => expect(receiver.received.filter((one) => one.startsWith('good'))).toHaveLength(20), patience);
    expect(receiver.received.filter((one) => one.startsWith('bad'))).toEqual(['bad 1']);
    receiver.status = () => 204;
    world.clock.advance(5000);
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(0), patience);
    const versions = receiver.received.filter((one) => one.startsWith('bad')).slice(1);
    expect(versions).toEqual(Array.from({ length: 2001 }, (_, index) => `bad ${index + 1}`));
  });

  it('[R3] is not sent what was purged while it waited', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const receiver = await startReceiver();
    receiver.status = () => 500;
    const { id } = await webhooks.create(admin, { url: receiver.url });
    const written = await world.write({ record: 'a', fields: { title: 'Xyzzy' } }, { record: 'a', fields: { title: 'Xyzzy' } });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), patience);
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).failingSince).toBeDefined(), patience);
    receiver.bodies.splice(0);
    const { feed, store } = world;
    const events = { seqs: written.map(({ seq }) => seq), keptKeys: [] };
    await store.commit([feed.scope('acme')], (tx) => feed.erase(tx, 'acme', events));
    receiver.status = () => 204;
    world.clock.advance(5000);
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(0), patience);
    expect(receiver.bodies).toEqual([]);
    for await (const [key, value] of store.range({ prefix: 'webhook' }))
      expect(`${key} ${Buffer.from(value).toString()}`).not.toContain('Xyzzy');
    const log = await webhooks.deliveries('acme', id, { states: new Set(['withheld']), limit: 10, before: Infinity });
    expect(log.map(({ state, attempts }) => [state, attempts.length])).toEqual([
      ['withheld', 0],
      ['withheld', 1],
    ]);
  });

  it('[F5] is not sent what it may not read any more by then', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const receiver = await startReceiver();
    receiver.status = () => 500;
    const { id } = await webhooks.create(admin, { url: receiver.url });
    await world.write({ collection: 'salaries', record: 'a' }, { record: 'b' });
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(2), patience);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(2), patience);
    await webhooks.update('acme', id, { roles: ['member'] });
    receiver.status = () => 204;
    await vi.waitFor(() => expect(receiver.received).toContain('webhook.reset'), patience);
    world.clock.advance(5000);
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(0), patience);
    expect(receiver.received.slice(2).toSorted()).toEqual(['b 1', 'webhook.reset']);
  });

  it('is told where what it wants again was compacted, and gets what lies behind that', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const receiver = await startReceiver();
    const { id } = await webhooks.create(admin, { url: receiver.url, collections: ['tickets:update'] });
    for (let step = 0; step < 5; step++) await world.write({ record: 'a' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(5), patience);
    await vi.waitFor(async () => expect((await webhooks.get('acme', id)).pending).toBe(0), patience);
    world.clock.advance(1000);
    const { store, clock } = world;
    await compactFeeds({ store, clock, keepMs: 1, neededAfter: webhooks.neededAfter });
    await world.write({ record: 'b' }, { record: 'a' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(7), patience);
    receiver.received.splice(0);
    await webhooks.replay('acme', id, { since: '0' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3), patience);
    expect(receiver.received.toSorted()).toEqual(['a 6', 'b 1', 'webhook.reset']);
  });

  it('is one of so many as an account may have', async () => {
    const webhooks = open(await openWorld(closers), { maxEndpoints: 2 });
    await webhooks.start();
    const request = { url: 'http://127.0.0.1:9/', enabled: false };
    const { id } = await webhooks.create(admin, request);
    await webhooks.create(admin, request);
    await expect(webhooks.create(admin, request)).rejects.toMatchObject({ code: 'too_many_webhooks' });
    await webhooks.create({ ...admin, account: 'other' }, request);
    await webhooks.remove('acme', id);
    await webhooks.create(admin, request);
  });

  it('leaves nothing behind when it is deleted, though the server ends meanwhile', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const receiver = await startReceiver();
    receiver.status = () => 500;
    const { id } = await webhooks.create(admin, { url: receiver.url });
    for (let step = 0; step < 20; step++) await world.write({ record: `t${step % 3}` });
    await webhooks.test('acme', id);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(4), patience);
    await vi.waitFor(async () => expect((await webhooks.deliveries('acme', id, everything))[0]?.state).toBe('dead'), patience);
    await webhooks.close(0);
    // As far as the first commit of a deletion comes.
    const key = endpointKey('acme', id);
    const endpoint = decode<Endpoint>((await world.store.get(key)) as Uint8Array);
    await world.store.commit([], (tx) => tx.put(key, encode({ ...endpoint, deleted: true })));
    const next = open(world);
    expect(await next.list('acme')).toEqual([]);
    await next.start();
    for await (const [left] of world.store.range({ prefix: 'webhook' })) expect(left).toBeUndefined();
    expect(await queueLength(world, id)).toBe(0);
  });

  it('that the config has no use for any more says so, and holds up no other', async () => {
    const world = await openWorld(closers);
    const webhooks = open(world);
    await webhooks.start();
    const [gone, kept] = [await startReceiver(), await startReceiver()];
    const { id } = await webhooks.create(admin, { url: gone.url, collections: ['notes'] });
    await webhooks.create(admin, { url: kept.url });
    await webhooks.close(0);
    const without = { ...testSchema, collections: new Map([...testSchema.collections].filter(([name]) => name !== 'notes')) };
    const next = open(world, {}, without);
    await next.start();
    expect(await next.get('acme', id)).toMatchObject({ status: 'enabled', problem: 'There is no such collection.' });
    await world.write({ record: 'a' });
    // What it may read is another thing without that collection.
    await vi.waitFor(() => expect(kept.received).toEqual(['webhook.reset']), patience);
  });
});

describe('two servers on one store', () => {
  it('send each delivery once: one of them sends, and the other when that has stopped', async () => {
    const world = await openWorld(closers);
    const [first, second] = [open(world), open(world)];
    await first.start();
    await second.start();
    const receiver = await startReceiver();
    await first.create(admin, { url: receiver.url });
    for (let step = 0; step < 10; step++) await world.write({ record: `t${step}` });
    await vi.waitFor(() => expect(first.pending).toBe(0), patience);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(10), patience);
    await first.close(1000);
    await world.write({ record: 'later' });
    expect(receiver.received).toHaveLength(10);
    world.clock.advance(5000);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(11), patience);
    expect(receiver.received.at(-1)).toBe('later 1');
    expect(new Set(receiver.received).size).toBe(11);
  });
});
