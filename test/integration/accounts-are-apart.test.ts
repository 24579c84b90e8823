import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { RecordView } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { connect, connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

/** In everything that acme has: where it shows, something has crossed. */
const marker = 'Xyzzy';
const acme = { account: 'acme', user: `${marker}-alice`, roles: ['member', 'admin', 'editor'] };

/** What others might get hold of, each beside something of the same shape that has never been. */
interface Pair {
  readonly theirs: string;
  readonly none: string;
}

interface World {
  readonly server: TestServer;
  /** Records of every collection: live, deleted, purged. */
  readonly records: readonly Pair[];
  readonly keys: readonly Pair[];
  readonly users: readonly Pair[];
  readonly webhooks: readonly Pair[];
  readonly cursors: readonly Pair[];
  /** Of a list's `page`. */
  readonly pages: readonly Pair[];
  /** All that acme can see of itself. */
  state(): Promise<unknown>;
}

async function startWorld(): Promise<World> {
  const server = await startServer();
  const collections = [...server.schema.collections.keys()];
  const ids = ['live', 'gone', 'erased'];
  const nameField = { everything: 'name' } as Readonly<Record<string, string>>;
  for (const collection of collections) {
    const input = (id: string): object => ({ id: `${marker}-${id}`, [nameField[collection] ?? 'title']: `${marker} ${id}` });
    await server.json('POST', `/records/${collection}/batch`, { records: ids.map(input) }, acme);
    if (collection === 'tickets')
      for (const id of ids)
        await server.json('POST', `/records/tickets/${marker}-${id}/comments`, { id: `${marker}-entry`, text: marker }, acme);
    await server.json('DELETE', `/records/${collection}/batch`, { ids: ids.slice(1).map((id) => `${marker}-${id}`) }, acme);
    await server.json('POST', `/records/${collection}/${marker}-erased/purge`, undefined, acme);
  }
  const { id } = await server.json<{ id: string }>('POST', '/api-keys', { name: marker, roles: ['admin'] }, acme);
  const hook = { name: marker, url: 'http://127.0.0.1:9/', enabled: false };
  const { id: webhook } = await server.json<{ id: string }>('POST', '/webhooks', hook, acme);
  const password = 'not to be guessed';
  await server.json('POST', '/users', { id: `${marker}-user`, roles: ['admin'], password }, acme);
  const first = await readPage(server, '0', { as: acme, query: 'limit=3' });
  const { cursor } = await readPage(server, 'now', { as: acme });
  const { nextPage = '' } = await server.json<{ nextPage?: string }>('GET', '/records/notes?limit=1&sort=title', undefined, acme);
  return {
    server,
    records: ids.map((name) => ({ theirs: `${marker}-${name}`, none: `Plugh-${name}` })),
    keys: [{ theirs: id, none: id.startsWith('0') ? `1${id.slice(1)}` : `0${id.slice(1)}` }],
    users: [{ theirs: `${marker}-user`, none: 'Plugh-user' }],
    webhooks: [{ theirs: webhook, none: webhook.startsWith('0') ? `1${webhook.slice(1)}` : `0${webhook.slice(1)}` }],
    cursors: [first.cursor, cursor].map((theirs) => ({ theirs, none: `A${'z'.repeat(42)}A` })),
    // A page says where its own list goes on, whoever made it: it holds nothing but a place in the order.
    pages: nextPage === '' ? [] : [{ theirs: nextPage, none: nextPage }],
    async state() {
      const lists = collections.map((name) => server.json<{ items: RecordView[] }>('GET', `/records/${name}`, undefined, acme));
      return {
        lists: (await Promise.all(lists)).map(({ items }) => items),
        events: await readAll(server, '0', { as: acme }),
        comments: await server.json('GET', `/records/tickets/${marker}-live/comments`, undefined, acme),
        keys: await server.json('GET', '/api-keys', undefined, acme),
        users: await server.json('GET', '/users', undefined, acme),
        webhooks: await server.json('GET', '/webhooks', undefined, acme),
      };
    },
  };
}

interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Instead of a body in JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How to ask a route for what is named. Both of a pair are asked in the same way. */
type Probe = (named: string) => Ask;

interface Route {
  readonly method: string;
  readonly path: string;
}

/** What is looked at of the HTTP framework, which tells of each instance by a diagnostics channel. */
interface Router {
  addHook(name: 'onRoute', hook: (route: { readonly method: string | string[]; readonly url: string }) => void): void;
}

const each = (pairs: readonly Pair[], ...probes: readonly Probe[]): [Pair, Probe][] =>
  pairs.flatMap((pair) => probes.map((probe): [Pair, Probe] => [pair, probe]));

const names: readonly Pair[] = [{ theirs: marker, none: 'Plugh' }];

/** Routes of other systems' APIs, which are no part of the description. */
const compatRoutes = [
  'DELETE /compat/snackbase/api/v1/records/{collection}/batch',
  'DELETE /compat/snackbase/api/v1/records/{collection}/{id}',
  'GET /compat/snackbase/api/v1/*',
  'GET /compat/snackbase/api/v1/auth/me',
  'GET /compat/snackbase/api/v1/realtime/subscribe',
  'GET /compat/snackbase/api/v1/records/{collection}',
  'GET /compat/snackbase/api/v1/records/{collection}/{id}',
  'PATCH /compat/snackbase/api/v1/records/{collection}/batch',
  'PATCH /compat/snackbase/api/v1/records/{collection}/{id}',
  'POST /compat/snackbase/api/v1/auth/login',
  'POST /compat/snackbase/api/v1/auth/logout',
  'POST /compat/snackbase/api/v1/auth/refresh',
  'POST /compat/snackbase/api/v1/records/{collection}',
  'POST /compat/snackbase/api/v1/records/{collection}/batch',
  'PUT /compat/snackbase/api/v1/records/{collection}/{id}',
];

/** Each of them, those of records for a collection that strangers have, too, and for one that only administrators have. */
const compat: readonly Route[] = compatRoutes
  .map((route) => ({ method: route.split(' ')[0] ?? '', path: route.split(' ')[1] ?? '' }))
  .flatMap(({ method, path }) =>
    path.includes('{collection}')
      ? ['notes', 'secrets'].map((name) => ({ method, path: path.replace('{collection}', name) }))
      : [{ method, path }],
  );

/**
 * Every route, and how somebody else would try to learn of acme by it. The path is the description's, with
 * `<collection>` for the collection's name.
 */
function probesOf(world: World, { method, path }: Route, collection: string): [Pair, Probe][] | undefined {
  const { records, keys, users, webhooks, cursors, pages } = world;
  const field = collection === 'everything' ? 'name' : 'title';
  const withId =
    (suffix = '', more: Partial<Ask> = {}): Probe =>
    (id) => ({ method, path: `${path.replace(/\{id\}.*/, id)}${suffix}`, ...more });
  const query =
    (build: (named: string) => Record<string, string>): Probe =>
    (named) => ({ method, path: `${path}?${new URLSearchParams(build(named)).toString()}` });
  const body =
    (build: (named: string) => unknown): Probe =>
    (named) => ({ method, path, body: build(named) });
  switch (`${method} ${path.replace(`/records/${collection}`, '/records/<collection>')}`) {
    case 'GET /api/v1/auth/me':
    case 'GET /api/v1/api-keys':
    case 'GET /api/v1/schema':
    case 'GET /api/v1/inbox':
      return each(names, () => ({ method, path }));
    case 'GET /api/v1/users':
      return each(
        [...users, ...names, { theirs: acme.user, none: 'Plugh-alice' }],
        () => ({ method, path }),
        query((id) => ({ id })),
        query((named) => ({ query: named })),
      );
    case 'POST /api/v1/api-keys':
      return each(
        names,
        body(() => ({ name: 'mine', roles: [] })),
      );
    case 'DELETE /api/v1/api-keys/{id}':
      return each([...keys, ...records], withId());
    case 'POST /api/v1/users':
      return each(
        users,
        body((id) => ({ id, password: 'mine, all mine' })),
        body((id) => ({ id, password: 'mine, all mine', account: 'acme' })),
      );
    case 'PATCH /api/v1/users/{id}':
      return each(users, withId('', { body: { disabled: true } }), withId('', { body: { password: 'mine, all mine' } }));
    case 'DELETE /api/v1/users/{id}':
      return each(users, withId());
    case 'POST /api/v1/auth/login':
      return each(
        users,
        body((user) => ({ account: 'acme', user, password: 'a wrong guess' })),
      );
    case 'POST /api/v1/auth/guest':
      return each(
        [...records, ...names],
        body((record) => ({ collection: 'notes', record, name: 'Mallory' })),
        body((named) => ({ account: named, collection: 'notes' })),
        body((record) => ({ collection: 'rooms', record, name: 'Mallory' })),
      );
    case 'POST /api/v1/auth/refresh':
    case 'POST /api/v1/auth/logout':
      return each(
        users,
        body((user) => ({
          refreshToken: `cr_${Buffer.from(`acme/${user}`).toString('base64url')}.${'0'.repeat(32)}.${'A'.repeat(86)}`,
        })),
      );
    case 'POST /api/v1/auth/password':
      return each(
        users,
        body(() => ({ current: 'not to be guessed', next: 'mine, all mine' })),
      );
    case 'GET /api/v1/webhooks':
      return each(names, () => ({ method, path }));
    case 'POST /api/v1/webhooks':
      return each(
        cursors,
        body((since) => ({ url: 'http://127.0.0.1:9/', enabled: false, since })),
        body(() => ({ url: 'http://127.0.0.1:9/', enabled: false, account: 'acme' })),
      );
    case 'GET /api/v1/webhooks/{id}':
    case 'DELETE /api/v1/webhooks/{id}':
      return each([...webhooks, ...records], withId());
    case 'PATCH /api/v1/webhooks/{id}':
      return each(webhooks, withId('', { body: { url: 'http://127.0.0.1:10/' } }), withId('', { body: { roles: ['nobody'] } }));
    case 'GET /api/v1/webhooks/{id}/deliveries':
      return each(webhooks, withId('/deliveries'), withId('/deliveries?status=dead'));
    case 'POST /api/v1/webhooks/{id}/rotate':
      return each(webhooks, withId('/rotate'));
    case 'POST /api/v1/webhooks/{id}/test':
      return each(webhooks, withId('/test'));
    case 'POST /api/v1/webhooks/{id}/replay':
      return each(webhooks, withId('/replay', { body: { delivery: '1' } }), withId('/replay', { body: { since: '0' } }));
    case 'GET /api/v1/records/<collection>':
      return [
        ...each(names, () => ({ method, path: `${path}?total=true` })),
        ...each(
          names,
          query((named) => ({ filter: `${field} contains '${named}'` })),
          query((named) => ({ filter: `createdBy contains '${named}'` })),
          query(() => ({ sort: `-${field}`, limit: '1', total: 'true' })),
        ),
        ...each(
          records,
          query((id) => ({ filter: `id = '${id}'` })),
        ),
        ...each(
          pages,
          query((page) => ({ page, sort: field })),
        ),
      ];
    case 'POST /api/v1/records/<collection>':
      return each(
        records,
        body((id) => ({ id, [field]: 'mine' })),
      );
    case 'GET /api/v1/records/<collection>/{id}':
      return each(
        records,
        withId(),
        withId('?richText=html&fields=id'),
        withId('', { headers: { 'if-none-match': '*' } }),
        withId('', { headers: { 'if-none-match': '"1"' } }),
      );
    case 'PATCH /api/v1/records/<collection>/{id}':
      return each(
        records,
        withId('', { body: { [field]: 'mine' } }),
        withId('', { body: {} }),
        withId('', { body: { [field]: 'mine' }, headers: { 'if-match': '"1"' } }),
        withId('', { body: { nonsense: 1 } }),
      );
    case 'DELETE /api/v1/records/<collection>/{id}':
      return each(records, withId(), withId('', { headers: { 'if-match': '"7"' } }));
    case 'POST /api/v1/records/<collection>/{id}/restore':
      return each(records, withId('/restore'));
    case 'POST /api/v1/records/<collection>/{id}/purge':
      return each(records, withId('/purge'));
    case 'GET /api/v1/records/<collection>/{id}/comments':
      return each(records, withId('/comments'), withId('/comments?around=1'), withId('/comments?pinned=true'));
    case 'POST /api/v1/records/<collection>/{id}/comments':
      return each(
        records,
        withId('/comments', { body: { text: 'mine' } }),
        withId('/comments', { body: { id: `${marker}-entry`, text: marker } }),
        withId('/comments', { body: { text: 'mine', replyTo: `${marker}-entry` } }),
        withId('/comments', { body: { text: '' } }),
      );
    case 'GET /api/v1/records/<collection>/{id}/comments/{entry}':
    case 'DELETE /api/v1/records/<collection>/{id}/comments/{entry}':
      return each(records, withId(`/comments/${marker}-entry`), withId('/comments/Plugh-entry'));
    case 'PATCH /api/v1/records/<collection>/{id}/comments/{entry}':
      return each(
        records,
        withId(`/comments/${marker}-entry`, { body: { text: 'mine' } }),
        withId(`/comments/${marker}-entry`, { body: { pinned: true } }),
        withId(`/comments/${marker}-entry`, { body: {} }),
      );
    case 'PUT /api/v1/records/<collection>/{id}/comments/read':
      return each(
        records,
        withId('/comments/read', { body: { seq: 1 } }),
        withId('/comments/read', { body: { seq: 1, thread: 1 } }),
      );
    case 'PUT /api/v1/records/<collection>/{id}/comments/follow':
      return each(records, withId('/comments/follow', { body: { level: 'all' } }));
    case 'POST /api/v1/records/<collection>/{id}/comments/files':
      return each(records, withId('/comments/files?name=mine.txt', { bytes: new TextEncoder().encode('mine') }));
    case 'GET /api/v1/records/<collection>/{id}/comments/files/{file}':
      return each(records, withId(`/comments/files/${marker}-file`));
    case 'PUT /api/v1/records/<collection>/{id}/comments/{entry}/reactions/{emoji}':
    case 'DELETE /api/v1/records/<collection>/{id}/comments/{entry}/reactions/{emoji}':
      return each(
        records,
        ...['👍', 'x'].map((emoji) => withId(`/comments/${marker}-entry/reactions/${encodeURIComponent(emoji)}`)),
      );
    case 'POST /api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ records: [{ [field]: 'new' }, { id, [field]: 'mine' }] })),
      );
    case 'PATCH /api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ records: [{ id, [field]: 'mine' }] })),
        body((id) => ({ records: [{ id, version: 1, [field]: 'mine' }] })),
      );
    case 'DELETE /api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ ids: [id] })),
      );
    case 'POST /api/v1/sync/{account}/{collection}/{record}':
    case 'POST /api/v1/sync/{account}/{collection}/{record}/{part}': {
      const sync =
        (account: string, bytes: Uint8Array<ArrayBuffer>): Probe =>
        (record) => ({
          method,
          path: path
            .replace('{account}', account)
            .replace('{collection}', 'notes')
            .replace('{record}', record)
            .replace('{part}', 'title'),
          bytes,
        });
      const [step1, update] = [frames.step1(), frames.update(undefined, updateWriting('mine'))].map((one) =>
        Uint8Array.from(one),
      );
      return each(records, ...[step1, update].map((bytes) => sync('acme', bytes as Uint8Array<ArrayBuffer>)));
    }
    case 'GET /api/v1/changes':
      return ['poll', 'longpoll', 'sse'].flatMap((feed) => [
        ...each(
          cursors,
          query((since) => ({ feed, since })),
          query((since) => ({ feed, 'last-event-id': since })),
          (since) => ({ method, path: `${path}?feed=${feed}&since=0`, headers: { 'last-event-id': since } }),
        ),
        // A stream that is let in stays open: below it is read as a browser would.
        ...(feed === 'sse'
          ? []
          : [
              ...each(
                records,
                query((record) => ({ feed, timeout: '0', since: '0', record })),
              ),
              ...each(
                names,
                query(() => ({ feed, timeout: '0', since: '0' })),
                query((named) => ({ feed, timeout: '0', collections: 'notes', filter: `title contains '${named}'` })),
              ),
            ]),
      ]);
    case 'GET /compat/snackbase/api/v1/*':
      return each(names, (named) => ({ method, path: path.replace('*', named) }));
    case 'GET /compat/snackbase/api/v1/auth/me':
    case 'POST /compat/snackbase/api/v1/auth/logout':
      return each(names, () => ({ method, path, ...(method === 'POST' ? { body: {} } : {}) }));
    case 'GET /compat/snackbase/api/v1/realtime/subscribe':
      // One that is let in stays open: what it brings is looked at in the tests of its own.
      return each(
        names,
        query((named) => ({ collections: named })),
      );
    case 'POST /compat/snackbase/api/v1/auth/login':
      return each(
        users,
        body((email) => ({ account: 'acme', email, password: 'a wrong guess' })),
        body((email) => ({ email, password: 'a wrong guess' })),
      );
    case 'POST /compat/snackbase/api/v1/auth/refresh':
      return each(
        users,
        body((user) => ({
          refresh_token: `cr_${Buffer.from(`acme/${user}`).toString('base64url')}.${'0'.repeat(32)}.${'A'.repeat(86)}`,
        })),
      );
    case 'GET /compat/snackbase/api/v1/records/<collection>':
      return [
        ...each(
          names,
          query((named) => ({ filter: `${field} ~ '${named}'` })),
          query((named) => ({ filter: `created_by ~ '${named}' || created_at < '2000-01-01'` })),
          query(() => ({ sort: `-${field}`, limit: '1', cursor: '', include_count: 'true' })),
        ),
        ...each(
          records,
          query((id) => ({ filter: `id = '${id}'` })),
          query((id) => ({ cursor: Buffer.from(JSON.stringify({ id })).toString('base64url'), sort: 'id' })),
        ),
      ];
    case 'POST /compat/snackbase/api/v1/records/<collection>':
      return each(
        records,
        body((id) => ({ id, account_id: 'acme', [field]: 'mine' })),
      );
    case 'GET /compat/snackbase/api/v1/records/<collection>/{id}':
      return each(records, withId(), withId('?fields=id'));
    case 'PUT /compat/snackbase/api/v1/records/<collection>/{id}':
    case 'PATCH /compat/snackbase/api/v1/records/<collection>/{id}':
      return each(
        records,
        withId('', { body: { [field]: 'mine' } }),
        withId('', { body: {} }),
        withId('', { body: { nonsense: 1 } }),
      );
    case 'DELETE /compat/snackbase/api/v1/records/<collection>/{id}':
      return each(records, withId());
    case 'POST /compat/snackbase/api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ records: [{ [field]: 'new' }, { id, [field]: 'mine' }] })),
      );
    case 'PATCH /compat/snackbase/api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ records: [{ id, data: { [field]: 'mine' } }] })),
      );
    case 'DELETE /compat/snackbase/api/v1/records/<collection>/batch':
      return each(
        records,
        body((id) => ({ ids: [id] })),
      );
    case 'GET /healthz':
    case 'GET /readyz':
      return each(names, () => ({ method, path }));
    case 'GET /metrics':
      // It changes with each request, so it is looked through below.
      return [];
  }
  return undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let strangers = 0;
