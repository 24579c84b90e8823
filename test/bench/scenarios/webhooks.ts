import { problemsOf, sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

/** Webhooks begin with a feed that is there already. */
export function webhooksScenario(webhooks: number, events: number): Scenario {
  return {
    name: `webhooks-${webhooks}`,
    group: 'webhooks',
    title: `${webhooks} webhook(s), each to be sent ${events.toLocaleString('en')} events of as many records that are there; the receiver answers at once`,
    yardstick: 'concord',
    supports: (target) => target.serves.includes('feed'),
    run: (target, options) =>
      withTarget(target, options, async (server) => {
        const { result, serverCpuMs, rssBytes, profile } = await measureWindow(
          server,
          { kind: 'webhooks', endpoint: { ...target.endpoint, port: server.port }, webhooks, events },
          options.profileFile,
        );
        const sample = sampleOf(
          {
            deliveriesPerSecond: (result.deliveries * 1000) / result.windowMs,
            cpuPerDeliveryUs: result.deliveries === 0 ? null : (serverCpuMs * 1000) / result.deliveries,
            wallSeconds: result.windowMs / 1000,
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
