import type { Transport } from '../generator/subscribe.ts';
import type { TargetName } from '../targets/targets.ts';
import { measuredRun, updateFigures } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

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
      measuredRun(
        target,
        options,
        (endpoint) => ({
          kind: 'fan-out',
          endpoint,
          transport: name,
          subscribers,
          writesPerSecond,
          warmUpMs: options.warmUpMs,
          measureMs: options.measureMs,
        }),
        (result, serverCpuMs) => ({
          ...updateFigures(result, serverCpuMs),
          bytesPerDelivery: result.deliveries === 0 ? null : result.deliveredBytes / result.deliveries,
        }),
      ),
  };
}
