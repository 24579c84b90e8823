import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { startReceiver, type Received } from '../kit/receiver.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';
import { makeWebhook, readDeliveries, readWebhook, webhookAdmin as as } from '../kit/webhooks.ts';

const dayMs = 24 * 60 * 60 * 1000;

function write(server: TestServer, id: string, title: string): Promise<unknown> {
  return server.json('PATCH', `/records/tickets/${id}`, { title }, as);
}

describe('a webhook', () => {
  it('is sent every event as the feed has it, signed as Standard Webhooks says', async () => {
    const log: string[] = [];
    const server = await startServer({ onLog: (line) => log.push(JSON.stringify(line)) });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url, headers: { 'X-Tenant': 'seven' } });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
    await write(server, 't1', 'b');
    await server.json('DELETE', '/records/tickets/t1', undefined, as);
    await receiver.has(3);
    const verifier = new StandardWebhook(webhook.secret);
    for (const { body, headers, id, message } of receiver.received) {
      expect(verifier.verify(body, headers as Record<string, string>)).toEqual(message);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-tenant': 'seven' });
      expect(id).toBe(message.id);
    }
    expect(receiver.received.map(({ message }) => message)).toEqual(await readAll(server, '0', { as }));
    const [first] = receiver.received;
    expect(() => verifier.verify(first?.body.replace('"a"', '"x"') ?? '', first?.headers as Record<string, string>)).toThrow(
      'signature',
    );
    expect(JSON.stringify(await readWebhook(server, webhook))).not.toMatch(/whsec_|seven/);
    expect(log.join('')).not.toMatch(/whsec_|seven/);
  });

  it('is sent what it asks for: events, collections, a filter, from a place in the feed', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'old', title: 'old' }, as);
    await server.json('POST', '/records/tickets', { id: 'old2', title: 'old' }, as);
    const [first] = await readAll(server, '0', { as });
    const wanted: Record<string, object> = {
      creations: { events: ['tickets.create', 'articles.*'] },
      closed: { collections: ['tickets'], filter: "status = 'closed'" },
      both: { events: ['*'], collections: ['notes:create', 'tickets:delete'] },
      crossed: { events: ['tickets.*', 'notes.delete'], collections: ['tickets:update', 'notes:create'] },
      since: { collections: ['tickets:create'], since: first?.cursor },
      all: { since: '0' },
    };
    const receivers = new Map<string, Awaited<ReturnType<typeof startReceiver>>>();
    for (const [name, asked] of Object.entries(wanted)) {
      const receiver = await startReceiver();
      receivers.set(name, receiver);
      await makeWebhook(server, { url: receiver.url, ...asked });
    }
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
    await server.json('PATCH', '/records/tickets/t1', { status: 'closed' }, as);
    await server.json('POST', '/records/notes', { id: 'n1', title: 'a' }, as);
    await server.json('DELETE', '/records/notes/n1', undefined, as);
    await server.json('DELETE', '/records/tickets/t1', undefined, as);
    await server.json('POST', '/records/articles', { id: 'a1', title: 'a' }, { ...as, roles: ['editor'] });
    await receivers.get('all')?.has(8);
    const got = (name: string): Promise<readonly string[]> =>
      until(name, async () => {
        const known = await readAll(server, '0', { as });
        const { items } = await server.json<{ items: { cursor: string; pending: number }[] }>('GET', '/webhooks', undefined, as);
        const over = known.length === 8 && items.every(({ pending }) => pending === 0);
        return over && receivers.get(name)?.summary();
      });
    expect(await got('creations')).toEqual(['tickets.create t1 1', 'articles.create a1 1']);
    expect(await got('closed')).toEqual(['tickets.update t1 2', 'tickets.delete t1 3']);
    const matches = receivers.get('closed')?.received.map(({ message }) => message.match);
    expect(matches).toEqual(['enter', 'leave']);
    expect(await got('both')).toEqual(['notes.create n1 1', 'tickets.delete t1 3']);
    expect(await got('crossed')).toEqual(['tickets.update t1 2']);
    expect(await got('since')).toEqual(['tickets.create old2 1', 'tickets.create t1 1']);
  });

  it('[F5] is sent what its roles may read, and no more', async () => {
    const server = await startServer();
    const [member, admin] = [await startReceiver(), await startReceiver()];
    await makeWebhook(server, { url: member.url, roles: ['member'] });
    await makeWebhook(server, { url: admin.url });
    await server.json('POST', '/records/secrets', { id: 's1', title: 'hidden' }, as);
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
    await Promise.all([member.has(1), admin.has(2)]);
    expect(member.summary()).toEqual(['tickets.create t1 1']);
    expect(admin.summary().toSorted()).toEqual(['secrets.create s1 1', 'tickets.create t1 1']);
  });

  it('[F6] is told when what it may read has changed, and goes on from there', async () => {
    const server = await startServer();
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url, roles: ['member'] });
    await server.json('POST', '/records/secrets', { id: 's1', title: 'hidden' }, as);
    await server.json('PATCH', `/webhooks/${webhook.id}`, { roles: ['admin'] }, as);
    await receiver.has(1);
    const [{ message } = { message: undefined }] = receiver.received;
    const [last] = (await readAll(server, '0', { as })).slice(-1);
    expect(message).toEqual({
      type: 'webhook.reset',
      timestamp: expect.any(String) as string,
      data: { reason: 'access', cursor: expect.stringMatching(/^.{44}$/) as string },
    });
    expect(last?.record).toBe('s1');
    await server.json('POST', '/records/secrets', { id: 's2', title: 'shown' }, as);
    await receiver.has(2);
    expect(receiver.summary()[1]).toBe('secrets.create s2 1');
  });

  it('keeps the order of each record, while others go on', async () => {
    const server = await startServer();
    const underWay = new Map<string, () => void>();
    const doubled: string[] = [];
    // Answers only when told to, in whatever order.
    const receiver = await startReceiver(async ({ message: { record = '' } }) => {
      if (underWay.has(record)) doubled.push(record);
      await new Promise<void>((resolve) => underWay.set(record, resolve));
      return 200;
    });
    const webhook = await makeWebhook(server, { url: receiver.url });
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await server.json('POST', '/records/tickets', { id, title: '0' }, as);
    for (let step = 1; step <= 4; step++) for (const id of ids) await write(server, id, String(step));
    // The first record is not answered: the others are through without it.
    const versions = (id: string): unknown[] =>
      receiver.received.filter(({ message }) => message.record === id).map(({ message }) => message.version);
    const answer = (record: string): void => {
      underWay.get(record)?.();
      underWay.delete(record);
    };
    await until('the others to be through', () => {
      for (const record of [...underWay.keys()].toReversed()) if (record !== 'a') answer(record);
      return receiver.received.length === 21;
    });
    expect(versions('a')).toEqual([1]);
    await until('all to be through', async () => {
      for (const record of underWay.keys()) answer(record);
      return (await readWebhook(server, webhook)).pending === 0;
    });
    for (const id of ids) expect(versions(id)).toEqual([1, 2, 3, 4, 5]);
    expect(doubled).toEqual([]);
  });

  it('signs with both secrets for a day after a rotation', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const receiver = await startReceiver();
    const webhook = await makeWebhook(server, { url: receiver.url });
    const rotated = await server.json<{ secret: string }>('POST', `/webhooks/${webhook.id}/rotate`, undefined, as);
    expect(rotated.secret).not.toBe(webhook.secret);
    // The library's own check allows for five minutes between its clock and the sender's.
    const verified = (secret: string): boolean => {
      const { headers, body, id } = receiver.received.at(-1) as Received;
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      return String(headers['webhook-signature'])
        .split(' ')
        .includes(new StandardWebhook(secret).sign(id, at, body));
    };
    await server.json('POST', '/records/tickets', { id: 't1', title: 'a' }, as);
    await receiver.has(1);
    expect([verified(webhook.secret), verified(rotated.secret)]).toEqual([true, true]);
    // Else the day would be over before its answer has come in: it would be tried again, with the next one behind it.
    await until('it to be over', async () => (await readDeliveries(server, webhook, 'status=delivered')).length === 1);
    clock.advance(dayMs);
    await write(server, 't1', 'b');
    await receiver.has(2);
    expect([verified(webhook.secret), verified(rotated.secret)]).toEqual([false, true]);
  });

  it('tells in its log what was sent and answered', async () => {
    const server = await startServer();
    const receiver = await startReceiver((_request, response) => void response.writeHead(200).end('x'.repeat(5000)));
    const webhook = await makeWebhook(server, { url: receiver.url });
    for (const id of ['a', 'b', 'c']) await server.json('POST', '/records/tickets', { id, title: id }, as);
    const deliveries = await until('all to be over', async () => {
      const items = await readDeliveries(server, webhook, 'status=delivered');
      return items.length === 3 && items;
    });
    expect(new Set(deliveries.map(({ record }) => record))).toEqual(new Set(['a', 'b', 'c']));
    const bytes = receiver.received.find(({ message }) => message.record === deliveries[0]?.record)?.body.length;
    expect(deliveries[0]).toMatchObject({
      state: 'delivered',
      type: 'tickets.create',
      attempts: [{ request: { url: receiver.url, bytes }, response: { status: 200, body: 'x'.repeat(1024), truncated: true } }],
    });
    const pages: string[] = [];
    for (let page: string | undefined = ''; page !== undefined;) {
      const path = `/webhooks/${webhook.id}/deliveries?limit=2${page === '' ? '' : `&page=${page}`}`;
      const answer: { items: { id: string }[]; nextPage?: string } = await server.json('GET', path, undefined, as);
      pages.push(...answer.items.map(({ id }) => id));
      page = answer.nextPage;
    }
    expect(pages).toEqual(deliveries.map(({ id }) => id));
    expect(await readDeliveries(server, webhook, 'status=dead')).toEqual([]);
    await server.json('DELETE', `/webhooks/${webhook.id}`, undefined, as);
    expect((await server.fetch(`/webhooks/${webhook.id}`, { as })).status).toBe(404);
    await write(server, 'a', 'b');
    expect(receiver.received).toHaveLength(3);
  });
});
