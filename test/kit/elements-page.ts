import { existsSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { openProfile } from './browser.ts';
import formConfig from './form.config.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { tokenFor, type TestUser } from './tokens.ts';

const built = join(import.meta.dirname, '../../packages/elements/dist');

const emptyPage = `<!doctype html>
<html lang="en">
  <head>
    <meta name="viewport" content="width=device-width" />
    <title>A page</title>
    <link rel="icon" href="data:," />
    <style>
      :root { color-scheme: light dark; background: light-dark(#fff, #131619) }
      body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 16px system-ui; color: light-dark(#111, #eee) }
    </style>
    <script type="module" src="/elements/elements.js"></script>
  </head>
  <body><main></main></body>
</html>
`;

/** A server that has, beside the API, an empty page with the elements, as they were built. */
export async function serveElements(options: TestServerOptions = {}): Promise<TestServer> {
  if (!existsSync(join(built, 'elements.js'))) throw new Error('The elements are not built: npm run build');
  const web = await temporaryFolder();
  await mkdir(join(web, 'elements'));
  await cp(built, join(web, 'elements'), { recursive: true });
  await writeFile(join(web, 'index.html'), emptyPage);
  return await startServer({ config: formConfig, web, ...options });
}

export interface ElementsPage {
  readonly page: Page;
  /** What was fetched of the elements, by file. */
  readonly files: readonly string[];
  offline(offline: boolean): Promise<void>;
  /** The first element of a field, by the field's name. */
  field(name: string): Locator;
  /** What the field is typed into, or chosen by. */
  input(name: string): Locator;
  /** Resolves when all that was edited is saved. */
  saved(): Promise<void>;
}

export interface ElementsPageOptions {
  readonly as?: TestUser;
  /** Attributes of the page's root. */
  readonly lang?: string;
  readonly dir?: 'rtl';
  readonly context?: BrowserContextOptions;
}

/**
 * A page of somebody with a profile of their own. `body` is its HTML, where `$TOKEN` stands for their token. The test fails
 * if the page ever throws.
 */
export async function openElements(
  browser: Browser,
  server: { readonly url: string },
  body: string,
  { as = {}, lang = 'en', dir, context = {} }: ElementsPageOptions = {},
): Promise<ElementsPage> {
  const { page, offline } = await openProfile(browser, { locale: 'en-GB', ...context });
  const files: string[] = [];
  page.on('request', (request) => {
    const file = /\/elements\/([^/?]+)$/.exec(request.url())?.[1];
    if (file !== undefined) files.push(file);
  });
  // Before the servers, whose stop waits for their sockets.
  onTestFinished(() => page.close());
  await page.goto(server.url);
  await page.evaluate(
    ([html, pageLang, pageDir]) => {
      document.documentElement.lang = pageLang ?? '';
      document.documentElement.dir = pageDir ?? '';
      (document.querySelector('main') as HTMLElement).innerHTML = `<h1>A page</h1>${html ?? ''}`;
    },
    [body.replaceAll('$TOKEN', await tokenFor(as)), lang, dir ?? ''],
  );
  const field = (name: string) => page.locator(`concord-field[field=${name}]`).first();
  return {
    page,
    files,
    offline,
    field,
    input: (name) => field(name).locator('input, textarea, select').first(),
    saved: () => page.locator('concord-status[state=saved]').waitFor(),
  };
}
