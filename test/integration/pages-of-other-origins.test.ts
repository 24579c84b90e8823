import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import config from '../kit/concord.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';

const listed = 'https://app.example.com';
const foreign = 'https://evil.example';

function start(more: object = {}, log: Record<string, unknown>[] = []): Promise<TestServer> {
  return startServer({ config: { ...config, origins: [listed], ...more }, onLog: (line) => log.push(line) });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** By node:http, which sends any `Host` that it is told. */
async function ask(
  server: TestServer,
  path: string,
  { method = 'GET', headers }: { readonly method?: string; readonly headers: Record<string, string> },
): Promise<Answer> {
  const asked = request(`${server.url}${path}`, { method, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  if (response.headers['content-type'] !== 'text/event-stream') for await (const part of response) body += String(part);
  asked.destroy();
  return { status: response.statusCode ?? 0, headers: new Headers(response.headers as Record<string, string>), body };
}

/** Asks for a socket: the refusal, or 101. */
async function upgrade(server: TestServer, path: string, headers: Record<string, string>): Promise<Answer> {
  const socket = new WebSocket(`${server.wsUrl}${path}`, { headers });
  socket.on('error', () => undefined);
  const answer = await new Promise<IncomingMessage>((resolve) => {
    socket.on('upgrade', resolve);
    socket.on('unexpected-response', (_request, response) => resolve(response));
  });
  let body = '';
  if (answer.statusCode !== 101) for await (const part of answer) body += String(part);
  socket.terminate();
  return { status: answer.statusCode ?? 0, headers: new Headers(answer.headers as Record<string, string>), body };
}

/** Every way in that a page has. */
const ways: readonly [string, (server: TestServer, headers: Record<string, string>) => Promise<Answer>, number][] = [
  [
    'REST',
    async (server, headers) => ask(server, '/api/v1/records/notes', { headers: { ...headers, ...(await bearer()) } }),
    200,
  ],
  [
    'SSE',
    async (server, headers) => ask(server, `/api/v1/changes?feed=sse&since=now&token=${await tokenFor()}`, { headers }),
    200,
  ],
  ['/sync', (server, headers) => upgrade(server, '/sync', headers), 101],
  ['/yjs', async (server, headers) => upgrade(server, `/yjs/acme/notes/n1?token=${await tokenFor()}`, headers), 101],
];

async function bearer(): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenFor()}` };
}

describe.each(ways)('%s', (_way, open, success) => {
  it('lets in programs, pages of its own host, and those of the list', async () => {
    const server = await start();
    for (const headers of [{}, { origin: server.url }, { origin: server.url.replace('http:', 'https:') }, { origin: listed }])
      expect((await open(server, headers)).status).toBe(success);
  });

  it.each([
    foreign,
    'null',
    'http://app.example.com',
    `${listed}:8443`,
    `${listed}.evil.example`,
    'http://127.0.0.1:1',
    'file://',
    '',
  ])('refuses pages of %s, by name', async (origin) => {
    const server = await start();
    const answer = await open(server, { origin });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: 'origin_not_allowed', requestId: answer.headers.get('x-request-id') },
    });
  });

  it('takes no page for its own whose name was made to point to this machine, unless it is listed', async () => {
    const server = await start();
    const { port } = new URL(server.url);
    for (const name of ['evil.example', 'localhost.evil.example', 'evillocalhost', '127.0.0.1.evil.example']) {
      const rebound = { origin: `http://${name}:${port}`, host: `${name}:${port}` };
      expect((await open(server, rebound)).status, name).toBe(403);
      // Behind a proxy it is up to that which names it answers to.
      expect((await open(server, { ...rebound, 'x-forwarded-for': '192.0.2.1' })).status, name).toBe(success);
    }
    for (const name of ['localhost', 'app.localhost', '127.0.0.1', '[::1]', hostname().toLowerCase()])
      expect((await open(server, { origin: `http://${name}:${port}`, host: `${name}:${port}` })).status, name).toBe(success);
    expect((await open(server, { origin: listed, host: 'app.example.com' })).status).toBe(success);
  });

  it('lets every page in where the list says so', async () => {
    const server = await start({ origins: ['*'] });
    expect((await open(server, { origin: foreign })).status).toBe(success);
  });
});

