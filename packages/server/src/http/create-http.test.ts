import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ConcordError, defaultLimits } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../metrics.ts';
import { createHttp, type HttpTimeouts } from './create-http.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Running {
  readonly url: string;
  readonly port: number;
  readonly log: () => string;
  readonly metrics: Metrics;
  readonly app: FastifyInstance;
}

async function start(timeouts?: HttpTimeouts): Promise<Running> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const metrics = createMetrics();
  const app = await createHttp({
    logger: pino({ level: 'trace' }, sink),
    limits: { ...defaultLimits, maxBodyBytes: 10_000, maxJsonDepth: 8 },
    metrics,
    timeouts,
  });
  app.get('/large', () => 'x'.repeat(64 * 1024 * 1024));
  app.post('/echo', (request, reply) => reply.send({ body: request.body ?? null }));
  app.post('/file', { config: { takesFile: true } }, (request, reply) => reply.send({ body: request.body ?? null }));
  app.get('/refuse', () => {
    throw new ConcordError('version_mismatch', { field: 'If-Match' });
  });
  app.get('/break', () => {
    throw new Error('a secret of the inside');
  });
  app.get('/names/:name', (request) => request.params);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closers.push(() => app.close());
  const address = app.server.address() as { readonly port: number };
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, log: () => lines.join(''), metrics, app };
}

async function errorOf(
  response: Response,
): Promise<{ readonly code: string; readonly message: string; readonly field?: string; readonly requestId?: string }> {
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}

function post(url: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<Response> {
  return fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': type } });
}

describe('errors', () => {
  it('answers a refusal as the table says, with the request id that is in the log', async () => {
    const { url, log } = await start();
    const response = await fetch(`${url}/refuse`);
    expect(response.status).toBe(412);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'version_mismatch', field: 'If-Match', requestId: response.headers.get('x-request-id') });
    await expect.poll(log).toContain(error.requestId);
  });

  it('tells nothing of a defect but logs it', async () => {
    const { url, log } = await start();
    const response = await fetch(`${url}/break`);
    expect(response.status).toBe(500);
    const error = await errorOf(response);
    expect(error.code).toBe('internal');
    expect(JSON.stringify(error)).not.toContain('secret of the inside');
    await expect.poll(log).toContain('secret of the inside');
  });

  it.each(['/nowhere', '/api/v1/records/unknown', '/%00', '/a/../../etc/passwd', '/日本'])(
    'answers not_found for %j',
    async (path) => {
      const { url } = await start();
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect((await errorOf(response)).code).toBe('not_found');
    },
  );

  it('answers not_found for a method that a path does not have', async () => {
    const { url } = await start();
    expect((await errorOf(await fetch(`${url}/refuse`, { method: 'DELETE' }))).code).toBe('not_found');
  });

  it('answers bad_request for a path that cannot be decoded', async () => {
    const { url, log } = await start();
    const response = await fetch(`${url}/names/%E0%A4`);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).code).toBe('bad_request');
    await expect.poll(log).toContain('bad_request');
  });

  it('passes a name of 10 KB on to the check of names', async () => {
    const { url } = await start();
    const name = 'x'.repeat(10_000);
    expect(await (await fetch(`${url}/names/${name}`)).json()).toEqual({ name });
  });

  it.each([
    ['GARBAGE\r\n\r\n', 400, 'bad_request'],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 413, 'too_large'],
  ])('answers what is not HTTP with a named error', async (bytes, status, code) => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.end(bytes);
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    await once(socket, 'close');
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('goes on after a client that goes away within its body', async () => {
    const { url, port, log } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a":');
    await once(socket, 'connect');
    await expect.poll(async () => (await fetch(`${url}/nowhere`)).status).toBe(404);
    socket.destroy();
    await once(socket, 'close');
    expect((await post(url, '{}')).status).toBe(200);
    expect(log()).not.toContain('"level":50');
  });
});

