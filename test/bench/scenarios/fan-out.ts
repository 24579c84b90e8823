import type { Transport } from '../generator/subscribe.ts';
import type { TargetName } from '../targets/targets.ts';
import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

const subscribers = 2000;
const writesPerSecond = 10;

/** Everybody is told of everything. */
export function fanOutScenario(name: Transport, title: string, yardstick: TargetName): Scenario {
  return {
    name,
    group: name,
    title: `${subscribers.toLocaleString('en')} ${title} of one account, ${writesPerSecond} records a second created over REST; an update is a write with all its deliveries`,
    yardstick,
    supports: (target) => target.serves.includes(name),
    run: (target, options) =>
      withTarget(target, options, async (server) => {
        const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
          server,
          {
            kind: 'fan-out',
            endpoint: { ...target.endpoint, port: server.port },
            transport: name,
            subscribers,
            writesPerSecond,
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
            bytesPerDelivery: result.deliveries === 0 ? null : result.deliveredBytes / result.deliveries,
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
