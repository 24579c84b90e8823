import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '../generator/jobs.ts';

/** A server to be measured: how to start it, and how to speak to it. */
export interface Target {
  readonly name: TargetName;
  /** For the report. */
  readonly title: string;
  /** Whether documents survive a restart. */
  readonly stores: boolean;
  readonly serves: readonly Service[];
  readonly endpoint: Omit<Endpoint, 'port'>;
  /** Answers 200 when the server is ready; null: when the port is open. */
  readonly readyPath: string | null;
  command(port: number, dataDir: string): TargetCommand;
}

export interface TargetCommand {
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type TargetName =
  | 'hocuspocus'
  | 'hocuspocus-sqlite'
  | 'y-websocket'
  | 'node-http'
  | 'node-http-no-chunks'
  | 'better-sse'
  | 'ws'
  | 'concord'
  | 'workspace';

/** Documents to edit together; events pushed by SSE or by WebSocket; the whole feed, with cursors and webhooks; rooms in which people talk; the workspace's page. */
export type Service = 'documents' | 'sse' | 'realtime' | 'feed' | 'rooms' | 'page';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const concordSecret = 'bench-secret-0123456789-0123456789-0123456789';
const hocuspocusEndpoint = { wire: 'hocuspocus', basePath: '/', documentPrefix: 'bench/pages/', secret: null } as const;

const hocuspocus: Target = {
  name: 'hocuspocus',
  title: '@hocuspocus/server 4.7, bare: no persistence',
  stores: false,
  serves: ['documents'],
  endpoint: hocuspocusEndpoint,
  readyPath: null,
  command: (port) => ({ entry: join(here, 'hocuspocus.ts'), args: [], env: { PORT: String(port) } }),
};

const hocuspocusSqlite: Target = {
  name: 'hocuspocus-sqlite',
  title: '@hocuspocus/server 4.7 with the SQL of its SQLite extension on node:sqlite, file on disk',
  stores: true,
  serves: ['documents'],
  endpoint: hocuspocusEndpoint,
  readyPath: null,
  command: (port, dataDir) => ({
    entry: join(here, 'hocuspocus.ts'),
    args: [],
    env: { PORT: String(port), BENCH_SQLITE: join(dataDir, 'documents.sqlite') },
  }),
};

const yWebSocket: Target = {
  name: 'y-websocket',
  title: 'y-websocket server 2.1.0: no persistence, no ack (the sender’s own echo is taken for one)',
  stores: false,
  serves: ['documents'],
  endpoint: { wire: 'y-websocket', basePath: '', documentPrefix: 'bench-', secret: null },
  readyPath: null,
  command: (port) => ({
    entry: join(dirname(require.resolve('y-websocket-server/package.json')), 'bin/server.cjs'),
    args: [],
    env: { HOST: '127.0.0.1', PORT: String(port) },
  }),
};

/** A server of ours in this folder that only pushes events. */
function bare(name: TargetName, title: string, service: Service, file: string, env: TargetCommand['env'] = {}): Target {
  return {
    name,
    title,
    stores: false,
    serves: [service],
    endpoint: hocuspocusEndpoint,
    readyPath: null,
    command: (port) => ({ entry: join(here, file), args: [], env: { PORT: String(port), ...env } }),
  };
}

const nodeHttp = bare(
  'node-http',
  'a loop over the responses of node:http that writes one encoded buffer',
  'sse',
  'node-http.ts',
);
const nodeHttpNoChunks = bare('node-http-no-chunks', 'the same, with responses that are not in chunks', 'sse', 'node-http.ts', {
  BENCH_NO_CHUNKS: '1',
});
const betterSse = bare('better-sse', 'a channel of better-sse 0.16, which keeps nothing', 'sse', 'better-sse.ts');
const ws = bare('ws', 'a loop over the clients of ws that sends one encoded string', 'realtime', 'ws.ts');

const concord: Target = {
  name: 'concord',
  title: 'concord: LevelDB journal, fsync before every ack and broadcast',
  stores: true,
  serves: ['documents', 'sse', 'realtime', 'feed', 'rooms'],
  endpoint: { wire: 'hocuspocus', basePath: '/sync', documentPrefix: 'bench/pages/', secret: concordSecret },
  readyPath: '/readyz',
  command: (port, dataDir) => ({
    entry: join(here, '../../../packages/server/src/cli/main.ts'),
    args: ['serve', '--port', String(port), '--data', dataDir, '--config', join(here, '../concord.config.ts')],
    env: { CONCORD_SECRET: concordSecret },
  }),
};

const workspace: Target = {
  ...concord,
  name: 'workspace',
  title: 'concord with the workspace app, as it was built, in installed browsers',
  serves: ['page'],
  command: (port, dataDir) => ({
    entry: join(here, '../../../packages/server/src/cli/main.ts'),
    args: [
      'serve',
      '--demo',
      '--port',
      String(port),
      '--data',
      dataDir,
      '--web',
      join(here, '../../../apps/workspace/dist'),
      '--config',
      join(here, '../screen.config.ts'),
    ],
    env: { CONCORD_SECRET: concordSecret },
  }),
};

export const targets: readonly Target[] = [
  hocuspocus,
  hocuspocusSqlite,
  yWebSocket,
  nodeHttp,
  nodeHttpNoChunks,
  betterSse,
  ws,
  concord,
  workspace,
];
