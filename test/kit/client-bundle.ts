import { fileURLToPath } from 'node:url';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { build } from 'vite';
import type {} from './client-page.ts';

/** Where pages find it, at any origin. */
const path = '/client-page';

/** Bundled once per process. */
let bundled: Promise<string> | undefined;

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'es2024',
      rolldownOptions: { input: fileURLToPath(new URL('client-page.ts', import.meta.url)) },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('Nothing was bundled.');
  return output.output[0].code;
}

/**
 * Has every page of a context find the client at `/client-page` of any origin, whether or not there is a server or a
 * network. Pages of one context are the tabs of one person.
 */
export async function serveClient(context: BrowserContext): Promise<void> {
  const script = await (bundled ??= bundle());
  const body = `<!doctype html><title>client</title><script type="module" src="${path}.js"></script>`;
  await context.route(`**${path}`, (route) => route.fulfill({ contentType: 'text/html', body }));
  await context.route(`**${path}.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
}

/** A tab with the client as `window.concord`, as a page of `origin`. {@link serveClient} comes first. */
export async function openTab(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin + path);
  return page;
}

/** Kills a tab's process in the middle of whatever it does. */
export async function crashTab(page: Page): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // It is never answered.
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
}
