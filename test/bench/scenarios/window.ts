import { runJob } from '../generator/start.ts';
import type { Job, JobResult } from '../generator/jobs.ts';
import { topFunctions, type ProfiledFunction } from '../measure/profile.ts';
import { startTarget, type RunningTarget } from '../targets/start.ts';
import type { Target } from '../targets/targets.ts';
import type { RunOptions } from './scenario.ts';

export interface Window {
  readonly result: JobResult;
  /** CPU of the server between the job's two marks, ms. */
  readonly serverCpuMs: number;
  /** Of the server, after the job. */
  readonly rssBytes: number;
  readonly profile: readonly ProfiledFunction[] | null;
}

const profiledFunctions = 25;

/** Runs a job against a running target, and measures the target between the job's marks. */
export async function measureWindow(server: RunningTarget, job: Job, profileFile: string | null): Promise<Window> {
  let cpuAtStart = 0;
  let serverCpuMs = 0;
  const result = await runJob(job, async (name) => {
    if (name === 'start') {
      if (profileFile !== null) await server.ask({ probe: 'profile-start' });
      cpuAtStart = await server.cpuMs();
    } else if (name === 'end') {
      serverCpuMs = (await server.cpuMs()) - cpuAtStart;
      if (profileFile !== null) await server.ask({ probe: 'profile-end', file: profileFile });
    }
  });
  const { rssBytes } = await server.ask({ probe: 'memory' });
  return {
    result,
    serverCpuMs,
    rssBytes,
    profile: profileFile === null ? null : topFunctions(profileFile, profiledFunctions),
  };
}

/** Starts a target on a fresh folder, runs `use`, and stops it whatever happens. */
export async function withTarget<T>(target: Target, options: RunOptions, use: (server: RunningTarget) => Promise<T>): Promise<T> {
  const server = await startTarget(target, options.dataDir);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
