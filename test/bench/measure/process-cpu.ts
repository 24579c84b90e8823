import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time (user and system) of all threads of a process, ms, as Linux's scheduler counts it in ns; null
 * where there is no /proc. Read from outside, so that a server with a long queue is not asked to wait in it.
 */
export function processCpuMs(pid: number): number | null {
  try {
    let ns = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ')[0]);
    }
    return ns > 0 ? ns / 1e6 : null;
  } catch {
    return null;
  }
}