/** Another account at each call, all with names of one length. */
const stranger = (): { account: string; user: string; roles: string[] } => ({
  account: `other${String(++strangers).padStart(6, '0')}`,
  user: 'mallory',
  roles: ['member', 'admin', 'editor'],
});

/** What an answer says, without what differs from one request to the next. */
async function ask({ server }: World, { method, path, body, bytes, headers }: Ask, named: string): Promise<Answer> {
  const as = stranger();
  const response = await server.fetch(`/../..${path}`, {
    method,
    as,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(bytes === undefined ? {} : { body: bytes }),
  });
  const text = await response.text();
  const plain = (said: string): string =>
    said
      .replaceAll(named, '<named>')
      .replaceAll(as.account, '<account>')
      .replaceAll(/"request(?:Id|_id)":"[^"]*"/g, '"requestId":""')
      .replaceAll(/ck_[0-9a-f]{16}_[A-Za-z0-9_-]{43}/g, '<key>')
      .replaceAll(/"id":"[0-9a-f]{16}"/g, '<key id>')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, '<uuid>')
      .replaceAll(/"cursor":"[A-Za-z0-9_-]{44}"/g, '"cursor":""')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replaceAll(/W\/"[A-Za-z0-9_-]{22}"/g, '<etag>');
  // What was asked for may be said again; nothing else of acme may.
  expect(text.replaceAll(named, ''), `${method} ${path}`).not.toContain(marker);
  expect(text.replaceAll(named, ''), `${method} ${path}`).not.toContain('acme');
  const differing = new Set(['date', 'x-request-id', 'content-length']);
  const kept = [...response.headers].filter(([name]) => !differing.has(name)).map(([name, value]) => [name, plain(value)]);
  return { status: response.status, headers: Object.fromEntries(kept) as Record<string, string>, body: plain(text) };
}

