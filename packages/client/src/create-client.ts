import type { RecordView } from '@concord/protocol';
import type { ConcordConfig } from '@concord/schema';
import type { Client, ClientOptions } from './client.ts';
import { createCore, type Device } from './core.ts';
import { createLazyChanges } from './feed/lazy-feed.ts';
import { createLazyInbox } from './inbox/lazy-inbox.ts';
import { createLazyPresences } from './lazy-presences.ts';
import { createLazyLogs } from './logs/lazy-logs.ts';
import { calls, onceLoaded } from './once-loaded.ts';
import { createCommands } from './outbox/create-commands.ts';
import { createLazyQueries } from './query/lazy-queries.ts';
import { createRecords } from './records.ts';

/**
 * A client of the server at `options.url`. Nothing is asked of the server before something is wanted of it.
 *
 * Throws a `TypeError` where there is no `fetch` or `WebSocket` here and none is given.
 */
export function createClient<C extends ConcordConfig = ConcordConfig>(options: ClientOptions): Client<C> {
  const core = createCore(options);
  const { http, ways, schema } = core;
  const me = (): string | undefined => schema.me.get()?.id;
  const presences = createLazyPresences(
    new Promise((resolve) => {
      core.onPrepared(() =>
        resolve(
          (core.device as Device).values.createCollectionPresences({
            replicas: () => (schema.me.get() === undefined ? undefined : core.presences),
            account: () => schema.me.get()?.account,
            me,
            onPrepared: schema.me.subscribe,
          }),
        ),
      );
    }),
  );
  const closing = new AbortController();
  const commands = createCommands(core);
  const records = createRecords(core, presences, commands, (...log) => logs.open(...log));
  const queries = createLazyQueries(async () => {
    const { createQueries } = await import('./query/create-queries.ts');
    return createQueries({
      http,
      feed: ways.feed,
      schema: schema.schema,
      clock: core.clock,
      onWake: core.wake.onWake,
      storage: async () => (await core.prepare()).storage,
    });
  });

  const requests = onceLoaded(async () => (await import('./requests.ts')).createRequests(core));
  const inbox = createLazyInbox(async () => {
    const [{ openInbox }, { storage }] = await Promise.all([import('./inbox/open-inbox.ts'), core.prepare()]);
    return await openInbox({
      http,
      storage,
      me,
      socket: ways.socket,
      clock: core.clock,
      transports: options.transports ?? ['websocket', 'sse', 'poll'],
      onWake: core.wake.onWake,
    });
  });
  const logs = createLazyLogs(async () => {
    const [{ createLogs }, device] = await Promise.all([import('./logs/create-logs.ts'), core.known()]);
    return createLogs({ core, device, commands, onRead: (...read) => inbox.opened()?.onRead(...read) });
  }, schema.schema);

  /** Whatever is asked for: from now on it has to be known who asks. */
  function began<T>(value: T): T {
    void core.prepare().catch(() => undefined);
    return value;
  }

  const client = {
    status: ways.status,
    schema: schema.schema,
    me: schema.me,
    get commands() {
      return began(commands);
    },
    record: (collection: string, id: string) => began(records.open(collection, id)),
    query: (collection: string, query = {}) => began(queries.open(collection, query)),
    changes: (changes = {}) => createLazyChanges(ways.feed, changes, closing.signal),
    presence: (collection: string) => began(presences.open(collection)),
    get: (collection: string, id: string) => http.json<RecordView>('GET', `/records/${collection}/${encodeURIComponent(id)}`),
    log: (collection: string, record: string, name: string) => began(logs.open(collection, record, name)),
    get inbox() {
      return began(inbox);
    },
    ...calls(requests, ['people', 'direct']),
    members: (collection: string, record: string) =>
      calls(async () => (await requests()).members(collection, record), ['set', 'remove', 'join', 'leave']),
    request: (method: string, path: string, body?: unknown) => http.json(method, path, body),
    reconnect: () => core.reconnect(),
    async close() {
      closing.abort();
      commands.close();
      records.close();
      queries.close();
      logs.close();
      inbox.opened()?.connect(false);
      await core.close();
    },
    forget: () => core.forget(),
  };
  // The types of a config are its caller's; here, collections and fields are names.
  return client as unknown as Client<C>;
}
