import { waitUntil } from './editor.ts';
import type { JobResult, WebhooksJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { addWebhook, startReceiver } from './receiver.ts';
import { nothingMeasured } from './result.ts';
import { writeMany } from './write-records.ts';

const deadlineMs = 60_000;

/** Webhooks are made that begin with events which are there already: how fast they are sent, and at what cost. */
export async function runWebhooks(job: WebhooksJob): Promise<JobResult> {
  const { endpoint } = job;
  const window = createWindow();
  const expected = job.webhooks * job.events;
  /** Each delivery once, however often it came. */
  const received = new Set<string>();
  let all = (): void => {};
  const receiver = await startReceiver((path, seq) => {
    if (received.add(`${path} ${seq}`).size === expected) all();
  });
  await writeMany(endpoint, 0, job.events);
  await tellAndWait({ type: 'ready' });
  await measureDuring(window, async () => {
    const arrived = new Promise<void>((resolve) => void (all = resolve));
    for (let i = 0; i < job.webhooks; i++) await addWebhook(endpoint, receiver, `/${i}`, '0');
    await Promise.race([arrived, waitUntil(() => received.size === expected, deadlineMs)]);
  });
  receiver.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    deliveries: received.size,
    drained: received.size === expected,
  };
}
