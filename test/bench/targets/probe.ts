/**
 * Preloaded into every target (`--import`), so that all are measured by the same means: answers over IPC
 * with the process's own counters, and profiles a stretch of its life on request.
 */
import { Session } from 'node:inspector';
import { writeFileSync } from 'node:fs';

export type ProbeRequest =
  | { readonly probe: 'cpu' }
  | { readonly probe: 'memory' }
  | { readonly probe: 'profile-start' }
  | { readonly probe: 'profile-end'; readonly file: string };

export interface ProbeAnswer {
  /** User and system time of all threads since the start, ms. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** JavaScript heap and what hangs on it outside (buffers). */
  readonly heapBytes: number;
}

const inspector = new Session();

async function answer(request: ProbeRequest): Promise<void> {
  if (request.probe === 'memory') {
    // More than one, with turns of the event loop between: finalisers free what the first only found.
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } else if (request.probe === 'profile-start') {
    inspector.connect();
    inspector.post('Profiler.enable');
    inspector.post('Profiler.setSamplingInterval', { interval: 250 });
    inspector.post('Profiler.start');
  } else if (request.probe === 'profile-end') {
    const { file } = request;
    inspector.post('Profiler.stop', (_error, result) => writeFileSync(file, JSON.stringify(result?.profile ?? {})));
    inspector.disconnect();
  }
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const reply: ProbeAnswer = { cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed + external };
  process.send?.(reply);
}

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'probe' in message) void answer(message as ProbeRequest);
});
// The probe alone keeps no server alive.
process.channel?.unref();
// A benchmark that was killed leaves no server behind.
process.once('disconnect', () => process.exit());
