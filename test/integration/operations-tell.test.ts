import { describe, expect, it } from 'vitest';
import type { ChangesPage } from '@concord/protocol';
import { openStream, readPage } from '../kit/feed-readers.ts';
import { connected, connectedYjs, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

/** The value of one sample of `/metrics`, by its name and labels as they stand there. */
type Metrics = (sample: string) => number | undefined;

async function metricsOf({ url }: TestServer): Promise<Metrics> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
  return (sample) => samples.get(sample);
}

const connections = (transport: string): string => `concord_connections{transport="${transport}"}`;
const subscribers = (transport: string): string => `concord_feed_subscribers{transport="${transport}"}`;

describe('the server tells', () => {
  it('that it lives and can serve, and of requests it does not know that they are none', async () => {
    const server = await startServer();
    const healthz = await fetch(`${server.url}/healthz`);
    expect([healthz.status, await healthz.json()]).toEqual([200, { ok: true }]);
    const readyz = await fetch(`${server.url}/readyz`);
    expect([readyz.status, await readyz.json()]).toEqual([200, { ready: true }]);
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/api/v1/nothing`)).status).toBe(404);
  });

  it('how many are connected by which transport, and what they have open', async () => {
    const server = await startServer();
    const idle = await metricsOf(server);
    for (const transport of ['sync', 'yjs', 'sse', 'longpoll']) expect(idle(connections(transport))).toBe(0);
    expect(idle('concord_ready')).toBe(1);
    expect(idle('concord_documents_loaded')).toBe(0);

    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const socket = openSocket(server);
    const providers = [
      await connected(server, 'acme/tickets/t1', { socket }),
      await connected(server, 'acme/notes/n1', { socket }),
      await connected(server, 'acme/notes/n2'),
    ];
    const yjs = await connectedYjs(server, 'acme/tickets/t1');
    const streams = await Promise.all([openStream(server, 'now'), openStream(server, 'now', { as: { account: 'other' } })]);
    await until('the streams', () => streams.every(({ named }) => named.length > 0));
    const { cursor } = await readPage(server, 'now');
    const waiting = readPage(server, cursor, { feed: 'longpoll' });
    await until('the long poll', async () => (await metricsOf(server))(subscribers('longpoll')) === 1);

    const busy = await metricsOf(server);
    expect(busy(connections('sync'))).toBe(2);
    expect(busy(connections('yjs'))).toBe(1);
    expect(busy(connections('sse'))).toBe(2);
    expect(busy(connections('longpoll'))).toBe(1);
    expect(busy(subscribers('sse'))).toBe(2);
    expect(busy('concord_documents_loaded')).toBe(3);

    for (const provider of providers) provider.destroy();
    socket.destroy();
    yjs.destroy();
    for (const { source } of streams) source.close();
    await server.json('PATCH', '/records/tickets/t1', { title: 'y' });
    await waiting;
    await until('all of it to be gone', async () => {
      const now = await metricsOf(server);
      const left = ['sync', 'yjs', 'sse', 'longpoll'].map((transport) => now(connections(transport)));
      // One socket is the test's own, closed with the test.
      return left.join() === '1,0,0,0' && (now('concord_documents_loaded') ?? 0) <= 1;
    });
  });

  it('how long commits take, how far the feed is, and which routes were asked', async () => {
    const server = await startServer();
    const before = await metricsOf(server);
    for (let step = 0; step < 5; step++) await server.json('POST', '/records/tickets', { title: `${step}` });
    const ann = await connected(server, 'acme/notes/n1');
    ann.document.getText('body').insert(0, 'x');
    await flushed(ann);
    await server.json('PATCH', '/records/notes/n1', { title: 'x' });
    await server.fetch('/records/tickets/none');
    const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
    expect(results).toHaveLength(7);

    const after = await metricsOf(server);
    expect(after('concord_feed_head')).toBe(7);
    expect(after('concord_feed_events_total')).toBe(7);
    const commits = (after('concord_journal_commit_seconds_count') ?? 0) - (before('concord_journal_commit_seconds_count') ?? 0);
    expect(commits).toBeGreaterThanOrEqual(7);
    const seconds = after('concord_journal_commit_seconds_sum') ?? 0;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(60);
    expect(after('concord_journal_bytes_total')).toBeGreaterThan(0);
    const request = (method: string, route: string, status: number): string =>
      `concord_http_request_seconds_count{method="${method}",route="${route}",status="${status}"}`;
    expect(after(request('POST', '/api/v1/records/tickets', 201))).toBe(5);
    expect(after(request('GET', '/api/v1/records/tickets/:id', 404))).toBe(1);
  });

  it('in its log what was asked, and never a token, a key, a filter or what people write', async () => {
    const lines: string[] = [];
    const server = await startServer({ onLog: (line) => lines.push(JSON.stringify(line)) });
    const token = await tokenFor();
    const expired = await tokenFor({ expiresIn: -10 });
    const { key } = await server.json<{ key: string }>('POST', '/api-keys', { name: 'k', roles: [] }, { roles: ['admin'] });
    const { key: revoked, id } = await server.json<{ id: string; key: string }>(
      'POST',
      '/api-keys',
      { name: 'k' },
      { roles: ['admin'] },
    );
    await server.json('DELETE', `/api-keys/${id}`, undefined, { roles: ['admin'] });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'Xyzzy' });
    const credentials = [token, expired, key, revoked, `${token}Plugh`, 'Plugh'];
    const encoded = encodeURIComponent("title = 'Xyzzy'");
    for (const credential of credentials) {
      for (const path of [
        `/api/v1/records/tickets?filter=${encoded}&token=${credential}`,
        `/api/v1/records/tickets?filter=Xyzzy&token=${credential}`,
        `/api/v1/changes?since=${'Plugh'}&token=${credential}`,
        `/api/v1/%zz?token=${credential}`,
        `/nothing?token=${credential}`,
      ]) {
        await (await fetch(`${server.url}${path}`)).text();
        await (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${credential}` } })).text();
        await (
          await fetch(`${server.url}${path}`, { headers: { 'x-api-key': credential }, method: 'POST', body: 'Xyzzy' })
        ).text();
      }
      for (const name of ['acme/notes/n1', 'acme/none/n1', '%zz']) {
        const client = await openRawYjs(server, name, credential);
        client.send(frames.step1(undefined));
        await until('an answer', () => client.end !== undefined || client.received.length > 0);
      }
    }
    await server.fetch('/records/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"title":"Xyzzy",}',
    });
    const stream = await openStream(server, 'now');
    await until('the stream', () => stream.named[0]);
    const ann = await connected(server, 'acme/tickets/t1');
    ann.document.getText('body').insert(0, 'Xyzzy');
    await flushed(ann);
    await server.stop();

    const log = lines.join('\n');
    expect(lines.length).toBeGreaterThan(100);
    expect(log).toContain('"path":"/api/v1/records/tickets"');
    expect(log).toContain('"code":"token_expired"');
    for (const secret of [...credentials, 'Xyzzy', 'Bearer', encoded]) expect(log).not.toContain(secret);
    // The payload of a token is no better than the token.
    expect(log).not.toContain(token.split('.')[1]);
  });
});
