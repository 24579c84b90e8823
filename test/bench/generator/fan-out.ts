import { setTimeout as wait } from 'node:timers/promises';
import { createLatencies } from '../measure/latencies.ts';
import { openMany, waitUntil } from './editor.ts';
import type { FanOutJob, JobResult } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { subscribeBy } from './subscribe.ts';
import { startWriting, type Writer } from './write-records.ts';

/** Many subscribers of the feed; records are created over REST at a fixed rate; each subscriber counts. */
export async function runFanOut(job: FanOutJob): Promise<JobResult> {
  const latencies = createLatencies();
  const window = createWindow();
  let writer: Writer | null = null;
  let deliveries = 0;
  let deliveredBytes = 0;
  let arrived = 0;

  const onEvent = (seq: number): void => {
    const at = writer?.sentAt[seq];
    if (at === undefined) return;
    arrived++;
    if (!window.isOpen) return;
    deliveries++;
    latencies.add(performance.now() - at);
  };
  const onBytes = (count: number): void => {
    if (window.isOpen) deliveredBytes += count;
  };
  const subscriptions = await openMany(job.subscribers, (index) =>
    subscribeBy[job.transport](job.endpoint, { user: `user${index}`, since: 'now', onEvent, onBytes }),
  );
  await tellAndWait({ type: 'ready' });

  writer = startWriting(job.endpoint, job.writesPerSecond);
  await wait(job.warmUpMs);
  const writtenBefore = writer.written;
  await measureDuring(window, () => wait(job.measureMs));
  const updates = writer.written - writtenBefore;
  await writer.stop();
  const { written } = writer;
  const drained = await waitUntil(() => arrived === written * job.subscribers, 5000);
  for (const subscription of subscriptions) subscription.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates,
    deliveries,
    deliveredBytes,
    messages: deliveries,
    delivery: latencies.summary(),
    lagP99Ms: writer.lagP99Ms(),
    drained,
  };
}
