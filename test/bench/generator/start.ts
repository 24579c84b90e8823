import { fork } from 'node:child_process';
import type { FromGenerator, Job, JobResult, ToGenerator } from './jobs.ts';

const defaultDeadlineMs = 120_000;

/**
 * Runs one job in a generator process of its own. `onMark` is called at the moments at which the server is
 * to be measured; the generator waits for it where the job says so.
 */
export function runJob(
  job: Job,
  onMark: (name: 'ready' | 'start' | 'end') => Promise<void>,
  deadlineMs: number = defaultDeadlineMs,
): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./main.ts', import.meta.url), { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const timer = setTimeout(() => fail(new Error(`The generator's job ${job.kind} took over ${deadlineMs} ms`)), deadlineMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(error);
    };
    child.once('error', fail);
    child.once('exit', (code) => fail(new Error(`The generator ended (${code}) before its job ${job.kind} was done`)));
    child.on('message', (message: FromGenerator) => {
      if (message.type === 'failed') fail(new Error(`The generator failed: ${message.reason}`));
      else if (message.type === 'done') {
        clearTimeout(timer);
        child.removeAllListeners('exit');
        resolve(message.result);
      } else {
        onMark(message.type === 'mark' ? message.name : 'ready').then(() => {
          if (child.connected) child.send({ type: 'go' } satisfies ToGenerator);
        }, fail);
      }
    });
    child.send({ type: 'job', job } satisfies ToGenerator);
  });
}
