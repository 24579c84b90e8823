import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { processCpuMs } from '../measure/process-cpu.ts';
import type { ProbeAnswer, ProbeRequest } from './probe.ts';
import type { Target } from './targets.ts';

/** A target that runs in a process of its own. */
export interface RunningTarget {
  readonly port: number;
  /** CPU time of all its threads so far, ms. From outside where the system allows it. */
  cpuMs(): Promise<number>;
  ask(request: ProbeRequest): Promise<ProbeAnswer>;
  /** SIGTERM, and SIGKILL if it is not gone in time. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;

export async function startTarget(target: Target, dataDir: string): Promise<RunningTarget> {
  const port = await findFreePort();
  const { entry, args, env } = target.command(port, dataDir);
  const child = fork(entry, args, {
    env: { ...process.env, ...env, NODE_ENV: 'production' },
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', '--import', new URL('./probe.ts', import.meta.url).href],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let log = '';
  const keepTail = (chunk: Buffer): void => void (log = (log + chunk.toString()).slice(-2000));
  child.stdout!.on('data', keepTail);
  child.stderr!.on('data', keepTail);
  const exited = once(child, 'exit');
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;

  const stop = async (): Promise<void> => {
    if (!isRunning()) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };

  const ask = async (request: ProbeRequest): Promise<ProbeAnswer> => {
    if (!isRunning()) throw new Error(`${target.name} ended unexpectedly:\n${log}`);
    const answered = once(child, 'message', { signal: AbortSignal.timeout(startTimeoutMs) });
    child.send(request);
    const [answer] = (await answered) as [ProbeAnswer];
    return answer;
  };

  const deadline = performance.now() + startTimeoutMs;
  while (!(await isReady(port, target.readyPath))) {
    if (!isRunning()) throw new Error(`${target.name} did not start:\n${log}`);
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`${target.name} was not ready after ${startTimeoutMs} ms:\n${log}`);
    }
    await wait(50);
  }
  return {
    port,
    cpuMs: async () => processCpuMs(child.pid!) ?? (await ask({ probe: 'cpu' })).cpuMs,
    ask,
    stop,
  };
}

async function isReady(port: number, path: string | null): Promise<boolean> {
  if (path !== null) {
    return fetch(`http://127.0.0.1:${port}${path}`).then(
      (response) => response.ok,
      () => false,
    );
  }
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
