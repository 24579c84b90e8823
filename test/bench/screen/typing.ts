import { setTimeout as wait } from 'node:timers/promises';
import type { ElementHandle, Page } from 'playwright-core';

/** So fast does a quick typist type. */
const betweenKeysMs = 80;

/** One key, as the page met with it. Milliseconds since the epoch, by the page's steady clock. */
export interface Key {
  readonly at: number;
  /** Until it was painted. */
  readonly paintMs: number;
}

declare global {
  interface Window {
    benchKeys: { at: number; paintMs: number }[];
    benchLongTasks: number[];
    /** When the text was painted with so many more characters as the index says. */
    benchSeen: number[];
  }
}

/** Where a field of the record that a page shows is typed into. */
export async function textOf(page: Page, label: string): Promise<ElementHandle<HTMLElement>> {
  const field = page
    .locator('concord-field')
    .filter({ has: page.locator('.label', { hasText: new RegExp(`^\\s*${label}\\s*$`) }) });
  const text = field.locator('.content, textarea').first();
  await text.waitFor();
  return (await text.elementHandle()) as ElementHandle<HTMLElement>;
}

/** Has a page note each of its keys from now on. */
export async function watchKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.benchKeys = [];
    window.benchLongTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.benchLongTasks.push(duration);
    }).observe({ type: 'longtask' });
    addEventListener(
      'keydown',
      (event) => {
        const key = { at: performance.timeOrigin + event.timeStamp, paintMs: 0 };
        window.benchKeys.push(key);
        requestAnimationFrame(() => {
          setTimeout(() => {
            key.paintMs = performance.timeOrigin + performance.now() - key.at;
          });
        });
      },
      { capture: true },
    );
  });
}

export const keysOf = (page: Page): Promise<readonly Key[]> => page.evaluate(() => window.benchKeys);
export const longTasksOf = (page: Page): Promise<readonly number[]> => page.evaluate(() => window.benchLongTasks);

/** Has a page note when each further character of a text is on its screen. */
export async function watchText(page: Page, text: ElementHandle<HTMLElement>): Promise<void> {
  await page.evaluate((element) => {
    // Without the carets of the others, which are in the text.
    const length = (): number => (element.textContent.match(/q/g) ?? []).length;
    const before = length();
    window.benchSeen = [];
    new MutationObserver(() => {
      requestAnimationFrame(() => {
        const count = length() - before;
        setTimeout(() => {
          const now = performance.timeOrigin + performance.now();
          while (window.benchSeen.length < count) window.benchSeen.push(now);
        });
      });
    }).observe(element, { subtree: true, childList: true, characterData: true });
  }, text);
}

/** Types `count` characters into whatever has the focus. */
export async function typeSteadily(page: Page, count: number): Promise<void> {
  for (let key = 0; key < count; key++) {
    const next = wait(betweenKeysMs);
    await page.keyboard.press('q');
    await next;
  }
}
