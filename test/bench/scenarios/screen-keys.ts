import { latenciesOf } from '../measure/latencies.ts';
import { withScreens } from '../screen/browsers.ts';
import { keyCpuMs } from '../screen/key-cpu.ts';
import { keysOf, longTasksOf, textOf, typeSteadily, watchKeys, watchText } from '../screen/typing.ts';
import type { Scenario } from './scenario.ts';

const keys = 200;

export const screenKeys: Scenario = {
  name: 'screen-keys',
  group: 'screen',
  title: `${keys} keys into rich text: from the key in one browser to the screen of another`,
  yardstick: 'workspace',
  supports: (target) => target.serves.includes('page'),
  run: (target, options) =>
    withScreens(target, options, async ({ url, open, request, profiled }) => {
      await request('POST', '/records/pages', { id: 'p', title: 'A page', source: '' });
      const [ada, ben] = await Promise.all([open('ada'), open('ben')]);
      await Promise.all([ada, ben].map((page) => page.goto(`${url}/c/pages/p`)));
      const [text, seen] = await Promise.all([textOf(ada, 'Body'), textOf(ben, 'Body')]);
      await text.focus();
      await typeSteadily(ada, 20);
      await ben.waitForFunction((element) => (element.textContent.match(/q/g) ?? []).length === 20, seen);
      await watchText(ben, seen);
      await watchKeys(ada);
      let cpu: readonly number[] = [];
      await profiled(ada, async () => {
        cpu = await keyCpuMs(ada, () => typeSteadily(ada, keys));
      });
      await ben.waitForFunction((count) => window.benchSeen.length >= count, keys);
      const seenAt = await ben.evaluate(() => window.benchSeen);
      const pressed = await keysOf(ada);
      const screen = latenciesOf(pressed.map(({ at }, key) => (seenAt[key] ?? Infinity) - at));
      const script = latenciesOf(cpu);
      const paint = latenciesOf(pressed.map(({ paintMs }) => paintMs));
      return {
        screenP50Ms: screen.p50Ms,
        screenP95Ms: screen.p95Ms,
        keyCpuP50Ms: script.p50Ms,
        keyCpuP95Ms: script.p95Ms,
        keyCpuMaxMs: script.maxMs,
        paintP50Ms: paint.p50Ms,
        paintP95Ms: paint.p95Ms,
        longestTaskMs: Math.max(0, ...(await longTasksOf(ada))),
      };
    }),
};
