import { latenciesOf } from '../measure/latencies.ts';
import { withScreens } from '../screen/browsers.ts';
import { keyCpuMs } from '../screen/key-cpu.ts';
import { keysOf, longTasksOf, textOf, typeSteadily, watchKeys } from '../screen/typing.ts';
import type { Scenario } from './scenario.ts';

const keys = 60;
const bytes = 1_000_000;
const sentence = 'The lamp of the large printer flickers whenever the cutter of the other one begins with a new sheet. ';
const paragraph = sentence.repeat(4).trim();

const values = {
  body: {
    type: 'doc',
    content: Array.from({ length: Math.ceil(bytes / paragraph.length) }, () => ({
      type: 'paragraph',
      content: [{ type: 'text', text: paragraph }],
    })),
  },
  source: `${paragraph}\n\n`.repeat(Math.ceil(bytes / paragraph.length)).slice(0, bytes),
};

/** Typing in the middle of a text of a megabyte, of `kind`, which another browser has open, too. */
export function screenLarge(field: 'body' | 'source', kind: string): Scenario {
  return {
    name: `screen-large-${field}`,
    group: 'screen',
    title: `${keys} keys in a record whose ${kind} is 1 MB: what each holds the page up`,
    yardstick: 'workspace',
    supports: (target) => target.serves.includes('page'),
    run: (target, options) =>
      withScreens(target, options, async ({ url, open, request, profiled }) => {
        await request('POST', '/records/pages', { id: 'p', title: 'A long page', [field]: values[field] });
        const page = await open('ada');
        await page.goto(`${url}/c/pages/p`);
        const text = await textOf(page, field === 'body' ? 'Body' : 'Source');
        await text.focus();
        await page.keyboard.press('ControlOrMeta+Home');
        await typeSteadily(page, 10);
        await watchKeys(page);
        let cpu: readonly number[] = [];
        await profiled(page, async () => {
          cpu = await keyCpuMs(page, () => typeSteadily(page, keys));
        });
        const pressed = await keysOf(page);
        const script = latenciesOf(cpu);
        const paint = latenciesOf(pressed.map(({ paintMs }) => paintMs));
        return {
          keyCpuP50Ms: script.p50Ms,
          keyCpuP95Ms: script.p95Ms,
          keyCpuMaxMs: script.maxMs,
          paintP50Ms: paint.p50Ms,
          paintP95Ms: paint.p95Ms,
          longestTaskMs: Math.max(0, ...(await longTasksOf(page))),
        };
      }),
  };
}
