import { measuredRun } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

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
    measuredRun(
      target,
      options,
      (endpoint) => ({ kind: 'resume', endpoint, clients, atOnce, missedEvents, writesPerSecond, warmUpMs: options.measureMs }),
      ({ windowMs, timed: { before, catchUp } }, serverCpuMs) => ({
        wallSeconds: windowMs / 1000,
        cpuPerClientUs: (serverCpuMs * 1000) / clients,
        catchUpP50Ms: catchUp?.p50Ms,
        catchUpP99Ms: catchUp?.p99Ms,
        beforeP50Ms: before?.p50Ms,
        beforeP99Ms: before?.p99Ms,
      }),
    ),
};
