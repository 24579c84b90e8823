import { describe, expect, it } from 'vitest';
import type { ChangesPage } from '@concord/protocol';
import { connected } from '../kit/providers.ts';
import { openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const acme = { account: 'acme', user: 'alice', roles: ['member', 'admin'] };
const other = { account: 'globex', user: 'mallory', roles: ['member', 'admin'] };

describe('an API key', () => {
  interface Created {
    readonly id: string;
    readonly key: string;
  }
  const withKey = (server: TestServer, key: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}/api/v1${path}`, { ...init, headers: { 'x-api-key': key, 'content-type': 'application/json' } });

  it('acts in its own account only, with its roles only', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'live', title: 'x' }, acme);
    const { key } = await server.json<Created>('POST', '/api-keys', { name: 'theirs', roles: ['member'] }, other);
    const about = await withKey(server, key, '/records/tickets/live');
    expect([about.status, about.headers.get('etag')]).toEqual([404, null]);
    expect(await (await withKey(server, key, '/records/tickets')).json()).toMatchObject({ items: [] });
    expect(await (await withKey(server, key, '/changes?since=0')).json()).toMatchObject({ results: [] });
    expect((await withKey(server, key, '/records/secrets')).status).toBe(404);
    expect((await withKey(server, key, '/api-keys')).status).toBe(403);
    const made = await withKey(server, key, '/records/tickets', { method: 'POST', body: '{"id":"mine","title":"x"}' });
    expect(made.status).toBe(201);
    expect(await server.json('GET', '/records/tickets/mine', undefined, other)).toMatchObject({
      createdBy: expect.stringMatching(/^api-key:/) as string,
    });
    expect((await server.fetch('/records/tickets/mine', { as: acme })).status).toBe(404);
    const provider = await connected(server, 'globex/tickets/mine', { as: other });
    expect(provider.document.getMap('fields').get('title')).toBe('x');
  });

  it('does what its scopes say, of what its roles allow, and administers nothing', async () => {
    const server = await startServer();
    await server.json('POST', '/records/notes', { id: 'n1', title: 'x' }, other);
    const scopes = ['notes:read', 'tickets:write', 'secrets:write'];
    const made = await server.json<Created>('POST', '/api-keys', { name: 'bound', roles: ['member', 'admin'], scopes }, other);
    expect(made).toMatchObject({ scopes });
    const { key } = made;
    const statusOf = async (method: string, path: string, body?: string): Promise<number> =>
      (await withKey(server, key, path, { method, ...(body === undefined ? {} : { body }) })).status;
    expect(await statusOf('GET', '/records/notes/n1')).toBe(200);
    expect(await statusOf('PATCH', '/records/notes/n1', '{"title":"y"}')).toBe(403);
    expect(await statusOf('DELETE', '/records/notes/n1')).toBe(403);
    expect(await statusOf('POST', '/records/tickets', '{"id":"t1","title":"x"}')).toBe(201);
    expect(await statusOf('GET', '/records/everything')).toBe(404);
    expect(await statusOf('GET', '/api-keys')).toBe(403);
    expect(await statusOf('GET', '/users')).toBe(403);
    const page = (await (await withKey(server, key, '/changes?since=0')).json()) as ChangesPage;
    expect(page.results.map(({ type }) => type)).toEqual(['notes.create', 'tickets.create']);
    const denied = await openRawYjs(server, 'globex/everything/e1', key);
    expect(await denied.ended()).toEqual({ code: 4404, reason: 'not_found' });
    for (const wrong of [['notes'], ['notes:admin'], ['No:read'], 'notes:read', [7]])
      expect(
        (
          await server.fetch('/api-keys', {
            method: 'POST',
            as: other,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ name: 'x', scopes: wrong }),
          })
        ).status,
      ).toBe(400);
  });

  it('is listed without its secret, to its account only, and revoked at once', async () => {
    const server = await startServer();
    await server.json('POST', '/records/tickets', { id: 'live', title: 'x' }, acme);
    const { id, key } = await server.json<Created>('POST', '/api-keys', { name: 'mine', roles: ['member'] }, other);
    const listed = await server.json<{ items: object[] }>('GET', '/api-keys', undefined, other);
    expect(listed.items).toEqual([
      { id, name: 'mine', roles: ['member'], createdAt: expect.any(String) as string, createdBy: 'mallory' },
    ]);
    expect(JSON.stringify(await server.json('GET', '/api-keys', undefined, acme))).not.toContain(id);
    expect((await withKey(server, key, '/auth/me')).status).toBe(200);
    expect((await server.fetch(`/api-keys/${id}`, { method: 'DELETE', as: acme })).status).toBe(404);
    expect((await withKey(server, key, '/auth/me')).status).toBe(200);
    expect((await server.fetch(`/api-keys/${id}`, { method: 'DELETE', as: { ...other, roles: ['member'] } })).status).toBe(403);
    expect((await server.fetch(`/api-keys/${id}`, { method: 'DELETE', as: other })).status).toBe(204);
    for (const path of ['/auth/me', '/records/tickets', '/changes?since=0', '/changes?feed=sse']) {
      const response = await withKey(server, key, path);
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
        401,
        'unauthenticated',
      ]);
    }
    expect(await (await openRawYjs(server, 'globex/notes/n1', key)).ended()).toEqual({ code: 4401, reason: 'unauthenticated' });
    expect((await server.fetch(`/api-keys/${id}`, { method: 'DELETE', as: other })).status).toBe(404);
    const page = await server.json<ChangesPage>('GET', '/changes?since=0', undefined, other);
    expect(page.results).toEqual([]);
  });
});
