import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runJob } from '../generator/start.ts';
import type { Target } from '../targets/targets.ts';
import type { RunOptions } from './scenario.ts';
import { withTarget } from './window.ts';

/** The rooms, by name; `visited` is there to have been opened. */
export const roomSizes = {
  small: 100,
  visited: 100,
  large: Number(process.env['CONCORD_BENCH_MESSAGES'] ?? 100_000),
} as const;

const messagesPerMs = 0.2;

/** Puts filled rooms into the run's folder; they are filled once, and kept for as long as the benchmark runs. */
export async function withFilledRooms(target: Target, options: RunOptions): Promise<void> {
  const kept = join(dirname(options.dataDir), 'filled-rooms');
  if (!existsSync(kept)) {
    mkdirSync(kept);
    const rooms = Object.entries(roomSizes).map(([id, messages]) => ({ id, messages }));
    await withTarget(target, { ...options, dataDir: kept }, (server) =>
      runJob(
        { kind: 'fill-rooms', endpoint: { ...target.endpoint, port: server.port }, rooms },
        async () => {},
        60_000 + roomSizes.large / messagesPerMs,
      ),
    );
  }
  cpSync(kept, options.dataDir, { recursive: true });
}
