import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '@concord/protocol';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiKeys } from '../access/api-keys.ts';
import { createAuthenticator } from '../access/authenticator.ts';
import { createTokens } from '../access/tokens.ts';
import { systemClock } from '../clock.ts';
import { addApiKeysRoutes } from './api-keys-routes.ts';
import { addAuthRoutes } from './auth-routes.ts';
import { createHttp } from './create-http.ts';

const tokens = createTokens({ secret: 'x'.repeat(32), clock: systemClock });
let folder: string;
let store: Store;
let app: FastifyInstance;
let url: string;
let log: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concord-api-keys-'));
  store = await openLevelStore({ path: folder, durability: 'os' });
  const apiKeys = createApiKeys({ store, clock: systemClock });
  const { authenticate } = createAuthenticator({ tokens, apiKeys });
  log = '';
  app = await createHttp({ logger: pino({ level: 'trace' }, { write: (line: string) => (log += line) }), limits: defaultLimits });
  await addApiKeysRoutes(app, { apiKeys, authenticate });
  await addAuthRoutes(app, { authenticate, tokens, demo: null });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  await app.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function bearer(account: string, ...roles: readonly string[]): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokens.mint({ account, user: 'ada', roles, expiresInSeconds: 60 })}` };
}

interface Created {
  readonly id: string;
  readonly key: string;
}

function make(headers: Record<string, string>, body: object): Promise<Response> {
  return fetch(`${url}/api/v1/api-keys`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('API keys over HTTP', () => {
  it('are made, shown once, used, listed and revoked', async () => {
    const admin = await bearer('acme', 'admin');
    const made = await make(admin, { name: 'FileMaker', roles: ['member'] });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { id, key } = (await made.json()) as Created;

    const me = await fetch(`${url}/api/v1/auth/me`, { headers: { 'x-api-key': key } });
    expect(await me.json()).toEqual({ user: { id: `api-key:${id}`, name: 'FileMaker', account: 'acme', roles: ['member'] } });

    const list = await (await fetch(`${url}/api/v1/api-keys`, { headers: admin })).text();
    expect(JSON.parse(list)).toMatchObject({ items: [{ id, name: 'FileMaker', createdBy: 'ada' }] });
    expect(list).not.toContain(key.slice(-43));

    expect((await fetch(`${url}/api/v1/api-keys/${id}`, { method: 'DELETE', headers: admin })).status).toBe(204);
    expect((await fetch(`${url}/api/v1/auth/me`, { headers: { 'x-api-key': key } })).status).toBe(401);
    expect(log).not.toContain(key.slice(-43));
  });

  it('are for administrators', async () => {
    for (const headers of [await bearer('acme', 'member'), await bearer('acme')]) {
      for (const response of [
        await fetch(`${url}/api/v1/api-keys`, { headers }),
        await make(headers, { name: 'a' }),
        await fetch(`${url}/api/v1/api-keys/0123456789abcdef`, { method: 'DELETE', headers }),
      ]) {
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ error: { code: 'forbidden' } });
      }
    }
    expect((await fetch(`${url}/api/v1/api-keys`)).status).toBe(401);
  });

  it('of another account are not there', async () => {
    const { id } = (await (await make(await bearer('acme', 'admin'), { name: 'a' })).json()) as Created;
    const other = await bearer('evil', 'admin');
    expect(await (await fetch(`${url}/api/v1/api-keys`, { headers: other })).json()).toEqual({ items: [] });
    const answers = [id, '0123456789abcdef'].map(async (wanted) => {
      const response = await fetch(`${url}/api/v1/api-keys/${wanted}`, { method: 'DELETE', headers: other });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      return [response.status, error.code, error.message];
    });
    const [existing, missing] = await Promise.all(answers);
    expect(existing).toEqual(missing);
    expect(existing?.[0]).toBe(404);
  });

  it('name what is wrong with the request', async () => {
    expect(await (await make(await bearer('acme', 'admin'), { roles: [] })).json()).toMatchObject({
      error: { code: 'bad_request', field: 'name' },
    });
  });
});
