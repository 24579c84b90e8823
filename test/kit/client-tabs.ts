import type { BrowserContext, Page } from 'playwright-core';
import type { Client, Command } from '@concord/client';
import type config from './concord.config.ts';
import { launchBrowser } from './browser.ts';
import { serveClient } from './client-bundle.ts';
import { openTab } from './page-bundle.ts';
import { tokenFor, type TestUser } from './tokens.ts';

declare global {
  interface Window {
    client: Client<typeof config>;
  }
}

/** The tabs of one person, each with a client of its own as `window.client`. */
export interface ClientTabs {
  readonly context: BrowserContext;
  open(): Promise<Page>;
  /** For all of them. */
  offline(offline: boolean): Promise<void>;
}

export async function openClientTabs(server: { readonly url: string }, user?: TestUser): Promise<ClientTabs> {
  const context = await (await launchBrowser()).newContext();
  await serveClient(context);
  const token = await tokenFor(user);
  return {
    context,
    async open() {
      const page = await openTab(context, server.url);
      await page.evaluate(
        ([url, held]) => {
          window.client = window.concord.createClient({ url, token: held });
          // Has it begin.
          window.client.commands.pending.get();
        },
        [server.url, token] as const,
      );
      return page;
    },
    offline: (offline) => context.setOffline(offline),
  };
}

export function pendingIn(page: Page): Promise<readonly Command[]> {
  return page.evaluate(() => window.client.commands.pending.get());
}
