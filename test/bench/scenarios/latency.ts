import { measuredRun, updateFigures } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

const writesPerSecond = 200;

export const latency: Scenario = {
  name: 'latency',
  group: 'latency',
  title: `${writesPerSecond} records a second created over REST: from the request to a reader by SSE, one by WebSocket, and a webhook's receiver`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('feed'),
  run: (target, options) =>
    measuredRun(
      target,
      options,
      (endpoint) => ({ kind: 'latency', endpoint, writesPerSecond, warmUpMs: options.warmUpMs, measureMs: options.measureMs }),
      (result, serverCpuMs) => {
        const { sse, realtime, webhook } = result.timed;
        return {
          ...updateFigures(result, serverCpuMs),
          sseP50Ms: sse?.p50Ms,
          sseP99Ms: sse?.p99Ms,
          realtimeP50Ms: realtime?.p50Ms,
          realtimeP99Ms: realtime?.p99Ms,
          webhookP50Ms: webhook?.p50Ms,
          webhookP99Ms: webhook?.p99Ms,
        };
      },
    ),
};
