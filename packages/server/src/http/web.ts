import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Built assets carry a hash of their content in their name, so they never change. */
const immutable = 'public, max-age=31536000, immutable';

/** Addresses of the server itself: nothing of the app lies there. */
const reserved = /^\/(?:api|sync|yjs|compat|healthz|readyz|metrics)(?:\/|$)/;

/**
 * Serves the app that was built into `folder` at the root. An address that is no file but looks like a page
 * of the app (no dot in its last part) gets the app, which shows what is meant. A folder in it that holds an `index.html`, as they are
 * when the server starts, has pages of its own. Without the folder, a page says what to do; the API works all the same. A link
 * within the folder that leads out of it is no file of the app, and neither is what begins with a dot.
 */
export async function addWeb(app: FastifyInstance, folder: string): Promise<void> {
  const root = resolve(folder);
  if (!existsSync(join(root, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, (_request, reply) => sendNotBuilt(reply, root));
    return;
  }
  const inner = new Set(readdirSync(root).filter((name) => existsSync(join(root, name, 'index.html'))));
  const assets = ['', ...inner].map((name) => join(root, name, 'assets', '/'));
  await app.register(fastifyStatic, {
    root,
    serve: false,
    dotfiles: 'ignore',
    allowedPath: (path) => liesWithin(root, path),
    cacheControl: false,
    setHeaders: (reply, path) =>
      void reply.header('cache-control', assets.some((within) => path.startsWith(within)) ? immutable : 'no-cache'),
  });
  app.get<{ Params: { '*': string } }>('/*', { schema: { hide: true }, config: { quiet: true } }, (request, reply) => {
    const path = request.params['*'];
    if (reserved.test(`/${path}`)) return reply.callNotFound();
    const folder = path.replace(/\/$/, '');
    if (inner.has(folder)) return path === folder ? reply.redirect(`/${folder}/`) : reply.sendFile(`${folder}/index.html`);
    return reply.sendFile(isPage(path, request) ? 'index.html' : path);
  });
}

/** Whether the file that `path` leads to lies in `root`, wherever that itself leads to. */
function liesWithin(root: string, path: string): boolean {
  try {
    return realpathSync(join(root, path)).startsWith(realpathSync(root) + sep);
  } catch {
    return false;
  }
}

function isPage(path: string, request: FastifyRequest): boolean {
  if (path === '') return true;
  const last = path.slice(path.lastIndexOf('/') + 1);
  return !last.includes('.') && /\btext\/html\b/.test(request.headers.accept ?? '');
}

function sendNotBuilt(reply: FastifyReply, root: string): FastifyReply {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Concord</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>Concord is running</h1>
<p>The workspace app has not been built, so there is nothing to show here: <code>${escapeHtml(root)}</code> holds no <code>index.html</code>.</p>
<p>Start with <code>npm start</code>, which builds it, or pass <code>--web</code> the folder it was built into.</p>
<p>The API works all the same: <a href="/api/docs">browse it</a>.</p>
`;
  return reply.code(503).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(page);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
