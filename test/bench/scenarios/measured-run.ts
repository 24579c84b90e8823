import type { Endpoint, Job, JobResult } from '../generator/jobs.ts';
import type { Target } from '../targets/targets.ts';
import { problemsOf, sampleOf, type Figures, type Measured } from './sample.ts';
import type { RunOptions } from './scenario.ts';
import { measureWindow, withTarget } from './window.ts';

/** Runs one job against a fresh server. `figuresOf`: what is measured of it beside what is of every job. */
export function measuredRun(
  target: Target,
  options: RunOptions,
  jobOn: (endpoint: Endpoint) => Job,
  figuresOf: (result: JobResult, serverCpuMs: number) => Figures,
): Promise<Measured> {
  return withTarget(target, options, async (server) => {
    const job = jobOn({ ...target.endpoint, port: server.port });
    const { result, serverCpuMs, rssBytes, profile } = await measureWindow(server, job, options.profileFile);
    const { windowMs, deliveries, delivery } = result;
    const figures: Figures = {
      cpuPerDeliveryUs: perEachUs(serverCpuMs, deliveries),
      deliveryP50Ms: delivery?.p50Ms,
      deliveryP99Ms: delivery?.p99Ms,
      lagP99Ms: result.lagP99Ms,
      serverCpuShare: serverCpuMs / windowMs,
      generatorCpuShare: result.generatorCpuMs / windowMs,
      rssMb: rssBytes / 1e6,
      ...figuresOf(result, serverCpuMs),
    };
    return { sample: sampleOf(figures, problemsOf(result)), profile };
  });
}

/** What the job wrote, and what that cost. */
export function updateFigures({ updates, windowMs }: JobResult, serverCpuMs: number): Figures {
  return { updatesPerSecond: (updates * 1000) / windowMs, cpuPerUpdateUs: perEachUs(serverCpuMs, updates) };
}

function perEachUs(cpuMs: number, count: number): number | null {
  return count === 0 ? null : (cpuMs * 1000) / count;
}
