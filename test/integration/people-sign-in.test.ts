import { describe, expect, it } from 'vitest';
import config from '../kit/concord.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connect, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const admin = { account: 'acme', user: 'root', roles: ['admin'] };
const password = 'correct horse';
const ada = { account: 'acme', user: 'ada', password };

interface SignedIn {
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly user: object;
}

const post = (server: TestServer, path: string, body: object, token?: string): Promise<Response> =>
  fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });
const me = async (server: TestServer, token: string): Promise<number> =>
  (await fetch(`${server.url}/api/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } })).status;

async function startWithAda(): Promise<TestServer & { signIn(): Promise<SignedIn> }> {
  const server = await startServer();
  await server.json('POST', '/users', { id: 'ada', name: 'Ada', roles: ['member'], password }, admin);
  return { ...server, signIn: async () => (await (await post(server, '/auth/login', ada)).json()) as SignedIn };
}

describe('people who sign in with a password', () => {
  it('get a token for a quarter of an hour that does all that tokens do', async () => {
    const server = await startWithAda();
    const response = await post(server, '/auth/login', ada);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { token, expiresIn, user } = (await response.json()) as SignedIn;
    expect({ expiresIn, user }).toEqual({ expiresIn: 900, user: { id: 'ada', name: 'Ada', account: 'acme', roles: ['member'] } });
    expect((await post(server, '/records/tickets', { id: 't1', title: 'x' }, token)).status).toBe(201);
    const provider = await connect(server, 'acme/tickets/t1', {}, { token });
    await until('it to be synced', () => provider.isSynced);
    provider.document.getText('body').insert(0, 'typed');
    await flushed(provider);
    await until('it to be published', async () => {
      const record = await server.json('GET', '/records/tickets/t1');
      return record['body'] === 'typed' && record['createdBy'] === 'ada' && record['updatedBy'] === 'ada';
    });
  });

  it('go on with a refresh token until it is used twice', async () => {
    const server = await startWithAda();
    const first = await server.signIn();
    const response = await post(server, '/auth/refresh', { refreshToken: first.refreshToken });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const second = (await response.json()) as SignedIn;
    expect([await me(server, first.token), await me(server, second.token)]).toEqual([200, 200]);
    expect((await post(server, '/auth/refresh', { refreshToken: first.refreshToken })).status).toBe(401);
    expect([await me(server, first.token), await me(server, second.token)]).toEqual([401, 401]);
    expect((await post(server, '/auth/refresh', { refreshToken: second.refreshToken })).status).toBe(401);
  });

  it('are told to wait when somebody guesses', async () => {
    // Within one minute.
    const server = await startServer({ clock: handClock() });
    await server.json('POST', '/users', { id: 'ada', password }, admin);
    for (const user of ['ada', 'nobody']) {
      const guesses = Array.from({ length: 12 }, () => post(server, '/auth/login', { ...ada, user, password: 'a wrong guess' }));
      const answers = await Promise.all(guesses);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
      const limited = answers.filter(({ status }) => status === 429);
      expect(await limited[0]?.json()).toMatchObject({ error: { code: 'rate_limited' } });
      for (const { headers } of limited) {
        expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
      }
      expect((await post(server, '/auth/login', { ...ada, user })).status).toBe(429);
    }
  });

  it('are told apart behind a trusted proxy: who tries many of them waits, and nobody else', async () => {
    const server = await startServer({ clock: handClock(), config: { ...config, trustProxy: 1 } });
    const statusOf = async (user: string, address: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      const body = JSON.stringify({ account: 'acme', user, password: 'a wrong guess' });
      return (await fetch(`${server.url}/api/v1/auth/login`, { method: 'POST', body, headers })).status;
    };
    const spray = Array.from({ length: 60 }, (_, index) => statusOf(`user${index}`, `198.51.100.${index}, 192.0.2.1`));
    expect(new Set(await Promise.all(spray))).toEqual(new Set([401]));
    // What stands in front of the proxy's own word is whatever the client claims.
    expect(await statusOf('ada', '203.0.113.9, 192.0.2.1')).toBe(429);
    expect(await statusOf('ada', '192.0.2.2')).toBe(401);
  });

  it('change their password, and are added, changed and deleted by administrators only', async () => {
    const server = await startWithAda();
    const [here, there] = [await server.signIn(), await server.signIn()];
    const change = { current: password, next: 'another horse' };
    expect((await post(server, '/auth/password', change)).status).toBe(401);
    expect((await post(server, '/auth/password', { ...change, current: 'no' }, here.token)).status).toBe(403);
    expect((await post(server, '/auth/password', change, here.token)).status).toBe(204);
    expect([await me(server, here.token), await me(server, there.token)]).toEqual([200, 401]);
    expect((await post(server, '/auth/login', ada)).status).toBe(401);
    const notAdmin = { account: 'acme', user: 'ben', roles: ['member'] };
    for (const [method, path, body] of [
      ['POST', '/users', { id: 'eve', password }],
      ['PATCH', '/users/ada', { disabled: true }],
      ['DELETE', '/users/ada', undefined],
    ] as const)
      await expect(server.json(method, path, body, notAdmin)).rejects.toThrow('forbidden');
    expect((await server.json<{ items: unknown[] }>('GET', '/users', undefined, notAdmin)).items).toContainEqual({
      id: 'ada',
      name: 'Ada',
    });
    expect(await server.json('PATCH', '/users/ada', { disabled: true }, admin)).toMatchObject({ id: 'ada', disabled: true });
    expect(await me(server, here.token)).toBe(401);
    const { items } = await server.json<{ items: object[] }>('GET', '/users', undefined, admin);
    expect(items).toMatchObject([{ id: 'ada', disabled: true, createdBy: 'root' }]);
    expect(JSON.stringify(items)).not.toMatch(/argon|hash|session/);
    await server.json('DELETE', '/users/ada', undefined, admin);
    await expect(server.json('DELETE', '/users/ada', undefined, admin)).rejects.toThrow('not_found');
  });

  it('leave nothing secret in the log', async () => {
    const lines: object[] = [];
    const server = await startServer({ onLog: (line) => lines.push(line) });
    await server.json('POST', '/users', { id: 'ada', password }, admin);
    const { token, refreshToken } = (await (await post(server, '/auth/login', ada)).json()) as SignedIn;
    await post(server, '/auth/login', { ...ada, password: 'a wrong guess' });
    await post(server, '/auth/refresh', { refreshToken });
    await post(server, '/auth/refresh', { refreshToken });
    await until('the last request to be logged', () => lines.filter((line) => 'path' in line).length >= 5);
    const log = JSON.stringify(lines);
    for (const secret of [password, 'a wrong guess', token, refreshToken]) expect(log).not.toContain(secret);
  });

  it('are still there after a restart, and so are their sessions', async () => {
    const first = await startWithAda();
    const { token, refreshToken } = await first.signIn();
    await first.stop();
    const second = await startServer({ folder: first.folder });
    expect(await me(second, token)).toBe(200);
    expect((await post(second, '/auth/refresh', { refreshToken })).status).toBe(200);
  });
});
