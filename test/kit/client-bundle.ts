import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import type {} from './client-page.ts';
import { bundlePage, serveBundled } from './page-bundle.ts';

/** Once per process. */
let bundled: Promise<ReadonlyMap<string, string>> | undefined;

/** Has every page of a context be one with the client as `window.concord`, whether or not there is a server or a network. */
export async function serveClient(context: BrowserContext): Promise<void> {
  await serveBundled(context, await (bundled ??= bundlePage('client-page.ts')));
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
