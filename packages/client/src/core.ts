import { ConcordError } from '@concord/protocol';
import type { ClientOptions, Transport } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { ConnectionStatus } from './connection.ts';
import { forgetStorage, openStorage, type OpenStorage } from './device/open-storage.ts';
import { createHttp, type Http } from './http.ts';
import type { HttpSync } from './http-sync.ts';
import { identify } from './identity.ts';
import { createCell, createListeners, type Live } from './live.ts';
import { createReplicas, type Replicas } from './replicas.ts';
import { createSchemaSource, type SchemaSource } from './schema-source.ts';
import { SocketConnection } from './socket-connection.ts';
import { createTokenSource } from './token-source.ts';
import { createWake, type Wake } from './wake.ts';

/** What everything of a client stands on: who it is for, what is kept here, and the ways to the server. */
export interface Core {
  readonly http: Http;
  readonly socket: SocketConnection;
  readonly schema: SchemaSource;
  readonly status: Live<ConnectionStatus>;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly transports: readonly Transport[];
  /** Undefined until it is known who the user is. */
  readonly device: OpenStorage | undefined;
  /** The documents of records; undefined like `device`. */
  readonly replicas: Replicas | undefined;
  /** Documents that show who is where, and hold nothing. */
  readonly presences: Replicas;
  /** Begins, if it has not. Resolves once it is known who the user is; tried again for as long as it takes. */
  prepare(): Promise<OpenStorage>;
  onPrepared(listener: () => void): () => void;
  reconnect(): void;
  close(): Promise<void>;
  forget(): Promise<void>;
}

const allTransports: readonly Transport[] = ['websocket', 'sse', 'longpoll', 'poll'];

/** How long a client that is closed waits for what is on its way to the server, where it is kept nowhere else. */
const closeGraceMs = 3_000;

