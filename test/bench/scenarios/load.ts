import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

interface LoadShape {
  readonly documents: number;
  readonly clientsPerDocument: number;
  readonly updatesPerSecond: number | null;
}

/** People type; the server is measured while they do. */
export function loadScenario(group: string, name: string, title: string, shape: LoadShape): Scenario {
  return {
    name,
    group,
    title,
    yardstick: 'hocuspocus',
    supports: (target) => target.serves.includes('documents'),
    run: (target, options) =>
      withTarget(target, options, async (server) => {
        const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
          server,
          {
            kind: 'load',
            endpoint: { ...target.endpoint, port: server.port },
            ...shape,
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
            ackP50Ms: result.ack?.p50Ms,
            ackP99Ms: result.ack?.p99Ms,
            deliveryP50Ms: result.delivery?.p50Ms,
            deliveryP99Ms: result.delivery?.p99Ms,
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
}