describe('CORS', () => {
  it('tells a listed page what it may read', async () => {
    const server = await start();
    for (const path of ['/api/v1/changes?since=now', '/api/v1/changes?since=now&feed=sse', '/api/v1/records/notes']) {
      const { headers } = await ask(server, path, { headers: { origin: listed, ...(await bearer()) } });
      expect(headers.get('access-control-allow-origin')).toBe(listed);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      for (const name of ['ETag', 'Poll-After-Ms', 'X-Request-Id'])
        expect(headers.get('access-control-expose-headers')).toContain(name);
      expect(headers.get('vary')).toMatch(/\borigin\b/i);
    }
    // Also that it was refused, and why.
    const refused = await ask(server, '/api/v1/records/notes', { headers: { origin: listed } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, listed]);
  });

  it.each(['/api/v1/records/notes', '/api/v1/records/notes/n1', '/api/v1/auth/me'])(
    'answers the preflight for %s',
    async (path) => {
      const server = await start();
      const preflight = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization,if-match' };
      const { status, headers, body } = await ask(server, path, { method: 'OPTIONS', headers: { origin: listed, ...preflight } });
      expect([status, body]).toEqual([204, '']);
      expect(headers.get('access-control-allow-origin')).toBe(listed);
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE'])
        expect(headers.get('access-control-allow-methods')).toContain(method);
      for (const name of ['Authorization', 'Content-Type', 'If-Match', 'If-None-Match', 'X-API-Key'])
        expect(headers.get('access-control-allow-headers')).toContain(name);
      const refused = await ask(server, path, { method: 'OPTIONS', headers: { origin: foreign, ...preflight } });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    },
  );
});

describe('an upgrade', () => {
  it.each([
    ['an unknown path', '/nowhere?token=SECRET', {}, 404, 'not_found'],
    ['a foreign page', '/yjs/acme/notes/n1?token=SECRET', { origin: foreign }, 403, 'origin_not_allowed'],
    ['a path that has swallowed its query', '/yjs%3Ftoken=SECRET', {}, 404, 'not_found'],
    ['a broken handshake', '/sync?token=SECRET', { 'sec-websocket-version': '7' }, 400, 'bad_request'],
  ] as const)(
    'of %s is refused by name, with a request id and one line without the token',
    async (_what, path, more, status, code) => {
      const log: Record<string, unknown>[] = [];
      const server = await start({}, log);
      const answer = await rawUpgrade(server, path, { ...more });
      expect(answer.status).toBe(status);
      const { error } = JSON.parse(answer.body) as { error: Record<string, unknown> };
      expect(error).toMatchObject({ code, requestId: answer.headers.get('x-request-id') });
      expect(answer.body).not.toMatch(/\bat .*:\d+/);
      const lines = log.filter((line) => line['code'] !== undefined);
      expect(lines).toEqual([
        expect.objectContaining({ code, reqId: error['requestId'], address: '127.0.0.1', path: path.split(/\?|%3F/)[0] }),
      ]);
      expect(JSON.stringify(log)).not.toContain('SECRET');
    },
  );

  it('that is taken has a request id, too', async () => {
    const server = await start();
    expect((await upgrade(server, '/sync', {})).headers.get('x-request-id')).toMatch(/./);
  });
});

describe('behind a proxy', () => {
  const forwarded = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };

  it('that is trusted, the client has its own address, and TLS is said to be kept to', async () => {
    const log: Record<string, unknown>[] = [];
    const server = await start({ trustProxy: ['loopback'] }, log);
    const { headers } = await ask(server, '/api/v1/auth/me', { headers: forwarded });
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d+/);
    expect(log.find((line) => line['path'] === '/api/v1/auth/me')).toMatchObject({ address: '192.0.2.7' });
  });

  it('that is not, neither is believed', async () => {
    const log: Record<string, unknown>[] = [];
    const server = await start({}, log);
    const { headers } = await ask(server, '/api/v1/auth/me', { headers: forwarded });
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(log.find((line) => line['path'] === '/api/v1/auth/me')).toMatchObject({ address: '127.0.0.1' });
  });
});

/** An upgrade whose headers may be wrong. */
async function rawUpgrade(server: TestServer, path: string, more: Record<string, string>): Promise<Answer> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...more,
  };
  const asked = request(`${server.url}${path}`, { headers });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const part of response) body += String(part);
  return { status: response.statusCode ?? 0, headers: new Headers(response.headers as Record<string, string>), body };
}
