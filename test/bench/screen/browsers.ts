import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { browserSwitches, installedBrowser } from '../../kit/installed-browser.ts';
import { topFunctions, type ProfiledFunction } from '../measure/profile.ts';
import { sampleOf, type Figures, type Measured } from '../scenarios/sample.ts';
import type { RunOptions } from '../scenarios/scenario.ts';
import { withTarget } from '../scenarios/window.ts';
import type { Target } from '../targets/targets.ts';

/** The workspace, with those who open it. */
export interface Screens {
  readonly url: string;
  /** Signs somebody in, in a browser of their own. */
  open(person: 'ada' | 'ben'): Promise<Page>;
  /** A request to the API, as Ada. Throws what is refused. */
  request(method: string, path: string, body: unknown): Promise<void>;
  /** Has the profile of a page's main thread in `work` reported, where one is asked for. */
  profiled(page: Page, work: () => Promise<void>): Promise<void>;
}

const profiledFunctions = 25;
const builtPage = join(import.meta.dirname, '../../../apps/workspace/dist/index.html');

/** Runs the workspace on a fresh folder, and ends it and its browsers whatever happens. */
export function withScreens(target: Target, options: RunOptions, use: (screens: Screens) => Promise<Figures>): Promise<Measured> {
  if (!existsSync(builtPage)) throw new Error('The workspace app is not built: npm run build');
  return withTarget(target, options, async ({ port }) => {
    const url = `http://127.0.0.1:${port}`;
    const browsers: Browser[] = [];
    let profile: readonly ProfiledFunction[] | null = null;
    let token = '';
    const problems: string[] = [];

    async function request<T = unknown>(method: string, path: string, body: unknown): Promise<T> {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    }

    try {
      ({ token } = await request<{ token: string }>('POST', '/auth/demo', { user: 'ada' }));
      const figures = await use({
        url,
        request: async (...args) => void (await request(...args)),
        async open(person) {
          const browser = await chromium.launch({ executablePath: installedBrowser(), args: [...browserSwitches] });
          browsers.push(browser);
          const page = await browser.newPage({ viewport: { width: 1280, height: 820 } });
          page.on('pageerror', ({ message }) => problems.push(`a page threw: ${message}`));
          await page.goto(url);
          await page.getByTestId(`sign-in-${person}`).click();
          await page.locator('[data-testid=connection][data-state=live]:visible').waitFor();
          return page;
        },
        async profiled(page, work) {
          if (options.profileFile === null) return await work();
          const session = await page.context().newCDPSession(page);
          await session.send('Profiler.enable');
          await session.send('Profiler.setSamplingInterval', { interval: 250 });
          await session.send('Profiler.start');
          await work();
          const { profile: taken } = await session.send('Profiler.stop');
          writeFileSync(options.profileFile, JSON.stringify(taken));
          profile = topFunctions(options.profileFile, profiledFunctions);
        },
      });
      return { sample: sampleOf(figures, problems), profile };
    } finally {
      await Promise.all(browsers.map((browser) => browser.close()));
    }
  });
}
