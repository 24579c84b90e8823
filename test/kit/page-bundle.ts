import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { build, type Plugin } from 'vite';

/** Where pages find it, at any origin. */
const folder = '/bundled/';

/**
 * Bundles a script for browsers: `file`, by its path from this folder, or `code` as if it stood there. Answers its files by
 * name; the page loads `page.js`.
 */
export async function bundlePage(file: string, code?: string): Promise<ReadonlyMap<string, string>> {
  const entry = join(import.meta.dirname, file);
  const given: Plugin = {
    name: 'given-code',
    resolveId: (id) => (id === entry && code !== undefined ? entry : null),
    load: (id) => (id === entry ? (code ?? null) : null),
  };
  const result = await build({
    configFile: false,
    logLevel: 'error',
    base: './',
    plugins: [given],
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: 'es2024',
      rolldownOptions: { input: entry, output: { entryFileNames: 'page.js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('Nothing was bundled.');
  return new Map(output.output.flatMap((made) => (made.type === 'chunk' ? [[made.fileName, made.code]] : [])));
}

/**
 * Has every page of a context find what was bundled at `/bundled/` of any origin, whether or not there is a server or a
 * network. Pages of one context are the tabs of one person.
 */
export async function serveBundled(context: BrowserContext, files: ReadonlyMap<string, string>): Promise<void> {
  const body = '<!doctype html><title>page</title><div id="root"></div><script type="module" src="page.js"></script>';
  await context.route(`**${folder}*`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(folder.length);
    if (name === '') await route.fulfill({ contentType: 'text/html', body });
    else await route.fulfill({ contentType: 'text/javascript', body: files.get(name) ?? '' });
  });
}

/** A tab with what was bundled, as a page of `origin`. {@link serveBundled} comes first. */
export async function openTab(context: BrowserContext, origin: string): Promise<Page> {
  // Chromium takes a page that is answered in its stead for one of a foreign network, and its sockets for intruders.
  await context.grantPermissions(['local-network-access'], { origin });
  const page = await context.newPage();
  await page.goto(origin + folder);
  return page;
}
