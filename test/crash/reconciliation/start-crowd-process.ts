import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { World } from './client.ts';
import type { ClientSpec, Report } from './client-spec.ts';
import type { Crowd } from './crowd.ts';
import type { Order } from './crowd-process.ts';

/** Clients in a process of their own, which can be suspended. */
export interface CrowdProcess extends Crowd {
  /** It does nothing, and its connections are open, until {@link resume}. */
  suspend(): void;
  resume(): void;
}

export function startCrowdProcess(specs: readonly ClientSpec[], world: World, seed: number): CrowdProcess {
  const child = fork(join(import.meta.dirname, 'crowd-process.ts'), { execArgv: [], serialization: 'advanced' });
  const ended = once(child, 'exit');
  const tell = (order: Order): void => {
    child.send(order);
  };
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  /** The next answer of that kind. */
  const answer = (kind: 'settled' | 'reports'): Promise<unknown> =>
    new Promise((resolve) => {
      const hear = (said: unknown): void => {
        if ((said === 'settled') !== (kind === 'settled')) return;
        child.off('message', hear);
        resolve(said);
      };
      child.on('message', hear);
    });
  onTestFinished(close);
  tell({ order: 'start', specs, world, seed });
  return {
    async settle() {
      tell({ order: 'settle' });
      await answer('settled');
    },
    async report() {
      tell({ order: 'report' });
      return (await answer('reports')) as readonly Report[];
    },
    close,
    suspend: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
  };
}
