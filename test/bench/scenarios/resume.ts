import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

const clients = 10_000;
const atOnce = 100;
const missedEvents = 100;
const writesPerSecond = 10;

export const resume: Scenario = {
  name: 'resume',
  group: 'resume',
  title: `${clients.toLocaleString('en')} clients come back by SSE with a cursor ${missedEvents} events old, ${atOnce} at a time; seen: by a neighbour, of ${writesPerSecond} writes a second`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('feed'),
  run: (target, options) =>
    withTarget(target, options, async (server) => {
      const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
        server,
        {
          kind: 'resume',
          endpoint: { ...target.endpoint, port: server.port },
          clients,
          atOnce,
          missedEvents,
          writesPerSecond,
          warmUpMs: options.measureMs,
        },
        options.profileFile,
      );
      const { before, catchUp } = result.timed;
      const sample = sampleOf(
        {
          wallSeconds: result.windowMs / 1000,
          cpuPerClientUs: (serverCpuMs * 1000) / clients,
          cpuPerDeliveryUs: (serverCpuMs * 1000) / result.deliveries,
          catchUpP50Ms: catchUp?.p50Ms,
          catchUpP99Ms: catchUp?.p99Ms,
          beforeP50Ms: before?.p50Ms,
          beforeP99Ms: before?.p99Ms,
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
