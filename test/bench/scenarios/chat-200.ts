import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../targets/targets.ts';
import { measuredRun, updateFigures } from './measured-run.ts';
import type { Measured } from './sample.ts';
import type { RunOptions, Scenario } from './scenario.ts';

const members = 200;
const messagesPerSecond = 50;

/** A room in which people talk, next to a plain document into which as many type at the same rate. */
export function talkScenario(name: string, inboxes: number): Scenario {
  const listening = inboxes === 0 ? '' : `, ${inboxes} of them with their inboxes`;
  return {
    name,
    group: 'chat',
    title: `a room with ${members} members${listening}, ${messagesPerSecond} messages a second over REST; against a document with as many clients and updates`,
    yardstick: 'concord',
    supports: (target) => target.serves.includes('rooms'),
    async run(target, options) {
      const document = await typing(target, inFolder(options, 'document'));
      const { warmUpMs, measureMs } = options;
      const room = await measuredRun(
        target,
        inFolder(options, 'room'),
        (endpoint) => ({ kind: 'talk', endpoint, members, inboxes, messagesPerSecond, warmUpMs, measureMs }),
        (result, serverCpuMs) => ({
          ...updateFigures(result, serverCpuMs),
          bytesPerDelivery: result.deliveries === 0 ? null : result.deliveredBytes / result.deliveries,
          ackP50Ms: result.ack?.p50Ms,
          ackP99Ms: result.ack?.p99Ms,
          inboxP50Ms: result.timed.inbox?.p50Ms,
          inboxP99Ms: result.timed.inbox?.p99Ms,
        }),
      );
      const { cpuPerDeliveryUs = NaN } = document.sample;
      return {
        sample: {
          ...room.sample,
          documentCpuUs: cpuPerDeliveryUs,
          roomToDocument: (room.sample.cpuPerDeliveryUs ?? NaN) / cpuPerDeliveryUs,
          problems: [...document.sample.problems, ...room.sample.problems],
        },
        profile: room.profile,
      };
    },
  };
}

function typing(target: Target, options: RunOptions): Promise<Measured> {
  const { warmUpMs, measureMs } = options;
  return measuredRun(
    target,
    { ...options, profileFile: null },
    (endpoint) => ({
      kind: 'load',
      endpoint,
      documents: 1,
      clientsPerDocument: members,
      updatesPerSecond: messagesPerSecond,
      warmUpMs,
      measureMs,
    }),
    updateFigures,
  );
}

/** On a fresh server, as each of two has to be. */
function inFolder(options: RunOptions, name: string): RunOptions {
  const dataDir = join(options.dataDir, name);
  mkdirSync(dataDir);
  return { ...options, dataDir };
}
