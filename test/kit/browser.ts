import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { browserSwitches, installedBrowser } from './installed-browser.ts';

/** Of this process: to start one takes longer than most tests do. Playwright ends it with the process. */
let shared: Promise<Browser> | undefined;

function start(): Promise<Browser> {
  const starting = chromium.launch({ executablePath: installedBrowser(), args: [...browserSwitches] });
  // One that was killed is not handed to the next test.
  const forget = (): void => {
    if (shared === starting) shared = undefined;
  };
  starting.then((browser) => browser.once('disconnected', forget), forget);
  return starting;
}

/**
 * An installed Chrome or Chromium. Fails, saying what to install, where there is none. The profiles that a test opens in it
 * are its own, and are closed with it.
 */
export async function launchBrowser(): Promise<Browser> {
  const browser = await (shared ??= start());
  const newContext = async (options?: BrowserContextOptions): Promise<BrowserContext> => {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    return context;
  };
  const newPage = async (options?: BrowserContextOptions): Promise<Page> => await (await newContext(options)).newPage();
  const own = { newContext, newPage } satisfies Partial<Browser>;
  return new Proxy(browser, {
    get: (target, name) =>
      (Object.hasOwn(own, name) ? own[name as keyof typeof own] : Reflect.get(target, name, target)) as unknown,
  });
}

/** The same with a profile in `folder`, which outlives it. The others keep theirs in memory. */
export async function launchProfile(folder: string): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: installedBrowser(),
    args: [...browserSwitches],
  });
  onTestFinished(() => context.close());
  return context;
}

export interface Visitor {
  readonly page: Page;
  /** Cuts the network, or joins it again. */
  offline(offline: boolean): Promise<void>;
}

/** A tab with a profile of its own. The test fails if a page in it ever throws. */
export async function openProfile(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 }, ...options });
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  onTestFinished(() => expect(errors, 'what the page threw').toEqual([]));
  const page = await context.newPage();
  return { page, offline: (offline) => context.setOffline(offline) };
}

/** Opens the workspace in a profile of its own, as somebody of the demo who has signed in before. */
export async function visitAs(
  browser: Browser,
  url: string,
  person: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const visitor = await openProfile(browser, options);
  const { page } = visitor;
  await page.goto(`${url}/healthz`);
  await page.evaluate(async (user) => {
    const body = JSON.stringify({ user });
    const answer = await fetch('/api/v1/auth/demo', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    sessionStorage.setItem('concord.session', await answer.text());
  }, person);
  await page.goto(url);
  await page.getByTestId('list').waitFor();
  await page.locator('[data-testid=connection][data-state=live]:visible').waitFor();
  return visitor;
}
