import { runJob } from '../generator/start.ts';
import type { ProbeAnswer } from '../targets/probe.ts';
import { sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { withTarget } from './window.ts';

const rooms = 1000;

export const chatRooms: Scenario = {
  name: 'chat-rooms',
  group: 'chat',
  title: `${rooms} rooms with a member each on the newest segment, after ${rooms} others: memory after gc`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('rooms'),
  run: (target, options) =>
    withTarget(target, options, async (server) => {
      const memory: ProbeAnswer[] = [];
      const endpoint = { ...target.endpoint, port: server.port };
      await runJob({ kind: 'rooms', endpoint, warmUpRooms: rooms, rooms }, async (name) => {
        if (name !== 'ready') memory.push(await server.ask({ probe: 'memory' }));
      });
      const [before, after] = memory as [ProbeAnswer, ProbeAnswer];
      const figures = {
        heapPerRoomKb: (after.heapBytes - before.heapBytes) / rooms / 1000,
        rssPerRoomKb: (after.rssBytes - before.rssBytes) / rooms / 1000,
        rssMb: after.rssBytes / 1e6,
      };
      return { sample: sampleOf(figures, []), profile: null };
    }),
};
