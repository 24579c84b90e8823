import { AuthenticationError, AuthorizationError, RateLimitError, SnackBaseError } from '@snackbase/sdk';
import { describe, expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { addUser, admin, password, signedIn, snackbaseClient, snackbaseConfig } from '../kit/snackbase.ts';

async function startWithAda(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: snackbaseConfig, ...options });
  await addUser(server, 'ada', { roles: ['member', 'admin'] });
  return server;
}

const refusal = (error: unknown): unknown => error;

describe("SnackBase's client", () => {
  it('signs in, learns who it is, and signs out', async () => {
    const server = await startWithAda();
    const client = snackbaseClient(server);
    const session = await client.login({ account: 'acme', email: 'ada', password });
    expect(session).toMatchObject({
      token: expect.stringMatching(/^ey/) as unknown,
      expires_in: 3600,
      account: { id: 'acme', slug: 'acme', name: 'acme' },
      user: { id: 'ada', email: 'ada', role: 'admin', is_active: true, account_id: 'acme' },
    });
    expect([client.isAuthenticated, client.tokenType]).toEqual([true, 'jwt']);
    expect(await client.getCurrentUser()).toMatchObject({ user_id: 'ada', account_id: 'acme', email: 'ada', role: 'admin' });
    const { token = '' } = session;
    await client.logout();
    expect(client.isAuthenticated).toBe(false);
    // Not only the client has forgotten it: the session has ended.
    const after = snackbaseClient(server, { getAccessToken: () => token });
    await expect(after.records.list('posts')).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('goes on with a refresh token, which is good for one use', async () => {
    const server = await startWithAda();
    const client = await signedIn(server);
    const before = client.internalAuthManager.getState();
    const { token, refresh_token: next } = await client.refreshToken();
    expect(next).not.toBe(before.refreshToken);
    expect(client.internalAuthManager.getState()).toMatchObject({ token, refreshToken: next, user: { id: 'ada' } });
    expect((await client.records.list('posts')).items).toEqual([]);
    await client.internalAuthManager.setState({ refreshToken: before.refreshToken });
    await expect(client.refreshToken()).rejects.toBeInstanceOf(AuthenticationError);
    // Somebody has a copy: the session has ended for both.
    await expect(client.records.list('posts')).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('is refused with a wrong password, or as somebody who is not there, in the same words', async () => {
    const server = await startWithAda();
    const client = snackbaseClient(server);
    const attempts = [
      { email: 'ada', password: 'a wrong guess' },
      { email: 'nobody', password },
      { account: 'other', email: 'ada', password },
      { account: 'No Account', email: 'ada', password },
    ];
    const errors = await Promise.all(attempts.map((attempt) => client.login(attempt).then(undefined, refusal)));
    for (const error of errors) {
      expect(error).toBeInstanceOf(AuthenticationError);
      expect(error).toMatchObject({ status: 401, code: 'AUTHENTICATION_ERROR', details: { error: 'Authentication failed' } });
    }
    expect(new Set(errors.map((error) => (error as Error).message)).size).toBe(1);
    await expect(client.login({ email: 'ada', password: '' })).rejects.toMatchObject({ status: 400 });
  });

  it('is taken to the only account that has such a user, or to the one that is set', async () => {
    const server = await startWithAda();
    await addUser(server, 'ben', { account: 'acme-2' });
    await addUser(server, 'cleo', { account: 'beta' });
    await addUser(server, 'cleo', { account: 'acme0' });
    expect((await signedIn(server, 'ada')).account).toMatchObject({ id: 'acme' });
    expect((await signedIn(server, 'ben')).account).toMatchObject({ id: 'acme-2' });
    await expect(signedIn(server, 'cleo')).rejects.toBeInstanceOf(AuthenticationError);
    const beta = await signedIn(server, 'cleo', { defaultAccount: 'beta' });
    expect(beta.account).toMatchObject({ id: 'beta' });

    const set = await startServer({ config: { ...snackbaseConfig, compat: { snackbase: { account: 'beta' } } } });
    await addUser(set, 'cleo', { account: 'beta' });
    await addUser(set, 'cleo', { account: 'acme' });
    await addUser(set, 'ada', { account: 'acme' });
    expect((await signedIn(set, 'cleo')).account).toMatchObject({ id: 'beta' });
    await expect(signedIn(set, 'ada')).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('is told to wait when somebody guesses, also where it names no account', async () => {
    const server = await startWithAda({ clock: handClock() });
    const client = snackbaseClient(server);
    const guess = (account?: string): Promise<unknown> =>
      client
        .login({ ...(account === undefined ? {} : { account }), email: 'ada', password: 'a wrong guess' })
        .then(undefined, refusal);
    const errors = await Promise.all([
      ...Array.from({ length: 5 }, () => guess()),
      ...Array.from({ length: 7 }, () => guess('acme')),
    ]);
    const limited = errors.filter((error) => error instanceof RateLimitError);
    expect(limited).toHaveLength(2);
    expect(limited[0]?.retryAfter).toBeGreaterThanOrEqual(1);
  });

  it('acts by API key, too, within its scopes', async () => {
    const server = await startWithAda();
    const request = { name: 'reader', roles: ['member'], scopes: ['posts:read'] };
    const { key } = await server.json<{ key: string }>('POST', '/api-keys', request, admin);
    await server.json('POST', '/records/posts', { id: 'p1', title: 'Hello' }, admin);
    for (const client of [snackbaseClient(server, { apiKey: key }), snackbaseClient(server, { getAccessToken: () => key })]) {
      expect(await client.records.get('posts', 'p1')).toMatchObject({ title: 'Hello' });
      await expect(client.records.create('posts', { title: 'No' })).rejects.toBeInstanceOf(AuthorizationError);
    }
  });

  it('signs in as one of the people of a demonstration', async () => {
    const demo = { account: 'demo', people: [{ id: 'ada', name: 'Ada', roles: ['member'] }], records: {} };
    const server = await startServer({ config: { ...snackbaseConfig, demo }, demo: true });
    const client = await signedIn(server);
    expect(client.account).toMatchObject({ id: 'demo' });
    expect(await client.records.create('posts', { title: 'Hello' })).toMatchObject({ account_id: 'demo', created_by: 'ada' });
    await expect(signedIn(server, 'eve')).rejects.toBeInstanceOf(AuthenticationError);
    await expect(client.login({ account: 'acme', email: 'ada', password })).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('finds nothing where the config turns it off', async () => {
    const server = await startServer({ config: { ...snackbaseConfig, compat: { snackbase: false } } });
    await addUser(server, 'ada');
    await expect(signedIn(server)).rejects.toBeInstanceOf(SnackBaseError);
    expect((await fetch(`${server.url}/compat/snackbase/api/v1/records/posts`)).status).toBe(404);
  });
});
