import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

const writesPerSecond = 200;

export const latency: Scenario = {
  name: 'latency',
  group: 'latency',
  title: `${writesPerSecond} records a second created over REST: from the request to a reader by SSE, one by WebSocket, and a webhook's receiver`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('feed'),
  run: (target, options) =>
    withTarget(target, options, async (server) => {
      const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
        server,
        {
          kind: 'latency',
          endpoint: { ...target.endpoint, port: server.port },
          writesPerSecond,
          warmUpMs: options.warmUpMs,
          measureMs: options.measureMs,
        },
        options.profileFile,
      );
      const { sse, realtime, webhook } = result.timed;
      const sample = sampleOf(
        {
          updatesPerSecond: (result.updates * 1000) / result.windowMs,
          cpuPerUpdateUs: result.updates === 0 ? null : (serverCpuMs * 1000) / result.updates,
          sseP50Ms: sse?.p50Ms,
          sseP99Ms: sse?.p99Ms,
          realtimeP50Ms: realtime?.p50Ms,
          realtimeP99Ms: realtime?.p99Ms,
          webhookP50Ms: webhook?.p50Ms,
          webhookP99Ms: webhook?.p99Ms,
          lagP99Ms: result.lagP99Ms,
          serverCpuShare: serverCpuMs / result.windowMs,
          generatorCpuShare: result.generatorCpuMs / result.windowMs,
          rssMb: rssBytes / 1e6,
        },
        problemsOf(result),
      );
      return { sample, profile };
    }),
};
