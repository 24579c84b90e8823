import type { LogSearchPage } from '@concord/protocol';
import { createLatencies, type LatencySummary } from '../measure/latencies.ts';
import type { JobResult, Search, SearchJob } from './jobs.ts';
import { createWindow, measureDuring } from './measured-window.ts';
import { tellAndWait } from './parent.ts';
import { request } from './request.ts';
import { nothingMeasured } from './result.ts';
import { messagesPath } from './room.ts';
import { signToken } from './tokens.ts';

/** Searches a room, one search after the other. */
export async function runSearch({ endpoint, room, queries, times }: SearchJob): Promise<JobResult> {
  const window = createWindow();
  const token = signToken(endpoint.secret ?? '', 'talker0');
  const timed: Partial<Record<Search, LatencySummary>> = {};
  const search = async (query: string): Promise<void> => {
    const path = `${messagesPath(room)}?query=${encodeURIComponent(query)}`;
    const { items } = (await request(endpoint, token, 'GET', path)) as LogSearchPage;
    if (items.length === 0) throw new Error(`${query} was not found`);
  };
  const names = Object.keys(queries) as Search[];
  for (const name of names) await search(queries[name]);
  await tellAndWait({ type: 'ready' });
  await measureDuring(window, async () => {
    for (const name of names) {
      const latencies = createLatencies();
      for (let time = 0; time < times; time++) {
        const at = performance.now();
        await search(queries[name]);
        latencies.add(performance.now() - at);
      }
      timed[name] = latencies.summary();
    }
  });
  return { ...nothingMeasured, windowMs: window.windowMs, generatorCpuMs: window.generatorCpuMs, timed };
}