async function routesOf(server: TestServer): Promise<Route[]> {
  const { paths } = await server.json<{ paths: Record<string, Record<string, unknown>> }>('GET', '/openapi.json');
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
}

describe('an account', () => {
  it('is to another as if it were not there, on every route that the API describes, and on those of other APIs', async () => {
    const world = await startWorld();
    const before = await world.state();
    const routes = [...(await routesOf(world.server)), ...compat];
    expect(routes.length).toBeGreaterThan(50);
    let asked = 0;
    for (const route of routes) {
      const collection = /\/records\/([^/]+)/.exec(route.path)?.[1] ?? '';
      const probes = probesOf(world, route, collection);
      // A route that is new here: say above how a stranger would try it.
      if (probes === undefined) throw new Error(`How does a stranger try ${route.method} ${route.path}?`);
      await Promise.all(
        probes.map(async ([{ theirs, none }, probe]) => {
          const [about, nothing] = await Promise.all([ask(world, probe(theirs), theirs), ask(world, probe(none), none)]);
          expect(about, JSON.stringify(probe(theirs))).toEqual(nothing);
          // Nor may a cache in between give to one what it has for another.
          if (/^\/(?:api|compat)\//.test(route.path))
            expect(about.headers['cache-control'], route.path).toMatch(/no-store|private/);
          asked++;
        }),
      );
    }
    expect(asked).toBeGreaterThan(200);
    expect(await (await fetch(`${world.server.url}/metrics`)).text()).not.toMatch(/acme|Xyzzy/);
    expect(await world.state()).toEqual(before);
  });

  it('has no route beside those of the description and of other APIs but for the pages, which are the same for everybody', async () => {
    const registered: Route[] = [];
    const onInitialization = (message: unknown): void => {
      const { fastify } = message as { readonly fastify: Router };
      fastify.addHook('onRoute', ({ method, url }) => {
        for (const one of [method].flat()) if (one !== 'HEAD') registered.push({ method: one, path: url });
      });
    };
    subscribe('fastify.initialization', onInitialization);
    onTestFinished(() => void unsubscribe('fastify.initialization', onInitialization));
    const world = await startWorld();
    const spelled = ({ method, path }: Route): string => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
    const described = new Set((await routesOf(world.server)).map(spelled));
    const hidden = registered.map(spelled).filter((route) => !described.has(route));
    expect(registered.length).toBeGreaterThan(described.size);
    // One that is new here: describe it, or say below that everybody may see it.
    const pages = hidden.filter((route) => !compatRoutes.includes(route));
    expect(hidden.toSorted()).toEqual([...pages, ...compatRoutes].toSorted());
    expect(pages.toSorted()).toEqual([
      'GET /api/docs',
      'GET /api/docs/json',
      'GET /api/docs/static/*',
      'GET /api/docs/static/index.html',
      'GET /api/docs/static/swagger-initializer.js',
      'GET /api/docs/yaml',
      'GET /api/v1/openapi.json',
    ]);
    for (const route of pages) {
      const { body } = await ask(world, { method: 'GET', path: route.replace('GET ', '').replace('*', marker) }, marker);
      expect(body).not.toContain('acme');
    }
  });

  it('refuses documents of another as those that are not there, on both sockets', async () => {
    const { server, state } = await startWorld();
    const before = await state();
    const as = stranger();
    const documents = [
      ...['live', 'gone', 'erased', 'none'].flatMap((id) =>
        [...server.schema.collections.keys()].map((collection) => `acme/${collection}/${marker}-${id}`),
      ),
      'acme/notes/never',
      'nobody/notes/never',
      `acme/nothing/${marker}-live`,
      `acme/notes/${marker}-live/secret`,
      `acme/tickets/${marker}-live/comments.0`,
      `acme/tickets/${marker}-live/comments.1`,
      `${as.account}/tickets/never`,
      `${as.account}/nothing/never`,
    ];
    const answers = await Promise.all(
      documents.map(async (name) => {
        const provider = await connect(server, name, { as });
        let reason: string | undefined;
        provider.on('authenticationFailed', (data: { reason: string }) => (reason = data.reason));
        const bySync = await until(`a refusal of ${name}`, () => reason);
        return { bySync, byYjs: await closeOfYjs(server, name, await tokenFor(as)) };
      }),
    );
    for (const [index, answer] of answers.entries()) {
      expect(answer, documents[index]).toEqual({ bySync: 'not_found', byYjs: [4404, 'not_found', 0] });
    }
    expect(await state()).toEqual(before);
  });

  it('reaches no document of another over a socket that is open for its own', async () => {
    const { server, state } = await startWorld();
    const before = await state();
    const client = await openRawDocument(server, 'other/notes/mine', { account: 'other' });
    const theirs = `acme/notes/${marker}-live`;
    const none = 'acme/notes/never';
    for (const document of [theirs, none]) {
      client.send(frames.step1(document), frames.update(document, updateWriting('theirs')), frames.flush(document, 1));
      client.send(frames.token(document, await tokenFor({ account: 'other' })), frames.update(document, updateWriting('theirs')));
    }
    client.send(frames.update('other/notes/mine', updateWriting('own')));
    await until('its own to be saved', () => client.acks('other/notes/mine') === 1);
    await client.settled();
    const saidOf = (document: string): unknown[] =>
      client.received.filter((frame) => frame.document === document).map((frame) => ({ ...frame, document: '' }));
    expect(saidOf(theirs)).toEqual(saidOf(none));
    expect(new Set(client.kinds(theirs))).toEqual(new Set(['denied']));
    expect(await state()).toEqual(before);
  });

  it('hears of nothing that happens in another, live or later', async () => {
    const { server } = await startWorld();
    const as = { account: 'other', user: 'mallory', roles: ['member', 'admin', 'editor'] };
    const theirs = await openStream(server, '0', { as: acme });
    const stream = await openStream(server, '0', { as });
    const filtered = await openStream(server, '0', { as, query: `record=${marker}-live` });
    await until('both to be there', () => stream.named.length > 0 && filtered.named.length > 0);
    const { cursor } = await readPage(server, '0', { as });
    const waiting = readPage(server, cursor, { as, feed: 'longpoll' });
    const typist = await connected(server, `acme/notes/${marker}-live`, { as: acme });
    typist.document.getText('body').insert(0, marker);
    await flushed(typist);
    await server.json('PATCH', `/records/tickets/${marker}-live`, { status: 'closed' }, acme);
    await until('acme to hear of it', () => theirs.events.some(({ changed }) => changed.includes('status')));
    // The first thing that the other account hears of is its own.
    await server.json('POST', '/records/tickets', { id: `${marker}-live`, title: 'own' }, as);
    const own = expect.objectContaining({ record: `${marker}-live`, version: 1, actors: ['mallory'] }) as unknown;
    expect((await waiting).results).toEqual([own]);
    await Promise.all([stream.has(1), filtered.has(1)]);
    expect(stream.events).toEqual([own]);
    expect(filtered.events).toEqual([own]);
    expect(await readAll(server, '0', { as })).toEqual([own]);
    expect(theirs.events.some(({ actors }) => actors.includes('mallory'))).toBe(false);
  });

  it('[F6] is refused the cursors of another, like those that are made up', async () => {
    const { server, cursors } = await startWorld();
    for (const { theirs, none } of cursors) {
      for (const feed of ['poll', 'longpoll', 'sse']) {
        const [about, nothing] = await Promise.all(
          [theirs, none].map(async (since) => {
            const response = await server.fetch(`/changes?feed=${feed}&since=${since}`, { as: { account: 'other' } });
            const { error } = (await response.json()) as { error: { code: string; message: string } };
            return [response.status, error.code, error.message];
          }),
        );
        expect(about).toEqual(nothing);
        expect(about?.slice(0, 2)).toEqual([400, 'invalid_cursor']);
      }
      expect((await readPage(server, theirs, { as: acme })).resumed).toBe(true);
    }
  });
});

/** How a y-websocket connection is refused: its close code and reason, and how many messages came before. */
async function closeOfYjs(
  { wsUrl }: TestServer,
  name: string,
  token: string,
): Promise<[code: number, reason: string, messages: number]> {
  const socket = new WebSocket(`${wsUrl}/yjs/${name}?token=${token}`);
  let messages = 0;
  socket.on('message', () => messages++);
  return await new Promise((resolve, reject) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString(), messages]));
    socket.on('error', reject);
  });
}
