import { setTimeout as wait } from 'node:timers/promises';
import { createLatencies } from '../measure/latencies.ts';
import { waitUntil } from './editor.ts';
import type { JobResult, LatencyJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { addWebhook, startReceiver } from './receiver.ts';
import { nothingMeasured } from './result.ts';
import { subscribeBy } from './subscribe.ts';
import { startWriting, type Writer } from './write-records.ts';

const ways = ['sse', 'realtime', 'webhook'] as const;

/** Records are created over REST at a fixed rate: from the request's sending to the arrival at one reader of each kind. */
export async function runLatency(job: LatencyJob): Promise<JobResult> {
  const { endpoint } = job;
  const window = createWindow();
  const latencies = { sse: createLatencies(), realtime: createLatencies(), webhook: createLatencies() };
  const arrived = { sse: 0, realtime: 0, webhook: 0 };
  let writer: Writer | null = null;

  const arrive = (way: (typeof ways)[number], seq: number): void => {
    const at = writer?.sentAt[seq];
    if (at === undefined) return;
    arrived[way]++;
    if (window.isOpen) latencies[way].add(performance.now() - at);
  };
  const subscriptions = await Promise.all(
    (['sse', 'realtime'] as const).map((way) =>
      subscribeBy[way](endpoint, { user: way, since: 'now', onEvent: (seq) => arrive(way, seq) }),
    ),
  );
  const receiver = await startReceiver((_path, seq) => arrive('webhook', seq));
  await addWebhook(endpoint, receiver, '/', 'now');
  await tellAndWait({ type: 'ready' });

  writer = startWriting(endpoint, job.writesPerSecond);
  await wait(job.warmUpMs);
  const writtenBefore = writer.written;
  await measureDuring(window, () => wait(job.measureMs));
  const updates = writer.written - writtenBefore;
  await writer.stop();
  const { written } = writer;
  const drained = await waitUntil(() => ways.every((way) => arrived[way] === written), 5000);
  for (const subscription of subscriptions) subscription.close();
  receiver.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates,
    timed: {
      sse: latencies.sse.summary(),
      realtime: latencies.realtime.summary(),
      webhook: latencies.webhook.summary(),
    },
    lagP99Ms: writer.lagP99Ms(),
    drained,
  };
}
