import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time of the thread, µs. */
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/**
 * The CPU time, ms, that each key costs a page's main thread until its events are over: the browser's own editing and all
 * script that follows from it. By Chromium's trace, as a clock on the wall counts what else a busy machine does.
 */
export async function keyCpuMs(page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser of its own.');
  await browser.startTracing(page, { categories: ['devtools.timeline'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread),
  );
  // A key is pressed, and then typed: what is done with it is done in the second.
  return traceEvents
    .filter((event) => event.name === 'EventDispatch' && event.ph === 'X' && mains.has(thread(event)))
    .filter(({ args }) => args.data?.type === 'keypress')
    .map(({ tdur = 0 }) => tdur / 1000);
}
