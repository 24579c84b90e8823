import { fileURLToPath } from 'node:url';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import type {} from './client-page.ts';

/** Where pages find it, at any origin. */
const folder = '/client-page/';
const entry = fileURLToPath(new URL('client-page.ts', import.meta.url));

/** The client's files by name, bundled once per process. */
let bundled: Promise<ReadonlyMap<string, string>> | undefined;

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: 'es2024',
      rolldownOptions: { input: entry, output: { entryFileNames: 'client.js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('Nothing was bundled.');
  return new Map(output.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])));
}

/**
 * Has every page of a context find the client at `/client-page/` of any origin, whether or not there is a server or a
 * network. Pages of one context are the tabs of one person.
 */
export async function serveClient(context: BrowserContext): Promise<void> {
  const files = await (bundled ??= bundle());
  const body = `<!doctype html><title>client</title><script type="module" src="client.js"></script>`;
  await context.route(`**${folder}*`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(folder.length);
    if (name === '') await route.fulfill({ contentType: 'text/html', body });
    else await route.fulfill({ contentType: 'text/javascript', body: files.get(name) ?? '' });
  });
}

/** A tab with the client as `window.concord`, as a page of `origin`. {@link serveClient} comes first. */
export async function openTab(context: BrowserContext, origin: string): Promise<Page> {
  // Chromium takes a page that is answered in its stead for one of a foreign network, and its sockets for intruders.
  await context.grantPermissions(['local-network-access'], { origin });
  const page = await context.newPage();
  await page.goto(origin + folder);
  return page;
}

/** Kills a tab's process in the middle of whatever it does. */
export async function crashTab(page: Page): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // It is never answered.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
  // Its remains take no more orders, those for all tabs of the context included.
  await page.close();
}