export function createCore(options: ClientOptions, clock: Clock = systemClock): Core {
  const url = options.url.replace(/\/+$/, '');
  const fetcher = options.fetch ?? globalThis.fetch?.bind(globalThis);
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (fetcher === undefined || Socket === undefined) throw new TypeError('There is no fetch or no WebSocket here: pass one.');
  const transports = options.transports ?? allTransports;
  const tokens = createTokenSource(options.token, () => clock.now());
  const http = createHttp(url, tokens, fetcher);
  const schema = createSchemaSource(http);
  const wake = createWake();
  const prepared = createListeners();
  const socket = new SocketConnection({
    url: `${url.replace(/^http/, 'ws')}/sync`,
    tokens,
    clock,
    WebSocket: Socket,
    isAllowed: transports.includes('websocket'),
    probe: () => http.fetch('/auth/me').then(() => true, () => false),
  });
  const status = createCell<ConnectionStatus>(socket.status.get(), (a, b) => JSON.stringify(a) === JSON.stringify(b));
  let device: OpenStorage | undefined;
  let replicas: Replicas | undefined;
  let preparing: Promise<OpenStorage> | undefined;
  let scope: string | undefined;
  let byRequests: { readonly sync: HttpSync; error: ConcordError | undefined } | undefined;
  let isStarting = false;
  let isClosed = false;

  // --- who, and what is kept here ---

  async function prepare(): Promise<OpenStorage> {
    const { account, user } = await identify(tokens, http);
    scope = `${url}/${account}/${user}`;
    device = await openStorage(scope, options.storage);
    const { storage, tabs } = device;
    // What cannot be kept here goes on in memory.
    await schema.recall(storage).catch(() => undefined);
    replicas = createReplicas({ storage, tabs, onStorageFailure: () => undefined }, clock, (replica) => carry(replica));
    refreshSchema();
    prepared.call();
    return device;
  }

  /** As often as it takes: with a token that cannot be had now, or no network and no JWT, it is not known yet. */
  function prepareAtLast(): Promise<OpenStorage> {
    const release = socket.want();
    const attempt = (): Promise<OpenStorage> =>
      prepare().catch(async (error: unknown) => {
        if (isClosed) throw error;
        await new Promise<void>((resolve) => {
          const stops = [wake.onWake(done), clock.after(5_000, done), woken.add(done)];
          function done(): void {
            for (const stop of stops) if (typeof stop === 'function') stop();
            resolve();
          }
        });
        return attempt();
      });
    return attempt().finally(release);
  }
  const woken = createListeners();

  function refreshSchema(): void {
    schema.refresh().catch(() => undefined);
  }

  // --- the ways to the server ---

  function carry(replica: Parameters<SocketConnection['carry']>[0]): void {
    socket.carry(replica);
    if (byRequests !== undefined) byRequests.sync.carry(replica);
  }

  function report(): void {
    const found = socket.status.get();
    if (byRequests === undefined || found.phase === 'denied' || found.phase === 'gone' || found.phase === 'expired') {
      status.set(found);
      return;
    }
    const { error } = byRequests;
    status.set({ transport: 'http', ...(error === undefined ? { phase: 'live' } : { phase: 'offline', error }) });
  }

  socket.status.subscribe(() => {
    const { phase } = socket.status.get();
    // The roles may be others, or the config, since it was last there.
    if (phase === 'syncing' || phase === 'live') {
      if (!wasOpen) refreshSchema();
      wasOpen = true;
    } else wasOpen = false;
    report();
  });
  let wasOpen = false;

  socket.state.subscribe(() => void switchWays());

  /** Where the socket is blocked documents go by requests, until it gets through again. */
  async function switchWays(): Promise<void> {
    const isBlocked = socket.state.get() === 'blocked';
    if (!isBlocked && socket.state.get() === 'open' && byRequests !== undefined) {
      byRequests.sync.stop();
      byRequests = undefined;
      socket.takeBack();
      report();
    } else if (isBlocked && byRequests === undefined && !isStarting) {
      isStarting = true;
      const { createHttpSync } = await import('./http-sync.ts');
      isStarting = false;
      if (socket.state.get() !== 'blocked' || isClosed) return;
      const sync = createHttpSync({
        http,
        clock,
        onReachable(error) {
          if (byRequests?.sync !== sync || byRequests.error === error) return;
          byRequests.error = error;
          report();
        },
      });
      byRequests = { sync, error: undefined };
      for (const replica of replicas?.all() ?? []) sync.carry(replica);
      refreshSchema();
      report();
    }
  }

  wake.onWake(() => {
    socket.wake();
    byRequests?.sync.wake();
  });
  wake.onNetworkLost(() => socket.networkLost());

  const presences = createReplicas({ storage: undefined, tabs: undefined, onStorageFailure: () => undefined }, clock, (replica) =>
    socket.carry(replica),
  );

  return {
    http,
    socket,
    schema,
    status,
    wake,
    clock,
    transports,
    get device() {
      return device;
    },
    get replicas() {
      return replicas;
    },
    presences,
    prepare: () => (preparing ??= prepareAtLast()),
    onPrepared: prepared.add,
    reconnect() {
      woken.call();
      socket.wake();
      byRequests?.sync.wake();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      wake.stop();
      woken.call();
      if (device?.kind === 'memory' && replicas !== undefined) await settled(replicas, clock);
      replicas?.close();
      presences.close();
      byRequests?.sync.stop();
      socket.close();
      await device?.storage.close();
      device?.tabs.close();
    },
    async forget() {
      if (scope !== undefined) await forgetStorage(scope);
    },
  };
}

/** Resolves when the server has everything, or it takes too long. */
async function settled(replicas: Replicas, clock: Clock): Promise<void> {
  const waiting = [...replicas.all()].filter(({ state }) => state.get().phase === 'live' && state.get().unsaved > 0);
  await Promise.all(
    waiting.map(
      ({ state }) =>
        new Promise<void>((resolve) => {
          const cancel = clock.after(closeGraceMs, done);
          const stop = state.subscribe(() => state.get().unsaved === 0 && done());
          function done(): void {
            cancel();
            stop();
            resolve();
          }
        }),
    ),
  );
}
