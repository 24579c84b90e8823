import { runJob } from '../generator/start.ts';
import type { ProbeAnswer } from '../targets/probe.ts';
import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { withTarget } from './window.ts';

const warmUpDocuments = 1000;
const documents = 1000;

export const idle: Scenario = {
  name: 'idle',
  group: 'idle',
  title: `${documents} idle documents of 20 characters with a client each, after ${warmUpDocuments} others: memory after gc`,
  yardstick: 'hocuspocus',
  supports: (target) => target.serves.includes('documents'),
  run: (target, options) =>
    withTarget(target, options, async (server) => {
      const memory: ProbeAnswer[] = [];
      const result = await runJob(
        { kind: 'idle', endpoint: { ...target.endpoint, port: server.port }, warmUpDocuments, documents },
        async (name) => {
          if (name !== 'ready') memory.push(await server.ask({ probe: 'memory' }));
        },
      );
      const [before, after] = memory as [ProbeAnswer, ProbeAnswer];
      const sample = sampleOf(
        {
          heapPerDocumentKb: (after.heapBytes - before.heapBytes) / documents / 1000,
          rssPerDocumentKb: (after.rssBytes - before.rssBytes) / documents / 1000,
          rssMb: after.rssBytes / 1e6,
        },
        problemsOf(result),
      );
      return { sample, profile: null };
    }),
};
