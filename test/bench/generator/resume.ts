import { setTimeout as wait } from 'node:timers/promises';
import { createLatencies } from '../measure/latencies.ts';
import { waitUntil } from './editor.ts';
import type { JobResult, ResumeJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { subscribeBy, type Subscription } from './subscribe.ts';
import { signToken } from './tokens.ts';
import { startWriting, writeMany } from './write-records.ts';

/** Records that the clients have missed are numbered from here on; those that are written meanwhile from 0. */
const missedFrom = 1_000_000;

/**
 * Clients come back with a cursor from before some events, so many at a time; each leaves when it has got all of these.
 * Meanwhile records are written, and somebody who was there all along reads them.
 */
export async function runResume(job: ResumeJob): Promise<JobResult> {
  const { endpoint } = job;
  const before = createLatencies();
  const during = createLatencies();
  const catchUps = createLatencies();
  const window = createWindow();
  const token = signToken(endpoint.secret ?? '', 'writer');
  const { cursor } = (await request(endpoint, token, 'GET', '/changes?feed=poll&since=now')) as { cursor: string };
  await writeMany(endpoint, missedFrom, job.missedEvents);

  let arrived = 0;
  const neighbour = await subscribeBy.sse(endpoint, {
    user: 'neighbour',
    since: 'now',
    onEvent(seq) {
      arrived++;
      (window.isOpen ? during : before).add(performance.now() - writer.sentAt[seq]!);
    },
  });
  const writer = startWriting(endpoint, job.writesPerSecond);
  await wait(job.warmUpMs);
  await tellAndWait({ type: 'ready' });

  let started = 0;
  let caughtUp = 0;
  const comeBack = async (): Promise<void> => {
    while (started < job.clients) {
      catchUps.add(await catchUp(job, cursor, `user${started++}`));
      caughtUp++;
    }
  };
  await measureDuring(window, () => Promise.all(Array.from({ length: job.atOnce }, comeBack)));
  await writer.stop();
  const drained = await waitUntil(() => arrived === writer.written, 5000);
  neighbour.close();
  return {
    ...nothingMeasured,
    windowMs: window.windowMs,
    generatorCpuMs: window.generatorCpuMs,
    updates: caughtUp,
    deliveries: caughtUp * job.missedEvents,
    delivery: during.summary(),
    timed: { before: before.summary(), catchUp: catchUps.summary() },
    drained,
  };
}

/** From connecting to the last event that was missed, ms. */
function catchUp({ endpoint, missedEvents }: ResumeJob, since: string, user: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let expected = missedFrom;
    const subscribed: Promise<Subscription> = subscribeBy.sse(endpoint, {
      user,
      since,
      onEvent(seq) {
        if (seq < missedFrom) return;
        if (seq !== expected++) reject(new Error(`${user} was sent ${seq} instead of ${expected - 1}`));
        if (expected < missedFrom + missedEvents) return;
        resolve(performance.now() - startedAt);
        void subscribed.then((subscription) => subscription.close());
      },
    });
    subscribed.catch(reject);
  });
}
