import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { compileConfig, type Schema } from '@concord/schema';
import { createDiskFiles, createServer, type Clock, type ConcordServer } from '@concord/server';
import type { Store } from '@concord/store';
import { openLevelStore, type LevelStoreOptions } from '@concord/store/level';
import config from './concord.config.ts';
import { reach, type Reachable } from './requests.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { testSecret } from './tokens.ts';

export interface TestServerOptions {
  readonly config?: unknown;
  /** Continues on a folder that another server has left. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly demo?: boolean;
  /** A folder of pages to serve. */
  readonly web?: string;
  /** Lets webhooks reach the receivers of tests, which are on loopback. True unless told otherwise. */
  readonly allowPrivateWebhooks?: boolean;
  /** A free one, unless clients are to find the server where the one before it was. */
  readonly port?: number;
  readonly store?: Partial<LevelStoreOptions>;
  /** Gets each log line as an object. */
  readonly onLog?: (line: Record<string, unknown>) => void;
}

export interface TestServer extends Reachable {
  readonly folder: string;
  readonly store: Store;
  readonly schema: Schema;
  stop(): Promise<void>;
}

/** Where a server keeps files, beside the store in its folder. */
export function filesFolder(folder: string): string {
  return join(folder, 'files');
}

/** A real server in this process: real LevelDB in a temporary folder, a real socket on a free port. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? (await temporaryFolder());
  const schema = schemaOf(options.config ?? config);
  const store = await openLevelStore({ path: folder, ...options.store });
  const server = await createServer({
    schema,
    store,
    files: await createDiskFiles(filesFolder(folder)),
    secret: testSecret,
    logger: loggerTo(options.onLog),
    allowPrivateWebhooks: options.allowPrivateWebhooks ?? true,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.demo === undefined ? {} : { demo: options.demo }),
    ...(options.web === undefined ? {} : { web: options.web }),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const { url } = await server.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const stop = stopOnce(server, store);
  onTestFinished(stop);

  return {
    ...reach(url),
    folder,
    store,
    schema,
    stop,
  };
}

const schemas = new Map<unknown, Schema>();

/** Of each config one: a server looks for patterns that would hang it in each schema that it has not seen. */
function schemaOf(given: unknown): Schema {
  const schema = schemas.get(given) ?? compileConfig(given, 'concord.config.ts');
  schemas.set(given, schema);
  return schema;
}

function stopOnce(server: ConcordServer, store: Store): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= server.close().then(() => store.close()));
}

function loggerTo(onLog: TestServerOptions['onLog']): Logger {
  if (onLog === undefined) return pino({ level: 'silent' });
  return pino({ level: 'debug' }, { write: (line: string) => onLog(JSON.parse(line) as Record<string, unknown>) });
}