describe('JSON bodies', () => {
  it.each(['{', '{"a":1}}', "{'a':1}", 'undefined', '"\\x"', '[1,]', 'NaN'])('refuses %j as invalid_json', async (body) => {
    const { url } = await start();
    const response = await post(url, body);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).code).toBe('invalid_json');
  });

  it('refuses bytes that are not UTF-8', async () => {
    const { url } = await start();
    const response = await post(url, new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
    expect((await errorOf(response)).code).toBe('invalid_json');
  });

  it('takes a byte order mark, and JSON by another media type', async () => {
    const { url } = await start();
    expect(await (await post(url, '\ufeff{"a":1}')).json()).toEqual({ body: { a: 1 } });
    expect(await (await post(url, '{"a":1}', 'application/merge-patch+json; charset=utf-8')).json()).toEqual({ body: { a: 1 } });
  });

  it('refuses a body over the limit', async () => {
    const { url } = await start();
    const response = await post(url, JSON.stringify('x'.repeat(10_000)));
    expect(response.status).toBe(413);
    expect((await errorOf(response)).code).toBe('too_large');
  });

  it.each([
    ['arrays', (depth: number) => '['.repeat(depth) + ']'.repeat(depth)],
    ['objects', (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)],
    ['what never ends', (depth: number) => '['.repeat(depth)],
  ])('refuses %s nested too deep', async (_what, nested) => {
    const { url } = await start();
    for (const depth of [9, 1900]) {
      const response = await post(url, nested(depth));
      expect(response.status).toBe(413);
      expect((await errorOf(response)).code).toBe('too_large');
    }
    expect((await post(url, '['.repeat(8) + ']'.repeat(8))).status).toBe(200);
  });

  it('does not count brackets within strings', async () => {
    const { url } = await start();
    const text = `${'['.repeat(50)}"\\${'{'.repeat(50)}`;
    expect(await (await post(url, JSON.stringify({ text }))).json()).toEqual({ body: { text } });
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '[{"a":{"__proto__":1}}]',
    '{"\\u005f_proto__":{}}',
    '{"__PROTO__":1,"b":{"__prot\\u006f__":1}}',
  ])('refuses %s', async (body) => {
    const { url } = await start();
    expect((await errorOf(await post(url, body))).code).toBe('invalid_json');
  });

  it('takes __proto__ as text, and keys that only sound dangerous', async () => {
    const { url } = await start();
    const body = { text: '__proto__', constructor: 1, café: '\u00e9' };
    expect(await (await post(url, JSON.stringify(body))).json()).toEqual({ body });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense'])(
    'refuses %s as unsupported_media_type',
    async (type) => {
      const { url } = await start();
      const response = await post(url, 'a=1', type);
      expect(response.status).toBe(415);
      expect((await errorOf(response)).code).toBe('unsupported_media_type');
    },
  );

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'identity, gzip', 'x'])(
    'refuses what is compressed, unread: %s',
    async (encoding) => {
      const { url } = await start();
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const body = gzipSync(Buffer.alloc(1024 * 1024, ' '));
      const response = await fetch(`${url}/echo`, { method: 'POST', body, headers });
      expect(response.status).toBe(415);
      expect(await errorOf(response)).toMatchObject({
        code: 'unsupported_media_type',
        message: 'Send the body as it is, without Content-Encoding.',
      });
    },
  );

  it('takes a body of which it is said that it is as it is', async () => {
    const { url } = await start();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'identity' };
    expect((await fetch(`${url}/echo`, { method: 'POST', body: '{}', headers })).status).toBe(200);
  });

  it('counts an empty body as none', async () => {
    const { url } = await start();
    expect(await (await post(url, '')).json()).toEqual({ body: null });
  });
});

describe('a client that takes its time', () => {
  const soon: HttpTimeouts = { headersMs: 400, requestMs: 800, uploadMs: 20_000, silenceMs: 1500, checkMs: 20 };

  /** Resolves with what has come back when the server ends the connection. */
  async function endOf(socket: Socket): Promise<string> {
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    return answer;
  }

  it.each([
    ['says nothing at all', ''],
    ['sends half of a line', 'GET /na'],
    ['sends half of its headers', 'GET /names/a HTTP/1.1\r\nhost: a\r\nx-more: '],
    [
      'sends half of its body',
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
    ],
    [
      'never ends its chunks',
      'POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n',
    ],
  ])('and %s is sent away by name', async (_what, bytes) => {
    const { url, port } = await start(soon);
    const socket = connect(port, '127.0.0.1');
    socket.write(bytes);
    const [head = '', body = ''] = (await endOf(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 bad_request\r\n/);
    expect(head).toContain('x-content-type-options: nosniff');
    expect(JSON.parse(body)).toEqual({ error: { code: 'bad_request', message: 'The request took too long to arrive.' } });
    // Others are served, unless the machine has no time for them in so little of it.
    await expect.poll(async () => (await post(url, '{}')).status).toBe(200);
  });

  it('also where it sends a little all the time', async () => {
    const { port } = await start(soon);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /names/a HTTP/1.1\r\nhost: a\r\nx-more: ');
    const drip = setInterval(() => socket.write('x'), 10);
    expect(await endOf(socket)).toContain('too long to arrive');
    clearInterval(drip);
  });

  it('may take longer for a file, as long as that comes', async () => {
    const { port } = await start(soon);
    const send = (path: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 40\r\n\r\n"`,
      );
      let left = 38;
      const drip = setInterval(() => {
        if (left-- > 0) socket.write('x');
        else if (left === -1) socket.write('"');
      }, 30);
      return endOf(socket).finally(() => clearInterval(drip));
    };
    const [echo, file] = await Promise.all([send('/echo'), send('/file')]);
    expect(echo).toContain('too long to arrive');
    expect(file).toContain('x'.repeat(38));
  });

  it('and does not read its answer is cut off', async () => {
    const { app, port, log } = await start(soon);
    const connections = promisify(app.server.getConnections.bind(app.server));
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write('GET /large HTTP/1.1\r\nhost: a\r\n\r\n');
    await expect.poll(() => connections()).toBe(1);
    await expect.poll(() => connections()).toBe(0);
    await expect.poll(log).toMatch(/"path":"\/large","status":200,.*"gone":true/);
    socket.destroy();
  });

  it('has twenty seconds for its headers, ten minutes for a file, and two of silence', async () => {
    const { app } = await start();
    const { headersTimeout, requestTimeout, timeout } = app.server;
    expect({ headersTimeout, requestTimeout, timeout }).toEqual({
      headersTimeout: 20_000,
      requestTimeout: 600_000,
      timeout: 120_000,
    });
  });
});

