import { runJob } from '../generator/start.ts';
import { median } from '../measure/latencies.ts';
import type { ProbeAnswer } from '../targets/probe.ts';
import { roomSizes, withFilledRooms } from './filled-rooms.ts';
import { sampleOf } from './sample.ts';
import type { Scenario } from './scenario.ts';
import { measureWindow, withTarget, type Window } from './window.ts';

const restarts = 5;
const segments = 50;

export const chatOpen: Scenario = {
  name: 'chat-open',
  group: 'chat',
  title: `rooms of ${roomSizes.small} and of ${roomSizes.large.toLocaleString('en')} messages, each first opened after a restart: connect to the newest segment and page; then ${segments} segments by one member`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('rooms'),
  async run(target, options) {
    await withFilledRooms(target, options);
    const opened: Record<'small' | 'large', Window[]> = { small: [], large: [] };
    for (let i = 0; i < restarts; i++) {
      for (const room of ['small', 'large'] as const)
        opened[room].push(
          await withTarget(target, options, (server) =>
            measureWindow(
              server,
              { kind: 'open-room', endpoint: { ...target.endpoint, port: server.port }, room, visited: 'visited' },
              room === 'large' && i === restarts - 1 ? options.profileFile : null,
            ),
          ),
        );
    }
    const memory: ProbeAnswer[] = [];
    const walk = await withTarget(target, options, (server) =>
      runJob({ kind: 'walk', endpoint: { ...target.endpoint, port: server.port }, room: 'large', segments }, async (name) => {
        if (name !== 'ready') memory.push(await server.ask({ probe: 'memory' }));
      }),
    );
    const [before, after] = memory as [ProbeAnswer, ProbeAnswer];
    const wallMs = (windows: readonly Window[]): number => median(windows.map(({ result }) => result.syncMs ?? 0))!;
    const cpuMs = (windows: readonly Window[]): number => median(windows.map(({ serverCpuMs }) => serverCpuMs))!;
    const sample = sampleOf(
      {
        openSmallMs: wallMs(opened.small),
        openSmallCpuMs: cpuMs(opened.small),
        openLargeMs: wallMs(opened.large),
        openLargeCpuMs: cpuMs(opened.large),
        largeToSmall: wallMs(opened.large) / wallMs(opened.small),
        largeCpuToSmallCpu: cpuMs(opened.large) / cpuMs(opened.small),
        segmentMs: walk.windowMs / segments,
        heapPerSegmentKb: (after.heapBytes - before.heapBytes) / segments / 1000,
      },
      [],
    );
    return { sample, profile: opened.large.at(-1)!.profile };
  },
};
