import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { tokenFor, type TestUser } from './tokens.ts';

const built = join(import.meta.dirname, '../../packages/elements/dist');
const folder = '/elements-page/';

export interface ElementsPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What was fetched of the elements, by file. */
  readonly files: readonly string[];
  /** A field's element, by the field's name. */
  field(name: string): Locator;
  status(): Locator;
}

export interface ElementsPageOptions {
  readonly as?: TestUser;
  /** The attributes of the page's root, as in `lang="de" dir="rtl"`. */
  readonly root?: string;
  readonly context?: BrowserContextOptions;
}

/**
 * A page of somebody with a profile of their own, with the elements as they were built. `body` is its HTML, where `$TOKEN`
 * stands for their token and `$URL` for the server. The test fails if the page ever throws.
 */
export async function openElements(
  browser: Browser,
  server: { readonly url: string },
  body: string,
  { as = {}, root = 'lang="en"', context: contextOptions = {} }: ElementsPageOptions = {},
): Promise<ElementsPage> {
  if (!existsSync(join(built, 'elements.js'))) throw new Error('The elements are not built: npm run build');
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-GB', ...contextOptions });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  onTestFinished(() => expect(errors, `what ${as.user ?? 'the'} page threw`).toEqual([]));
  const filled = body.replaceAll('$TOKEN', await tokenFor(as)).replaceAll('$URL', server.url);
  const style = ':root { color-scheme: light dark } body { max-width: 62rem; margin: 2rem auto; font: 16px system-ui }';
  const files: string[] = [];
  await context.route(`**${folder}*`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(folder.length);
    files.push(name);
    const html = `<!doctype html><html ${root}><head><title>A page</title><style>${style}</style>
      <script type="module" src="elements.js"></script></head><body><main><h1>A page</h1>${filled}</main></body></html>`;
    if (name === '') await route.fulfill({ contentType: 'text/html', body: html });
    else await route.fulfill({ contentType: 'text/javascript', body: readFileSync(join(built, name), 'utf8') });
  });
  await page.goto(server.url + folder);
  return {
    page,
    context,
    files,
    field: (name) => page.locator(`concord-field[field=${name}]`),
    status: () => page.locator('concord-record concord-status'),
  };
}