describe('the log', () => {
  it('holds one line per request, without query, credentials and headers', async () => {
    const { url, port, log } = await start();
    await fetch(`${url}/names/a?token=SECRET-IN-QUERY&filter=PRIVATE`, {
      headers: {
        authorization: 'Bearer SECRET-IN-HEADER',
        'x-api-key': 'SECRET-KEY',
        cookie: 'SECRET-COOKIE',
        referer: 'http://a/?token=SECRET-IN-REFERER',
      },
    });
    await fetch(`${url}/nowhere?token=SECRET-IN-QUERY`);
    await fetch(`${url}/%E0%A4?token=SECRET-IN-QUERY`);
    await fetch(`${url}/break?token=SECRET-IN-QUERY`);
    // As a client spells it that has encoded too much, or a page's address.
    await fetch(`${url}/nowhere%3Ftoken=SECRET-IN-PATH`);
    await fetch(`${url}/nowhere%3ftoken=SECRET-IN-PATH`);
    await fetch(`${url}/nowhere;token=SECRET-IN-PATH`);
    await raw(port, 'GET /nowhere#token=SECRET-IN-FRAGMENT HTTP/1.1');
    await raw(port, 'GET http://a/nowhere?%74oken=SECRET-IN-QUERY&TOKEN=SECRET HTTP/1.1');
    await expect
      .poll(() =>
        log()
          .trim()
          .split('\n')
          .filter((line) => line.includes('"method"')),
      )
      .toHaveLength(9);
    expect(log()).toContain('/names/a');
    expect(log()).not.toMatch(/SECRET|PRIVATE/);
  });

  it('has one line for each request, whatever stands in its path', async () => {
    const { port, log } = await start();
    await raw(port, 'GET /a%0a{"level":60}%1b[2J HTTP/1.1');
    await expect.poll(() => log().includes('"path"')).toBe(true);
    const lines = log().trim().split('\n');
    const line = lines.find((text) => text.includes('"path"')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ path: '/a%0a{"level":60}%1b[2J', status: 404 });
    expect(log()).not.toMatch(/[^\x20-\x7e\n]/);
  });
});

describe('headers and metrics', () => {
  it('sets what keeps browsers from guessing and leaking', async () => {
    const { url } = await start();
    for (const path of ['/names/a', '/nowhere', '/api/docs/']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      const policy = headers.get('content-security-policy')?.split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'self'",
          "script-src 'self'",
          "object-src 'none'",
          "base-uri 'self'",
          "frame-ancestors 'self'",
        ]),
      );
    }
  });

  it('takes no request id from a client', async () => {
    const { url, log } = await start();
    const { headers } = await fetch(`${url}/names/a`, { headers: { 'x-request-id': 'FORGED', 'request-id': 'FORGED' } });
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{12}$/);
    await expect.poll(log).toContain(`"reqId":"${headers.get('x-request-id')}"`);
    expect(log()).not.toContain('FORGED');
  });

  it('measures by route, not by path', async () => {
    const { url, metrics } = await start();
    await fetch(`${url}/names/a`);
    await fetch(`${url}/names/b`);
    await fetch(`${url}/nowhere/1`);
    await expect
      .poll(() => metrics.text())
      .toContain('concord_http_request_seconds_count{method="GET",route="/names/:name",status="200"} 2');
    await expect.poll(() => metrics.text()).toContain('route="unmatched",status="404"} 1');
  });
});

/** Sends a request line as it is. Resolves once it has been answered. */
async function raw(port: number, line: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.end(`${line}\r\nhost: a\r\nconnection: close\r\n\r\n`);
  socket.resume();
  await once(socket, 'close');
}
