import { latenciesOf } from '../measure/latencies.ts';
import { withScreens } from '../screen/browsers.ts';
import type { Scenario } from './scenario.ts';

const rows = 10_000;
const steps = 240;
const slowFrameMs = 50;

export const screenScroll: Scenario = {
  name: 'screen-scroll',
  group: 'screen',
  title: `a list of ${rows.toLocaleString('en')} rows scrolled from its beginning to its end in ${steps} frames`,
  yardstick: 'workspace',
  supports: (target) => target.serves.includes('page'),
  run: (target, options) =>
    withScreens(target, options, async ({ url, open, request, profiled }) => {
      for (let from = 0; from < rows; from += 100) {
        const records = Array.from({ length: 100 }, (_, at) => ({
          name: `Person ${String(from + at).padStart(5, '0')}`,
          city: `Town ${at}`,
          since: '2026-01-01',
          visits: at,
        }));
        await request('POST', '/records/people/batch', { records });
      }
      const page = await open('ada');
      await page.goto(`${url}/c/people?sort=name`);
      await page.getByTestId('count').getByText(rows.toLocaleString('en')).waitFor();
      const list = page.getByTestId('list');
      let frames: readonly number[] = [];
      await profiled(page, async () => {
        frames = await list.evaluate(async (element, count) => {
          const taken: number[] = [];
          let last = performance.now();
          for (let step = 1; step <= count; step++) {
            element.scrollTop = ((element.scrollHeight - element.clientHeight) * step) / count;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            taken.push(now - last);
            last = now;
          }
          return taken;
        }, steps);
      });
      const { p50Ms, p95Ms, maxMs } = latenciesOf(frames);
      return {
        frameP50Ms: p50Ms,
        frameP95Ms: p95Ms,
        frameMaxMs: maxMs,
        slowFrames: frames.filter((ms) => ms > slowFrameMs).length,
      };
    }),
};
