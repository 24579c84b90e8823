import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp } from './create-http.ts';
import { addWeb } from './web.ts';

let folder: string;
let app: FastifyInstance;
let url: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concord-web-'));
  await mkdir(join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(join(folder, 'web', 'index.html'), '<title>the app</title>');
  await writeFile(join(folder, 'web', 'assets', 'index-4f3a.js'), 'export {}');
  await writeFile(join(folder, 'web', 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'web', '.env'), 'PRIVATE');
  await writeFile(join(folder, 'secret'), 'PRIVATE');
  await mkdir(join(folder, 'web', '.git'));
  await writeFile(join(folder, 'web', '.git', 'config'), 'PRIVATE');
  app = await createHttp({ logger: pino({ level: 'silent' }), limits: defaultLimits });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function serve(path: string): Promise<void> {
  await addWeb(app, path);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
}

/** Sends the path as it is; `fetch` would tidy it up first. */
function getRaw(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((done, fail) => {
    request(`${url}/`, { path, headers: { accept: 'text/html', ...headers } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => done({ status: response.statusCode, body }));
    })
      .on('error', fail)
      .end();
  });
}

describe('the app', () => {
  it('is served at the root, and its page asked for anew each time', async () => {
    await serve(join(folder, 'web'));
    const response = await fetch(`${url}/`);
    expect(await response.text()).toContain('the app');
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await getRaw('/', { 'if-none-match': response.headers.get('etag') ?? '' })).toEqual({ status: 304, body: '' });
  });

  it('has assets that never change', async () => {
    await serve(join(folder, 'web'));
    const response = await fetch(`${url}/assets/index-4f3a.js`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toContain('javascript');
    expect((await fetch(`${url}/favicon.svg`)).headers.get('cache-control')).toBe('no-cache');
  });

  it('has addresses of its own, for browsers', async () => {
    await serve(join(folder, 'web'));
    expect(await (await fetch(`${url}/tickets/42`, { headers: { accept: 'text/html,*/*' } })).text()).toContain('the app');
    expect((await fetch(`${url}/tickets/42`)).status).toBe(404);
    expect((await fetch(`${url}/assets/index-old.js`, { headers: { accept: 'text/html' } })).status).toBe(404);
  });

  it('has folders with pages of their own', async () => {
    const inner = join(folder, 'web', 'examples');
    await mkdir(join(inner, 'assets'), { recursive: true });
    await writeFile(join(inner, 'index.html'), '<title>examples</title>');
    await writeFile(join(inner, 'one.html'), '<title>one</title>');
    await writeFile(join(inner, 'assets', 'one-77aa.js'), 'export {}');
    await writeFile(join(folder, 'web', '.git', 'index.html'), 'PRIVATE');
    await serve(join(folder, 'web'));
    const headers = { accept: 'text/html' };
    const index = await fetch(`${url}/examples`, { headers });
    expect(index.url).toBe(`${url}/examples/`);
    expect(await index.text()).toContain('examples');
    expect(await (await fetch(`${url}/examples/one.html?as=ada`, { headers })).text()).toContain('one');
    const asset = await fetch(`${url}/examples/assets/one-77aa.js`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${url}/examples/one.html`)).headers.get('cache-control')).toBe('no-cache');
    expect((await fetch(`${url}/examples/nothing.js`)).status).toBe(404);
    expect((await getRaw('/.git/')).body).not.toContain('PRIVATE');
  });

  it.each(['/api/v1/nowhere', '/sync/x', '/yjs/a/b/c'])('does not answer for %s', async (path) => {
    await serve(join(folder, 'web'));
    const response = await fetch(url + path, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it.each([
    '/../secret',
    '/..%2fsecret',
    '/%2e%2e/secret',
    '/assets/../../secret',
    '/assets/..%2f..%2fsecret',
    '/..%5csecret',
    '/.env',
    '/%2eenv',
    '//etc/passwd',
    '/%00',
    '/assets/',
    '/assets/index-4f3a.js%00.html',
    '/....//secret',
    '/%252e%252e%252fsecret',
    '/%252e%252e/secret',
    '/..%252fsecret',
    '/..%255csecret',
    '/%c0%ae%c0%ae/secret',
    '/\\..\\secret',
    '/.git/config',
    '/%2egit/config',
    '/assets/../.env',
    '/.env%00.svg',
    '/.env/',
  ])('gives away nothing for %s', async (path) => {
    await serve(join(folder, 'web'));
    const { status, body } = await getRaw(path);
    expect(body).not.toContain('PRIVATE');
    if (status !== 200) expect([404, 400]).toContain(status);
    else expect(body).toContain('the app');
  });

  it('has no links that lead out of its folder, and has those that lead elsewhere within it', async () => {
    const web = join(folder, 'web');
    await writeFile(join(folder, 'secret.txt'), 'PRIVATE');
    await symlink(join(folder, 'secret.txt'), join(web, 'linked.txt'));
    await symlink(folder, join(web, 'assets', 'everything'));
    await symlink(join(web, 'favicon.svg'), join(web, 'icon.svg'));
    // As a release that is switched to by a link.
    await symlink(web, join(folder, 'current'));
    await serve(join(folder, 'current'));
    for (const path of ['/linked.txt', '/assets/everything/secret.txt', '/assets/everything/web/../secret.txt'])
      expect(await getRaw(path), path).toMatchObject({ status: 404, body: expect.stringContaining('not_found') as string });
    expect(await getRaw('/icon.svg')).toEqual({ status: 200, body: '<svg/>' });
    expect((await getRaw('/')).body).toContain('the app');
    expect((await fetch(`${url}/assets/index-4f3a.js`)).headers.get('cache-control')).toContain('immutable');
  });

  it('that was not built is missed in plain words', async () => {
    await serve(join(folder, '<none>'));
    const response = await fetch(`${url}/`);
    expect(response.status).toBe(503);
    const page = await response.text();
    expect(page).toContain('has not been built');
    expect(page).toContain('&lt;none>');
    expect((await fetch(`${url}/api/v1/openapi.json`)).status).toBe(200);
  });
});
