import { describe, expect, it } from 'vitest';
import { readPage } from '../kit/feed-readers.ts';
import { connect } from '../kit/providers.ts';
import { frames, openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const admin = { account: 'acme', user: 'root', roles: ['admin', 'member'] };

interface Held {
  readonly credential: string;
  revoke(server: TestServer): Promise<unknown>;
}

async function apiKey(server: TestServer): Promise<Held> {
  const { id, key } = await server.json<{ id: string; key: string }>(
    'POST',
    '/api-keys',
    { name: 'k', roles: ['member'] },
    admin,
  );
  return { credential: key, revoke: () => server.json('DELETE', `/api-keys/${id}`, undefined, admin) };
}

async function session(server: TestServer): Promise<Held> {
  const password = 'correct horse';
  await server.json('POST', '/users', { id: 'ada', roles: ['member'], password }, admin);
  const signIn = { account: 'acme', user: 'ada', password };
  const { token } = await server.json<{ token: string }>('POST', '/auth/login', signIn);
  return { credential: token, revoke: () => server.json('PATCH', '/users/ada', { disabled: true }, admin) };
}

describe.each([
  ['an API key that is revoked', apiKey],
  ['a session of a user who is disabled', session],
])('%s ends at once', (_what, make) => {
  it('the sockets that are open by it, and no other', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' }, admin);
    const { credential, revoke } = await make(server);
    const theirs = await connect(server, 'acme/tickets/t1', {}, { token: credential });
    const other = await connect(server, 'acme/tickets/t1', { as: admin });
    await until('both to be synced', () => theirs.isSynced && other.isSynced);
    const closes: unknown[] = [];
    theirs.on('close', ({ event }: { event: { code: number; reason: string } }) => closes.push([event.code, event.reason]));
    other.on('close', () => closes.push('other'));
    const yjs = await openRawYjs(server, 'acme/tickets/t1', credential);
    yjs.send(frames.step1(undefined));
    await until('it to be synced', () => yjs.kinds().includes('step2'));
    await revoke(server);
    expect(await yjs.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    await until('the other protocol to be told', () => closes.length > 0);
    expect(closes[0]).toEqual([4401, 'unauthenticated']);
    expect(closes).not.toContain('other');
    const late = await openRawYjs(server, 'acme/tickets/t1', credential);
    expect(await late.ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
  });

  it('the streams and long polls that wait by it, and no other', async () => {
    const server = await startServer();
    const { credential, revoke } = await make(server);
    const headers = { authorization: `Bearer ${credential}` };
    const { cursor } = await readPage(server, 'now', { as: admin });
    const stream = server.fetch('/changes?feed=sse&since=now', { headers }).then((response) => response.text());
    const longPoll = server.fetch('/changes?feed=longpoll&timeout=55000&since=now', { headers });
    const other = readPage(server, cursor, { as: admin, feed: 'longpoll' });
    await until('them to wait', async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return metrics.includes('subscribers{transport="longpoll"} 2') && metrics.includes('subscribers{transport="sse"} 1');
    });
    await revoke(server);
    expect(await stream).toMatch(/event: expired\ndata: \{"code":"unauthenticated"\}\n\n$/);
    const answer = await longPoll;
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ error: expect.objectContaining({ code: 'unauthenticated' }) as object }),
    ]);
    await server.json('POST', '/records/tickets', { id: 't2', title: 'x' }, admin);
    expect((await other).results).toMatchObject([{ record: 't2' }]);
  });
});
