import type { Page } from 'playwright-core';
import { latenciesOf } from '../measure/latencies.ts';
import { withScreens } from '../screen/browsers.ts';
import type { Scenario } from './scenario.ts';

const records = 20;
const text = (id: string): string => `The text of ${id}.`;

/** From the click on its link in the list until its text is painted. Ends in the list again. */
async function openMs(page: Page, id: string): Promise<number> {
  const row = page.locator(`[data-testid=row][data-record="${id}"]`);
  await row.waitFor();
  await page.evaluate((wanted) => {
    window.benchOpened = undefined;
    const isThere = (): boolean => {
      const fields = Array.from(document.querySelectorAll('concord-field'));
      const editors = fields.map((field) =>
        field.shadowRoot?.querySelector('concord-editor')?.shadowRoot?.querySelector('.content'),
      );
      return editors.some((content) => content?.textContent.includes(wanted) === true);
    };
    addEventListener(
      'click',
      ({ timeStamp }) => {
        const look = (): void => {
          if (!isThere()) requestAnimationFrame(look);
          else setTimeout(() => (window.benchOpened = performance.now() - timeStamp));
        };
        requestAnimationFrame(look);
      },
      { capture: true, once: true },
    );
  }, text(id));
  await row.getByRole('link').click();
  const opened = await page.waitForFunction(() => window.benchOpened);
  await page.getByRole('link', { name: 'Back to Pages' }).click();
  return (await opened.jsonValue()) as number;
}

declare global {
  interface Window {
    benchOpened: number | undefined;
  }
}

export const screenOpen: Scenario = {
  name: 'screen-open',
  group: 'screen',
  title: `${records} records opened from the list, each for the first time and again: from the click to the text on the screen`,
  yardstick: 'workspace',
  supports: (target) => target.serves.includes('page'),
  run: (target, options) =>
    withScreens(target, options, async ({ url, open, request, profiled }) => {
      const ids = Array.from({ length: records + 1 }, (_, at) => `p${at}`);
      for (const id of ids) {
        const body = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: text(id) }] }] };
        await request('POST', '/records/pages', { id, title: `Page ${id}`, body });
      }
      const page = await open('ada');
      await page.goto(`${url}/c/pages`);
      const [cold = '', ...others] = ids;
      const openColdMs = await openMs(page, cold);
      const first: number[] = [];
      const again: number[] = [];
      await profiled(page, async () => {
        for (const id of others) first.push(await openMs(page, id));
        for (const id of others) again.push(await openMs(page, id));
      });
      const [warm, kept] = [latenciesOf(first), latenciesOf(again)];
      return {
        openColdMs,
        openP50Ms: warm.p50Ms,
        openP95Ms: warm.p95Ms,
        againP50Ms: kept.p50Ms,
        againP95Ms: kept.p95Ms,
      };
    }),
};
