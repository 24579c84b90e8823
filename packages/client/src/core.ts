import { ConcordError } from '@concord/protocol';
import type { ClientOptions } from './client.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Away } from './device/away.ts';
import type { OpenStorage } from './device/open-storage.ts';
import { createHttp, type Http } from './http.ts';
import { createListeners } from './live.ts';
import type { ValuesModule } from './record-fields.ts';
import type { Replica } from './replica.ts';
import { createReplicas, type Replicas } from './replicas.ts';
import { createSchemaSource, type SchemaSource } from './schema-source.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';
import { createWake, type Wake } from './wake.ts';
import { createWays, type Ways } from './ways.ts';

/** What is there once it is known who the user is. */
export interface Device extends OpenStorage {
  /** The documents of records. */
  readonly replicas: Replicas;
  readonly values: ValuesModule;
}

/** What everything of a client stands on: who it is for, what is kept here, and the ways to the server. */
export interface Core {
  readonly http: Http;
  readonly ways: Ways;
  /** For requests that the page's own `fetch` has no part in. Undefined where it has given one. */
  readonly direct: { readonly url: string; readonly tokens: TokenSource } | undefined;
  readonly schema: SchemaSource;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly device: Device | undefined;
  /** Documents that show who is where, and hold nothing. */
  readonly presences: Replicas;
  /** Begins, if it has not. Resolves once it is known who the user is, however often it has to be tried. */
  prepare(): Promise<Device>;
  /** The same, and the schema, too, is there. */
  known(): Promise<Device>;
  /** Calls `listener` when `device` is there. */
  onPrepared(listener: () => void): () => void;
  /** Now, and not when it would be due. */
  reconnect(): void;
  close(): Promise<void>;
  forget(): Promise<void>;
}

/** How long until it is tried again to find out who the user is. */
const prepareAgainMs = 5_000;

/** How long a client that is closed waits for the server to have what is kept nowhere else. */
const closeGraceMs = 3_000;

export function createCore(options: ClientOptions, clock: Clock = systemClock): Core {
  const url = options.url.replace(/\/+$/, '');
  const fetcher = options.fetch ?? globalThis.fetch?.bind(globalThis);
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (fetcher === undefined || Socket === undefined) throw new TypeError('There is no fetch or no WebSocket here.');
  const tokens = createTokenSource(options.token, () => clock.now());
  const http = createHttp(url, tokens, fetcher);
  const schema = createSchemaSource(http);
  const wake = createWake();
  const prepared = createListeners();
  const hurried = createListeners();
  let device: Device | undefined;
  let preparing: Promise<Device> | undefined;
  let scope: string | undefined;
  let wasConnected = false;
  let isClosed = false;
  let away: Away | undefined;
  let stopWatching = (): void => undefined;

  const ways = createWays({
    url,
    http,
    tokens,
    clock,
    wake,
    transports: options.transports,
    WebSocket: Socket,
    replicas: () => device?.replicas.all() ?? [],
  });
  const presences = createReplicas({ storage: undefined, tabs: undefined, isKept: false }, clock, ways.carryBySocket, watch);

  function watch({ awareness }: Replica): void {
    away?.watch(awareness);
  }

  async function prepare(): Promise<Device> {
    const [{ createAway, identify, openStorage, watchUnsaved }, values] = await Promise.all([
      import('./device/device.ts'),
      import('./values.ts'),
    ]);
    const { account, user } = await identify(tokens, http);
    scope = `${url}/${account}/${user}`;
    const opened = await openStorage(scope, options.storage);
    const { storage, tabs } = opened;
    if (isClosed) {
      await storage.close();
      tabs.close();
      throw new ConcordError('unreachable', { message: 'The client was closed.' });
    }
    // What is not kept here is asked of the server.
    await schema.recall(storage).catch(() => undefined);
    device = {
      ...opened,
      values,
      replicas: createReplicas({ storage, tabs, isKept: opened.kind === 'indexeddb' }, clock, ways.carry, watch),
    };
    const { replicas } = device;
    away = createAway(clock);
    stopWatching = watchUnsaved({ storage, tabs, open: replicas.save, onWake: wake.onWake });
    refreshSchema();
    prepared.call();
    return device;
  }

  async function prepareAtLast(): Promise<Device> {
    untilKnown(ways.want());
    for (;;) {
      try {
        return await prepare();
      } catch (error) {
        if (isClosed) throw error;
        await hurriedOr(prepareAgainMs);
      }
    }
  }

  /** Until the schema is known no document can be opened, so nothing else has a connection be there. */
  function untilKnown(release: () => void): void {
    const stop = schema.schema.subscribe(() => {
      if (schema.schema.get() === undefined) return;
      stop();
      release();
    });
  }

  function hurriedOr(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, done);
      const stop = hurried.add(done);
      function done(): void {
        cancel();
        stop();
        resolve();
      }
    });
  }

  function refreshSchema(): void {
    void schema.refresh().catch(async () => {
      // One that is known is asked again with the next connection. Without any, nothing can be shown.
      if (schema.schema.get() !== undefined) return;
      await hurriedOr(prepareAgainMs);
      if (!isClosed) refreshSchema();
    });
  }

  ways.status.subscribe(() => {
    const { phase } = ways.status.get();
    const isConnected = phase === 'syncing' || phase === 'live';
    // The config may be another since it was last there, or the user's roles.
    if (isConnected && !wasConnected && device !== undefined) refreshSchema();
    wasConnected = isConnected;
  });
  wake.onWake(() => hurried.call());

  const begin = (): Promise<Device> => (preparing ??= prepareAtLast());
  return {
    http,
    ways,
    direct: options.fetch === undefined ? { url, tokens } : undefined,
    schema,
    wake,
    clock,
    get device() {
      return device;
    },
    presences,
    prepare: begin,
    async known() {
      const known = await begin();
      if (schema.schema.get() === undefined)
        await new Promise<void>((resolve) => {
          const stop = schema.schema.subscribe(() => {
            stop();
            resolve();
          });
        });
      return known;
    },
    onPrepared: prepared.add,
    reconnect: wake.wake,
    async close() {
      if (isClosed) return;
      isClosed = true;
      hurried.call();
      wake.stop();
      stopWatching();
      away?.stop();
      if (device?.kind === 'memory') await device.replicas.settled(closeGraceMs);
      device?.replicas.close();
      presences.close();
      ways.close();
      await device?.storage.close();
      device?.tabs.close();
    },
    async forget() {
      if (scope === undefined) return;
      const { forgetStorage } = await import('./device/device.ts');
      await forgetStorage(scope);
    },
  };
}
