import type { Schema } from '@concord/schema';
import type { Durability, Store } from '@concord/store';
import type { Logger } from 'pino';
import type { ConcordServer } from '../create-server.ts';
import { makeDataFolder, openDataFiles, openDataStore } from './data-folder.ts';
import { CliFailure, failed } from './failure.ts';
import { findIssuer } from './find-issuer.ts';
import { loadConfig } from './load-config.ts';
import { AmbiguousMoveError, LayoutError } from '../layout.ts';
import { createLogger } from './logger.ts';
import { obtainSecret } from './secret.ts';
import { readAllowPrivate, readOrigins, readTrustProxy } from './web-access.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly config: string;
  readonly web?: string;
  readonly demo: boolean;
  readonly durability: Durability;
  readonly logLevel?: string;
  readonly jwks?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly leeway: number;
}

/** A process manager waits ten seconds before it kills; what is left of them is for the log to be written. */
const drainMs = 9500;

/** Runs until it is told to stop. What cannot be done is thrown as a CliFailure before anything is promised. */
export async function serve(options: ServeOptions): Promise<void> {
  const terminal = process.stdout.isTTY === true;
  const logger = createLogger({ terminal, level: options.logLevel });
  const schema = await loadConfig(options.config);
  if (options.demo && schema.demo === null)
    logger.warn(`${options.config} has no "demo" part: there are no demo people to sign in as`);
  const issuer = await findIssuer(options);
  const data = await makeDataFolder(options.data);
  const store = await openDataStore(data, options.durability);
  try {
    const secret = await obtainSecret(data, process.env['CONCORD_SECRET']);
    const { createServer } = await import('../create-server.ts');
    const fromOutside = {
      ...readOrigins(process.env['CONCORD_ORIGINS']),
      ...readTrustProxy(process.env['CONCORD_TRUST_PROXY']),
      ...readAllowPrivate(process.env['CONCORD_WEBHOOKS_ALLOW_PRIVATE']),
    };
    const web = options.web === undefined ? {} : { web: options.web };
    const server = await createServer({
      schema,
      store,
      files: await openDataFiles(data),
      secret,
      issuer,
      leewaySeconds: options.leeway,
      logger,
      demo: options.demo,
      ...web,
      ...fromOutside,
    });
    stopWhenTold(server, store, logger);
    const { url } = await listen(server, options);
    const signInAs = options.demo ? (schema.demo?.people ?? []).map(({ name }) => name) : undefined;
    logger.info({ url, data, durability: options.durability, signInAs }, 'listening');
    if (terminal) process.stdout.write(greeting(url, options, schema));
  } catch (error) {
    await store.close();
    throw error instanceof LayoutError || error instanceof AmbiguousMoveError
      ? new CliFailure(error.message, { cause: error })
      : error;
  }
}

async function listen(server: ConcordServer, { port, host }: ServeOptions): Promise<{ readonly url: string }> {
  try {
    return await server.listen({ port, host });
  } catch (error) {
    await server.close();
    throw new CliFailure(reasonNotToListen(error as NodeJS.ErrnoException, port, host), { cause: error });
  }
}

function reasonNotToListen({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use: stop what uses it, or choose another with --port N or PORT.`;
    case 'EACCES':
      return `Port ${port} of ${host} may not be used by this user: choose one above 1023 with --port N or PORT.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: choose another with --host.`;
    default:
      return `It is not possible to listen on port ${port} of ${host}: ${message}`;
  }
}

/** A terminal's Ctrl-C reaches a process twice: by itself, and by the parent that passes it on. */
const repeatMs = 1000;

/** The first signal drains; another, unless it is but an echo of the first, ends at once. */
function stopWhenTold(server: ConcordServer, store: Store, logger: Logger): void {
  let stoppingSince: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    if (stoppingSince !== undefined) {
      if (performance.now() - stoppingSince > repeatMs) process.exit(failed);
      return;
    }
    stoppingSince = performance.now();
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error({ drainMs }, 'not everything ended in time');
      process.exit(failed);
    }, drainMs).unref();
    server
      .close()
      .then(() => store.close())
      .then(
        () => {
          logger.info('stopped');
          process.exit(0);
        },
        (error: unknown) => {
          logger.fatal({ err: error }, 'stopping failed');
          process.exit(failed);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('uncaughtException', (error) => {
    // What was told to anyone is on disk; what the process holds can no longer be trusted.
    logger.fatal({ err: error }, 'uncaught exception');
    process.exit(failed);
  });
}

function greeting(url: string, { demo }: ServeOptions, schema: Schema): string {
  const shown = url.replace('//127.0.0.1', '//localhost');
  const lines = [`Concord is running at ${shown}`];
  if (demo && schema.demo) {
    const names = schema.demo.people.map(({ name }) => name);
    lines.push(`  Sign in as ${new Intl.ListFormat('en', { type: 'disjunction' }).format(names)}`);
  }
  lines.push(`  The API is described at ${shown}/api/docs`, '  Stop with Ctrl+C');
  return `\n${lines.join('\n')}\n\n`;
}
