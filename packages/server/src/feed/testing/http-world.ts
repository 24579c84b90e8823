import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { ConcordError, defaultLimits, type ChangesPage } from '@concord/protocol';
import { pino } from 'pino';
import { createAccess } from '../../access/access.ts';
import type { Principal } from '../../access/principal.ts';
import { createRowReader } from '../../records/row-reader.ts';
import { createHttp } from '../../http/create-http.ts';
import { registerChangesRoutes } from '../../http/changes-routes.ts';
import { createChanges, type Changes, type ChangesOptions } from '../changes.ts';
import { openWorld, testSchema, type Closers, type FeedWorld, type WorldOptions } from './feed-world.ts';
import { openStream, type StreamReader } from './stream-reader.ts';

export interface HttpWorld extends FeedWorld {
  readonly changes: Changes;
  readonly port: number;
  /** What was logged, one JSON object a line. */
  readonly log: () => string;
  get(query: string, headers?: Record<string, string>): Promise<Response>;
  page(query: string, headers?: Record<string, string>): Promise<ChangesPage>;
  stream(query: string, headers?: Record<string, string>): Promise<StreamReader>;
  /** As the server does when it stops. */
  drain(): Promise<void>;
}

export interface HttpWorldOptions extends WorldOptions {
  readonly changes?: Partial<ChangesOptions>;
}

/** The header that stands for a token in these tests. */
export function as(principal: Partial<Principal>): Record<string, string> {
  return {
    'x-principal': JSON.stringify({ account: 'acme', user: 'alice', name: 'Alice', roles: ['member', 'hr'], ...principal }),
  };
}

/** Somebody who may not read salaries. */
export const limited: Record<string, string> = as({ roles: ['member'] });

/** A feed behind a real server on a free port. */
export async function openHttpWorld(closers: Closers, options: HttpWorldOptions = {}): Promise<HttpWorld> {
  const world = await openWorld(closers, options);
  const changes = createChanges({
    feed: world.feed,
    bus: world.bus,
    clock: world.clock,
    meta: world.meta,
    schema: testSchema,
    access: createAccess(testSchema, pino({ level: 'silent' })),
    rows: createRowReader(world.store),
    random: () => 0,
    ...options.changes,
  });
  const lines: string[] = [];
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString());
      done();
    },
  });
  const app = await createHttp({ logger: pino(sink), limits: defaultLimits });
  registerChangesRoutes(app, {
    changes,
    async authenticate({ headers }) {
      const header = headers['x-principal'];
      if (typeof header !== 'string') throw new ConcordError('unauthenticated');
      return JSON.parse(header) as Principal;
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  closers.unshift(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const address = (query: string) => `http://127.0.0.1:${port}/api/v1/changes${query === '' ? '' : `?${query}`}`;
  const get = (query: string, headers: Record<string, string> = as({})) => fetch(address(query), { headers });
  return {
    ...world,
    changes,
    port,
    log: () => lines.join(''),
    get,
    async page(query, headers) {
      const response = await get(query, headers);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as ChangesPage;
    },
    stream(query, headers = as({})) {
      const opened = openStream(address(query), headers);
      closers.unshift(async () => (await opened).close());
      return opened;
    },
    drain: () => app.close(),
  };
}
