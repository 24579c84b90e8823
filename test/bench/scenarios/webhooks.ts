import { measuredRun } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

/** Webhooks begin with a feed that is there already. */
export function webhooksScenario(webhooks: number, events: number): Scenario {
  return {
    name: `webhooks-${webhooks}`,
    group: 'webhooks',
    title: `${webhooks} webhook(s), each to be sent ${events.toLocaleString('en')} events of as many records that are there; the receiver answers at once`,
    yardstick: 'concord',
    supports: (target) => target.serves.includes('feed'),
    run: (target, options) =>
      measuredRun(
        target,
        options,
        (endpoint) => ({ kind: 'webhooks', endpoint, webhooks, events }),
        ({ windowMs, deliveries }) => ({ deliveriesPerSecond: (deliveries * 1000) / windowMs, wallSeconds: windowMs / 1000 }),
      ),
  };
}
