import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createLatencies } from '../measure/latencies.ts';
import { openMany, waitUntil } from './editor.ts';
import type { Endpoint, JobResult, SseJob } from './jobs.ts';
import { tell, tellAndWait } from './parent.ts';
import { nothingMeasured } from './result.ts';
import { signToken } from './tokens.ts';

/** Each event carries the number of the write that caused it, in the record's field `seq`. */
const marker = Buffer.from('"seq":');

/** Many subscribers of the feed; records are created over REST at a fixed rate; each subscriber counts. */
export async function runSse(job: SseJob): Promise<JobResult> {
  const latencies = createLatencies();
  const sentAt: number[] = [];
  let measuring = false;
  let deliveries = 0;
  let arrived = 0;

  const onEvent = (seq: number): void => {
    const at = sentAt[seq];
    if (at === undefined) return;
    arrived++;
    if (!measuring) return;
    deliveries++;
    latencies.add(performance.now() - at);
  };
  const subscribers = await openMany(job.subscribers, (index) => subscribe(job.endpoint, `user${index}`, onEvent));
  await tellAndWait({ type: 'ready' });

  let stopped = false;
  let written = 0;
  const token = signToken(job.endpoint.secret ?? '', 'writer');
  const writing: Promise<void>[] = [];
  const startedAt = performance.now();
  const writer = (async () => {
    while (!stopped) {
      for (; sentAt.length * (1000 / job.eventsPerSecond) < performance.now() - startedAt;) {
        const seq = sentAt.push(performance.now()) - 1;
        writing.push(createRecord(job.endpoint, token, seq).then(() => void written++));
      }
      await wait(1);
    }
    await Promise.all(writing);
  })();

  await wait(job.warmUpMs);
  tell({ type: 'mark', name: 'start' });
  const cpuBefore = process.cpuUsage();
  const windowStart = performance.now();
  const writtenBefore = written;
  measuring = true;
  await wait(job.measureMs);
  measuring = false;
  tell({ type: 'mark', name: 'end' });
  const windowMs = performance.now() - windowStart;
  const updates = written - writtenBefore;
  const cpu = process.cpuUsage(cpuBefore);
  stopped = true;
  await writer;
  const drained = await waitUntil(() => arrived === written * job.subscribers, 5000);
  for (const close of subscribers) close();
  return {
    ...nothingMeasured,
    windowMs,
    updates,
    deliveries,
    messages: deliveries,
    generatorCpuMs: (cpu.user + cpu.system) / 1000,
    delivery: latencies.summary(),
    drained,
  };
}

/** Resolves, once the server answers 200, with a function that ends the subscription. */
function subscribe(endpoint: Endpoint, user: string, onEvent: (seq: number) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let answered = false;
    let tail: Buffer = Buffer.alloc(0);
    const socket = connect({ port: endpoint.port, host: '127.0.0.1', noDelay: true });
    socket.on('connect', () => {
      socket.write(
        `GET /api/v1/changes?feed=sse&since=now HTTP/1.1\r\nHost: 127.0.0.1:${endpoint.port}\r\n` +
          `Accept: text/event-stream\r\nAuthorization: Bearer ${signToken(endpoint.secret ?? '', user)}\r\n\r\n`,
      );
    });
    socket.on('data', (chunk: Buffer) => {
      if (!answered) {
        answered = true;
        const status = chunk.toString('latin1', 0, chunk.indexOf('\r\n'));
        if (!status.includes(' 200 ')) return reject(new Error(`The feed answered ${status}`));
        resolve(() => void socket.destroy());
      }
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      const end = bytes.lastIndexOf('\n\n') + 2;
      for (let at = bytes.indexOf(marker); at >= 0 && at < end; at = bytes.indexOf(marker, at + marker.length)) {
        onEvent(Number.parseInt(bytes.toString('latin1', at + marker.length, at + marker.length + 12), 10));
      }
      tail = end >= 2 ? Buffer.from(bytes.subarray(end)) : Buffer.from(bytes);
    });
    socket.on('error', reject);
  });
}

async function createRecord(endpoint: Endpoint, token: string, seq: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${endpoint.port}/api/v1/records/ticks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ seq }),
  });
  if (!response.ok) throw new Error(`POST /records/ticks answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
