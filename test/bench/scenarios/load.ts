import { measuredRun, updateFigures } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

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
      measuredRun(
        target,
        options,
        (endpoint) => ({ kind: 'load', endpoint, ...shape, warmUpMs: options.warmUpMs, measureMs: options.measureMs }),
        (result, serverCpuMs) => ({
          ...updateFigures(result, serverCpuMs),
          ackP50Ms: result.ack?.p50Ms,
          ackP99Ms: result.ack?.p99Ms,
        }),
      ),
  };
}
