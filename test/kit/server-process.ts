import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { reach, type Reachable } from './requests.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { testSecret } from './tokens.ts';

// The command line as it ships, found where the package says it is.
const serverPackage = createRequire(import.meta.url).resolve('@concord/server');
const main = join(dirname(serverPackage), 'cli/main.ts');
const compileCache = join(tmpdir(), 'concord-compile-cache');
const configFile = join(import.meta.dirname, 'concord.config.ts');

export interface CommandEnd {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  readonly ended: Promise<CommandEnd>;
}

/** Starts `concord …` in a process of its own, killed when the test is over. */
export function startCommand(...args: readonly string[]): Command {
  return startWith({}, args);
}

/** The same with more in its environment. */
export function startWith(more: Readonly<Record<string, string>>, args: readonly string[]): Command {
  const { PATH = '' } = process.env;
  // What was compiled for one server serves the next ones: a third of the time of each start.
  const env = { PATH, CONCORD_SECRET: testSecret, NODE_COMPILE_CACHE: compileCache, ...more };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => stdout + stderr, ended };
}

/** `concord verify` on a data folder that nobody uses. */
export function verifyFolder(folder: string, config: string = configFile): Promise<CommandEnd> {
  return startCommand('verify', '--data', folder, '--config', config).ended;
}

export interface ServerProcessOptions {
  /** Continues on a data folder that another server has left. */
  readonly folder?: string;
  /** A free one unless told otherwise. */
  readonly port?: number;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The file of its config; the one that most tests run on unless told otherwise. */
  readonly config?: string;
}

export interface ServerProcess extends Command, Reachable {
  readonly port: number;
  readonly folder: string;
  /** Ends it without a warning, as a power cut would, and resolves once it is gone. */
  kill(): Promise<void>;
  /** Tells it to drain, and says how it ended. */
  terminate(): Promise<CommandEnd & { readonly ms: number }>;
}

/** The arguments of a server on `folder`, for {@link startCommand}. */
export function serveArguments({
  folder,
  port = 0,
  config = configFile,
}: Omit<ServerProcessOptions, 'env'> & { readonly folder: string }): string[] {
  return ['serve', '--port', `${port}`, '--data', folder, '--config', config, '--log-level', 'info'];
}

/** `concord serve` in a process of its own, listening. */
export async function startProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const folder = options.folder ?? (await temporaryFolder());
  const command = startWith(options.env ?? {}, serveArguments({ ...options, folder }));
  const url = await listeningAt(command);

  return {
    ...command,
    ...reach(url),
    port: Number(new URL(url).port),
    folder,
    async kill() {
      command.child.kill('SIGKILL');
      await command.ended;
    },
    async terminate() {
      const startedAt = performance.now();
      command.child.kill('SIGTERM');
      const end = await command.ended;
      return { ...end, ms: performance.now() - startedAt };
    },
  };
}

/** Resolves with the address once the log says that it listens; rejects if the process ends first. */
export function listeningAt({ child, output, ended }: Command): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const look = (): void => {
    const url = /"url":"([^"]+)"/.exec(output())?.[1];
    if (url === undefined) return;
    child.stdout?.off('data', look);
    resolve(url);
  };
  child.stdout?.on('data', look);
  void ended.then(({ code, signal }) => reject(new Error(`concord serve ended with ${code ?? signal}:\n${output()}`)));
  return promise;
}
