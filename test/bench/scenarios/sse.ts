import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

const subscribers = 1000;
const eventsPerSecond = 20;

export const sse: Scenario = {
  name: 'sse',
  group: 'sse',
  title: `${subscribers} SSE subscribers, ${eventsPerSecond} records a second created over REST: an "update" is the write with all its deliveries`,
  supports: (target) => target.hasFeed,
  run: (target, options) =>
    withTarget(target, options, async (server) => {
      const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
        server,
        {
          kind: 'sse',
          endpoint: { ...target.endpoint, port: server.port },
          subscribers,
          eventsPerSecond,
          warmUpMs: options.warmUpMs,
          measureMs: options.measureMs,
        },
        options.profileFile,
      );
      const sample = sampleOf(
        {
          updatesPerSecond: (result.updates * 1000) / result.windowMs,
          cpuPerUpdateUs: result.updates === 0 ? null : (serverCpuMs * 1000) / result.updates,
          cpuPerDeliveryUs: result.deliveries === 0 ? null : (serverCpuMs * 1000) / result.deliveries,
          deliveryP50Ms: result.delivery?.p50Ms,
          deliveryP99Ms: result.delivery?.p99Ms,
          serverCpuShare: serverCpuMs / result.windowMs,
          generatorCpuShare: result.generatorCpuMs / result.windowMs,
          rssMb: rssBytes / 1e6,
        },
        problemsOf(result),
      );
      return { sample, profile };
    }),
};
