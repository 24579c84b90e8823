import { describe, expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { startReceiver } from '../kit/receiver.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readDeliveries, readWebhook, webhookAdmin as as, type Webhook } from '../kit/webhooks.ts';

async function refusal(server: TestServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await server.fetch(path, {
    method,
    as,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { error } = (await response.json()) as { error?: { code: string; field?: string } };
  return [response.status, error?.code, error?.field];
}

async function over(server: TestServer, webhook: Webhook): Promise<void> {
  await until('all to be over', async () => (await readWebhook(server, webhook)).pending === 0);
}

describe('webhooks', () => {
  it('are for administrators, and not for keys that are bound to what they are for', async () => {
    const server = await startServer();
    const { id } = await makeWebhook(server, { url: 'http://127.0.0.1:9/', enabled: false });
    const routes = [
      ['GET', '/webhooks'],
      ['POST', '/webhooks'],
      ['GET', `/webhooks/${id}`],
      ['PATCH', `/webhooks/${id}`],
      ['DELETE', `/webhooks/${id}`],
      ['GET', `/webhooks/${id}/deliveries`],
      ['POST', `/webhooks/${id}/test`],
      ['POST', `/webhooks/${id}/replay`],
      ['POST', `/webhooks/${id}/rotate`],
    ] as const;
    const bound = { name: 'bound', roles: ['admin'], scopes: ['*:write'] };
    const { key } = await server.json<{ key: string }>('POST', '/api-keys', bound, as);
    for (const [method, path] of routes) {
      const init = method === 'POST' || method === 'PATCH' ? { method, body: '{}' } : { method };
      const headers = { 'content-type': 'application/json' };
      const member = await server.fetch(path, { ...init, headers, as: { roles: ['member'] } });
      const byKey = await fetch(`${server.url}/api/v1${path}`, { ...init, headers: { ...headers, 'x-api-key': key } });
      const stranger = await fetch(`${server.url}/api/v1${path}`, { ...init, headers });
      expect([method, path, member.status, byKey.status, stranger.status]).toEqual([method, path, 403, 403, 401]);
    }
    expect(await readWebhook(server, { id })).toMatchObject({ id, status: 'disabled', disabled: { reason: 'manual' } });
  });

  it('are refused with the field that is wrong', async () => {
    const server = await startServer();
    const url = 'https://hook.example/';
    const wrong: readonly (readonly [object, string, string | undefined])[] = [
      [{}, 'bad_request', 'url'],
      [{ url: 'ftp://hook.example/' }, 'bad_request', 'url'],
      [{ url: 'hook.example' }, 'bad_request', 'url'],
      [{ url: 7 }, 'bad_request', 'url'],
      [{ url: 'https://me:pass@hook.example/' }, 'bad_request', 'url'],
      [{ url: `${url}#part` }, 'bad_request', 'url'],
      [{ url, events: [] }, 'bad_request', 'events'],
      [{ url, events: ['tickets.closed'] }, 'bad_request', 'events'],
      [{ url, events: ['notes.*'], collections: ['tickets'] }, 'bad_request', 'events'],
      [{ url, events: ['nothing.*'] }, 'not_found', 'collections'],
      [{ url, collections: ['nothing'] }, 'not_found', 'collections'],
      [{ url, collections: ['tickets:close'], events: ['tickets.*'] }, 'bad_request', 'collections'],
      [{ url, roles: ['member'], collections: ['secrets'] }, 'not_found', 'collections'],
      [{ url, filter: "status = 'open'" }, 'bad_request', 'filter'],
      [{ url, collections: ['tickets'], filter: 'status =' }, 'invalid_filter', 'filter'],
      [{ url, headers: { host: 'evil' } }, 'bad_request', 'headers'],
      [{ url, headers: { 'webhook-id': 'mine' } }, 'bad_request', 'headers'],
      [{ url, roles: 'admin' }, 'bad_request', 'roles'],
      [{ url, enabled: 'yes' }, 'bad_request', 'enabled'],
      [{ url, since: 'never' }, 'invalid_cursor', undefined],
      [{ url, secret: 'mine' }, 'bad_request', 'secret'],
      [{ url, toString: 1 }, 'bad_request', 'toString'],
    ];
    for (const [body, code, field] of wrong)
      expect([body, ...((await refusal(server, 'POST', '/webhooks', body)) as unknown[])]).toEqual([
        body,
        code === 'not_found' ? 404 : 400,
        code,
        field,
      ]);
    expect(await server.json('GET', '/webhooks', undefined, as)).toEqual({ items: [] });
  });

  it('are refused where their address is not allowed', async () => {
    const server = await startServer({ allowPrivateWebhooks: false });
    const hosts = [
      '127.0.0.1',
      'localhost',
      'hook.localhost',
      'localhost.',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.1',
      '0.0.0.0',
      '0',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[fc00::1]',
      '[fe80::1]',
      '[ff02::1]',
      '224.0.0.1',
      '255.255.255.255',
      '１２７.0.0.1',
    ];
    for (const host of hosts)
      expect([host, ...((await refusal(server, 'POST', '/webhooks', { url: `http://${host}/` })) as unknown[])]).toEqual([
        host,
        400,
        'address_not_allowed',
        'url',
      ]);
    const { id } = await makeWebhook(server, { url: 'https://hook.example/', enabled: false });
    expect(await refusal(server, 'PATCH', `/webhooks/${id}`, { url: 'http://127.0.0.1/' })).toEqual([
      400,
      'address_not_allowed',
      'url',
    ]);
    const open = await startServer();
    for (const host of ['169.254.169.254', '[fe80::1]', '[fd00:ec2::254]', '100.100.100.200', '0.0.0.0'])
      expect(await refusal(open, 'POST', '/webhooks', { url: `http://${host}/` })).toEqual([400, 'address_not_allowed', 'url']);
    expect((await makeWebhook(open, { url: 'http://10.0.0.1/', enabled: false })).status).toBe('disabled');
  });

  it('send a test message, once, whatever comes of it', async () => {
    const server = await startServer();
    const receiver = await startReceiver(() => 500);
    const webhook = await makeWebhook(server, { url: receiver.url, events: ['articles.*'] });
    const test = (): Promise<{ delivery: string }> => server.json('POST', `/webhooks/${webhook.id}/test`, undefined, as);
    const { delivery } = await test();
    const failed = await until('it to be over', async () => (await readDeliveries(server, webhook, 'status=dead'))[0]);
    expect(failed).toMatchObject({ id: delivery, type: 'webhook.test', attempts: [{ response: { status: 500 } }] });
    receiver.behave(() => 200);
    await test();
    await receiver.has(2);
    expect(receiver.received[1]?.message).toEqual({
      type: 'webhook.test',
      timestamp: expect.any(String) as string,
      data: { webhook: webhook.id },
    });
    expect(receiver.received[1]?.id).not.toBe(receiver.received[0]?.id);
  });

  it('send again one delivery, a stretch, and everything since a cursor, under the same ids', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url });
    for (let step = 0; step < 10; step++) await server.json('POST', '/records/tickets', { id: `t${step}`, title: 'x' }, as);
    await receiver.has(10);
    await over(server, webhook);
    const first = receiver.received.toSorted((left, right) => (left.id < right.id ? -1 : 1));
    const replay = async (body: object): Promise<string[]> => {
      const before = receiver.received.length;
      await server.json('POST', `/webhooks/${webhook.id}/replay`, body, as);
      const last = await server.json<{ delivery: string }>('POST', `/webhooks/${webhook.id}/test`, undefined, as);
      await until('the test', async () =>
        (await readDeliveries(server, webhook, 'limit=1000')).some(
          ({ id, state }) => id >= last.delivery && state === 'delivered',
        ),
      );
      await over(server, webhook);
      const again = receiver.received.slice(before).filter(({ message }) => message.type !== 'webhook.test');
      for (const { id, body: sent } of again) expect(sent).toBe(first.find((one) => one.id === id)?.body);
      return again.map(({ message }) => message.record ?? '').toSorted((left, right) => (left < right ? -1 : 1));
    };
    const [one] = await readDeliveries(server, webhook);
    expect(await replay({ delivery: one?.id })).toEqual([one?.record]);
    const cursors = first.map(({ message }) => message.cursor);
    expect(await replay({ since: cursors[2], until: cursors[5] })).toEqual(['t3', 't4', 't5']);
    expect(await replay({ since: cursors[7] })).toEqual(['t8', 't9']);
    expect(await replay({ since: '0' })).toEqual(first.map(({ message }) => message.record));
    expect(await replay({ since: cursors[9] })).toEqual([]);
    expect((await readDeliveries(server, webhook, 'limit=1000')).filter(({ replay: isReplay }) => isReplay)).toHaveLength(16);
    for (const [body, status] of [
      [{}, 400],
      [{ delivery: '99999' }, 404],
      [{ delivery: 1 }, 400],
      [{ delivery: '1', since: '0' }, 400],
      [{ until: cursors[0] }, 400],
      [{ since: 'x' }, 400],
    ] as const)
      expect(((await refusal(server, 'POST', `/webhooks/${webhook.id}/replay`, body)) as unknown[])[0]).toBe(status);
  });

  it('take a dead letter out of the dead ones when it is sent again', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const receiver = await startReceiver(() => 500);
    const webhook = await makeWebhook(server, { url: receiver.url });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' }, as);
    const dead = await until('it to be dead', async () => {
      const [delivery] = await readDeliveries(server, webhook);
      if (delivery?.state === 'waiting') clock.advance(11 * 60 * 60_000);
      return delivery?.state === 'dead' && delivery;
    });
    receiver.behave(() => 200);
    await server.json('POST', `/webhooks/${webhook.id}/replay`, { delivery: dead.id }, as);
    const [again] = await until('it to be delivered', async () => {
      const delivered = await readDeliveries(server, webhook, 'status=delivered');
      return delivered.length > 0 && delivered;
    });
    expect(again).toMatchObject({ event: dead.event, replay: true });
    expect(await readDeliveries(server, webhook, 'status=dead')).toEqual([]);
  });

  it('keep so much of their log as the config says', async () => {
    const { default: config } = await import('../kit/concord.config.ts');
    const clock = handClock();
    const server = await startServer({ clock, config: { ...config, webhooks: { logEntries: 10, logKeepMs: 90 * 60_000 } } });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url });
    const records = Array.from({ length: 25 }, (_, index) => ({ id: `t${index}`, title: 'x' }));
    await server.json('POST', '/records/tickets/batch', { records }, as);
    const logged = (count: number): Promise<unknown> =>
      until(`${count} to be in the log`, async () => (await readDeliveries(server, webhook, 'limit=1000')).length === count);
    await logged(25);
    await over(server, webhook);
    clock.advance(60 * 60_000);
    await logged(10);
    clock.advance(60 * 60_000);
    await logged(0);
  });
});
