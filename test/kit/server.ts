import { pino, type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { compileConfig, type Schema } from '@concord/schema';
import { createServer, type Clock, type ConcordServer } from '@concord/server';
import type { Store } from '@concord/store';
import { openLevelStore, type LevelStoreOptions } from '@concord/store/level';
import config from './concord.config.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { testSecret, tokenFor, type TestUser } from './tokens.ts';

export interface TestServerOptions {
  readonly config?: unknown;
  /** Continues on a folder that another server has left. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly demo?: boolean;
  /** A free one, unless clients are to find the server where the one before it was. */
  readonly port?: number;
  readonly store?: Partial<LevelStoreOptions>;
  /** Gets each log line as an object. */
  readonly onLog?: (line: Record<string, unknown>) => void;
}

export interface TestServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly folder: string;
  readonly store: Store;
  readonly schema: Schema;
  /** A request under `/api/v1`, as that user. */
  fetch(path: string, init?: RequestInit & { readonly as?: TestUser }): Promise<Response>;
  /** The same with a JSON body, answering the parsed body; throws unless the status is a success. */
  json<T = Record<string, unknown>>(method: string, path: string, body?: unknown, as?: TestUser): Promise<T>;
  stop(): Promise<void>;
}

/** A real server in this process: real LevelDB in a temporary folder, a real socket on a free port. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await temporaryFolder());
  const schema = compileConfig(options.config ?? config, 'concord.config.ts');
  const store = await openLevelStore({ path: folder, ...options.store });
  const server = await createServer({
    schema,
    store,
    secret: testSecret,
    logger: loggerTo(options.onLog),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.demo === undefined ? {} : { demo: options.demo }),
  });
  const { url } = await server.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const stop = stopOnce(server, store);
  onTestFinished(stop);

  const request: TestServer['fetch'] = async (path, { as, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await tokenFor(as)}`);
    return await fetch(`${url}/api/v1${path}`, { ...init, headers });
  };
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    folder,
    store,
    schema,
    fetch: request,
    async json<T>(method: string, path: string, body?: unknown, as?: TestUser) {
      const response = await request(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        ...(as === undefined ? {} : { as }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    stop,
  };
}

function stopOnce(server: ConcordServer, store: Store): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= server.close().then(() => store.close()));
}

function loggerTo(onLog: TestServerOptions['onLog']): Logger {
  if (onLog === undefined) return pino({ level: 'silent' });
  return pino({ level: 'debug' }, { write: (line: string) => onLog(JSON.parse(line) as Record<string, unknown>) });
}
