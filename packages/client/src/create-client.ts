import type { RecordView } from '@concord/protocol';
import type { ConcordConfig } from '@concord/schema';
import type { Client, ClientOptions, Person } from './client.ts';
import { createCollectionPresences } from './collection-presences.ts';
import { createCore } from './core.ts';
import { createLazyChanges } from './feed/lazy-feed.ts';
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
  const presences = createCollectionPresences({
    replicas: () => (schema.me.get() === undefined ? undefined : core.presences),
    account: () => schema.me.get()?.account,
    me,
    onPrepared: schema.me.subscribe,
  });
  const closing = new AbortController();
  const commands = createCommands(core);
  const records = createRecords(core, presences, commands);
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
    async people(search: { readonly query: string; readonly limit?: number } | { readonly ids: readonly string[] }) {
      const asked =
        'ids' in search
          ? search.ids.map((id): [string, string] => ['id', id])
          : Object.entries({ query: search.query, limit: String(search.limit ?? 20) });
      if (asked.length === 0) return [];
      const { items } = await http.json<{ readonly items: readonly Person[] }>(
        'GET',
        `/users?${new URLSearchParams(asked).toString()}`,
      );
      return items.map(({ id, name }) => ({ id, name }));
    },
    request: (method: string, path: string, body?: unknown) => http.json(method, path, body),
    reconnect: () => core.reconnect(),
    async close() {
      closing.abort();
      commands.close();
      records.close();
      queries.close();
      await core.close();
    },
    forget: () => core.forget(),
  };
  // The types of a config are its caller's; here, collections and fields are names.
  return client as unknown as Client<C>;
}
