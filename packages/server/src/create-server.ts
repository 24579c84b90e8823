import type { Logger } from 'pino';
import type { Schema, TrustProxy } from '@concord/schema';
import type { Store } from '@concord/store';
import { createAccess } from './access/access.ts';
import { createAdmission, createPresenceAdmission, createRights } from './access/admission.ts';
import { createApiKeys } from './access/api-keys.ts';
import { createAuthenticator } from './access/authenticator.ts';
import type { TokenIssuer } from './access/issuer.ts';
import { createPeople } from './access/people.ts';
import { createPasswords } from './access/passwords.ts';
import { createRevocations } from './access/revocations.ts';
import { createSignInThrottle } from './access/sign-in-throttle.ts';
import { createTokens } from './access/tokens.ts';
import { createUsers } from './access/users.ts';
import { systemClock, type Clock } from './clock.ts';
import { createSnackbase } from './compat/snackbase/create-snackbase.ts';
import { Documents } from './documents/documents.ts';
import { createBus } from './feed/bus.ts';
import { createChanges } from './feed/changes.ts';
import { startCompaction } from './feed/compaction.ts';
import { createFeed } from './feed/create-feed.ts';
import { loadMeta } from './feed/meta.ts';
import type { FileStore } from './files/file-store.ts';
import { createHookRunner } from './hooks/run-hooks.ts';
import { wholeEvent } from './hooks/whole-event.ts';
import { addApi } from './http/add-api.ts';
import { createEntry } from './http/entry.ts';
import { createClientOrigin } from './http/client-origin.ts';
import { createHttp } from './http/create-http.ts';
import type { Readiness } from './http/operations-routes.ts';
import { createPageOrigins } from './http/page-origins.ts';
import { documentSockets, registerUpgrades } from './http/upgrade.ts';
import { createVisibleApi } from './http/visible-api.ts';
import { addWeb } from './http/web.ts';
import { createInbox } from './inbox/create-inbox.ts';
import { checkLayout } from './layout.ts';
import { createConnections } from './limits/connections.ts';
import { Announcer } from './logs/announcer.ts';
import { createLogs } from './logs/create-logs.ts';
import { createLogFiles } from './logs/files/log-files.ts';
import { createLogErasure } from './logs/log-erasure.ts';
import { searchIndex } from './logs/search/search-index.ts';
import { createMetrics } from './metrics.ts';
import { observeServer } from './observe-server.ts';
import { checkPatterns } from './patterns.ts';
import { createRecords } from './records/create-records.ts';
import { createGuests } from './records/guests.ts';
import { Publisher } from './records/publisher.ts';
import { createRowReader } from './records/row-reader.ts';
import { seedDemo } from './records/seed.ts';
import { createRealtime } from './realtime/create-realtime.ts';
import { FeedSession, type RealtimeParts } from './realtime/feed-session.ts';
import { Outlet } from './realtime/outlet.ts';
import { Recovery } from './recovery.ts';
import { createWebhooks } from './webhooks/create-webhooks.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

export interface ServerOptions {
  readonly schema: Schema;
  /** Stays the caller's: it is closed after the server. */
  readonly store: Store;
  /** Where the files lie that people attach. Nothing can be attached where it is left out. */
  readonly files?: FileStore | undefined;
  /** Signs tokens (HS256); at least 32 bytes. */
  readonly secret: string | Uint8Array;
  /** Another system whose tokens are taken, too. */
  readonly issuer?: TokenIssuer | undefined;
  /** How far the clocks of who issues tokens may be off; 0 when left out. */
  readonly leewaySeconds?: number | undefined;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** The folder of the built workspace app. */
  readonly web?: string;
  /** Instead of the config's. */
  readonly origins?: readonly string[];
  /** Instead of the config's. */
  readonly trustProxy?: TrustProxy;
  /** Instead of the config's `webhooks.allowPrivate`. */
  readonly allowPrivateWebhooks?: boolean;
  /** Seeds the config's demo records, and lets anyone sign in as one of its people. */
  readonly demo?: boolean;
}

export interface ConcordServer {
  /** Resolves once requests are served. Port 0 takes a free one. */
  listen(address: { readonly port: number; readonly host: string }): Promise<{ readonly url: string }>;
  /** Drains: refuses what is new, finishes and publishes what was begun, ends every stream and socket. Idempotent. */
  close(): Promise<void>;
}

/** How long sockets have to answer a close before they are cut. */
const closeGraceMs = 2_000;

/** How long the receivers of webhooks have to answer when the server stops; what they do not answer is sent again. */
const webhookGraceMs = 2_000;

/**
 * Puts the server together on an open store. Derives first what a crash left behind.
 *
 * @throws {LayoutError} where the config has fields with data in other parts than they lie in: see `migrate`
 */
export async function createServer(options: ServerOptions): Promise<ConcordServer> {
  const { schema, store, secret, logger, clock = systemClock } = options;
  const { limits } = schema;
  await checkPatterns(schema, 'the config');
  const metrics = createMetrics();
  store.onGroup((report) => metrics.observeGroup(report));
  await checkLayout(store, schema);

  const bus = createBus();
  const meta = await loadMeta(store, secret);
  const feed = createFeed({ store, clock, epoch: meta.epoch, bus, maxEventBytes: limits.maxEventBytes });
  const tokens = createTokens({ secret, clock, issuer: options.issuer, leewaySeconds: options.leewaySeconds });
  const revocations = createRevocations(clock);
  const apiKeys = createApiKeys({ store, clock, revocations });
  const users = createUsers({ store, clock, revocations, passwords: createPasswords() });
  const demo = options.demo === true ? schema.demo : null;
  const people = createPeople({ store, users, demo, clock, logger });
  const authenticator = createAuthenticator({ tokens, apiKeys, users, onPerson: people.note });
  const authenticate = authenticator.authenticate;

  const access = createAccess(schema, logger, clock);

  const inbox = createInbox({
    store,
    schema,
    access,
    clock,
    report: (error) => logger.error({ err: error }, 'reading an inbox failed'),
  });

  const hooks = createHookRunner({ hooks: schema.hooks, maxMs: limits.maxHookMs, clock, logger });
  const documents: Documents = new Documents({
    hooks,
    openFeed: (socket, stream, owner) => new FeedSession(new Outlet(socket, stream), owner, realtimeParts),
    store,
    schema,
    limits,
    clock,
    logger,
    admit: createAdmission({ store, schema, access, authenticator, clock }),
    admitPresence: createPresenceAdmission({ schema, access, authenticator }),
    rightsOn: createRights(schema, access, clock),
    onRevoked: (credential, end) => revocations.onRevoked(credential, end),
    onEdit: (part, decides) => publisher.edited(part, decides),
    onLimit: metrics.countLimit,
    onFailure: (error) => recovery.start(error),
  });
  const publisher: Publisher = new Publisher({
    store,
    schema,
    feed,
    documents,
    clock,
    logger,
    members: inbox.members,
    onAnnounced: (record) => announcer.announce(record),
    onEvent: (account, placed) => {
      const { collection, record, log } = placed.event;
      if (log === undefined) inbox.recordChanged({ account, collection, record });
      hooks.afterChange(() => wholeEvent(account, placed, schema));
    },
  });
  const logFiles = options.files && createLogFiles({ store, files: options.files, schema, access, clock, logger });
  const erasure = createLogErasure({ store, eraseFiles: logFiles?.erase });
  const records = createRecords({
    store,
    schema,
    access,
    clock,
    documents,
    publisher,
    feed,
    hooks,
    members: inbox.members,
    announced: (record) => announcer.settled(record),
    eraseLogs: erasure.erase,
  });
  const logs = createLogs({
    store,
    schema,
    access,
    clock,
    documents,
    publisher,
    indexes: [inbox.index, searchIndex, ...(logFiles === undefined ? [] : [logFiles.index])],
    attachments: logFiles,
  });
  const announcer: Announcer = new Announcer({ store, schema, logs, clock, logger });
  const recovery: Recovery = new Recovery({
    store,
    clock,
    logger,
    async abandon() {
      documents.refuseSockets('store_unavailable');
      publisher.reset();
      await Promise.all([documents.abandon(), webhooks.stop(0)]);
    },
    async resume() {
      feed.reset();
      documents.resume();
      await publisher.recover();
      await erasure.start();
      await announcer.start();
      inbox.reset();
      documents.refuseSockets(undefined);
      await webhooks.start();
    },
  });

  store.onGroup(({ failed }) => {
    // Whoever's commits it held: keys and the feed's compaction write past the journal.
    if (failed) store.commit([], () => undefined).catch((error: unknown) => recovery.start(error));
  });

  const rows = createRowReader(store);
  const changes = createChanges({
    feed,
    bus,
    clock,
    meta,
    schema,
    access,
    limits,
    report: (error) => logger.error({ err: error }, 'reading the feed failed'),
    rows,
  });

  const webhooks: Webhooks = createWebhooks({
    store,
    feed,
    meta,
    schema,
    access,
    readRow: rows.readRow,
    clock,
    logger,
    allowPrivate: options.allowPrivateWebhooks ?? schema.webhooks.allowPrivate,
    observe: { attempt: metrics.observeAttempt, over: metrics.countDelivery, disabled: metrics.countDisabledWebhook },
  });

  const recovered = await publisher.recover();
  if (recovered > 0) logger.info({ records: recovered }, 'derived what was left when the server stopped');
  await erasure.start();
  await announcer.start();
  if (demo !== null) await seedDemo(demo, { records, logs, feed, clock });

  await webhooks.start();
  const compaction = startCompaction({
    store,
    clock,
    keepMs: schema.feed.keepMs,
    neededAfter: webhooks.neededAfter,
    report: (error) => logger.error({ err: error }, 'compacting the feed failed'),
  });

  const fileSweep = logFiles?.startSweep();

  let draining = false;
  const readiness = (): Readiness => {
    if (draining) return { ready: false, reason: 'shutting down' };
    return recovery.failure === undefined ? { ready: true } : { ready: false, reason: recovery.failure };
  };

  const connections = createConnections(limits);
  const originOf = createClientOrigin(options.trustProxy ?? schema.trustProxy);
  const origins = options.origins ?? schema.origins;
  const admitsPage = createPageOrigins(origins);
  const isAccount = async (account: string): Promise<boolean> =>
    (await feed.head(account)) > 0 || (await users.list(account)).length > 0;
  const realtimeParts: RealtimeParts = {
    changes,
    inbox,
    authenticator,
    revocations,
    clock,
    limits,
    heartbeatMs: 30_000,
    hooks,
    onLimit: metrics.countLimit,
    onDefect: (error) => logger.error({ err: error }, 'a realtime request failed'),
  };
  const parts = {
    ...realtimeParts,
    schema,
    access,
    authenticate,
    tokens,
    users,
    people,
    apiKeys,
    demo,
    throttle: createSignInThrottle(clock),
    guests: createGuests({ schema, records, tokens, isAccount }),
    records,
    logs,
    files: logFiles,
    documents,
    webhooks,
    metrics,
    readiness,
    connections,
    originOf,
    isOpen: origins.length > 0,
    enter: createEntry(connections, originOf),
    onSlowReader: (): void => metrics.countLimit('maxUnsentBytes'),
  };
  const showApi = createVisibleApi({ schema, access, authenticate });
  const app = await createHttp({ logger, limits, metrics, originOf, admitsPage, showApi });
  await addApi(app, parts);
  if (options.web !== undefined) await addWeb(app, options.web);
  const realtime = createRealtime(realtimeParts);
  const { snackbase: config } = schema.compat;
  const snackbase = config && createSnackbase({ ...parts, config });
  await snackbase?.addRoutes(app);
  registerUpgrades(app.server, {
    routes: [documentSockets(documents, limits), realtime.route, ...(snackbase === null ? [] : [snackbase.sockets])],
    connections,
    originOf,
    admitsPage,
    onLimit: metrics.countLimit,
    logger,
  });

  observeServer(metrics, {
    documents,
    changes,
    bus,
    realtimeSockets: () => realtime.size + (snackbase?.size ?? 0),
    webhooksPending: () => webhooks.pending,
    isReady: () => readiness().ready,
  });

  async function drain(): Promise<void> {
    draining = true;
    documents.refuseSockets('shutting_down');
    await Promise.all([recovery.stop(), compaction.stop(), fileSweep?.stop()]);
    const webhooksClosed = webhooks
      .close(webhookGraceMs)
      .catch((error: unknown) => logger.error({ err: error }, 'ending the webhooks failed'));
    if (recovery.failure === undefined) {
      // What was received is written, acknowledged and published before anybody is sent away.
      await publisher.flush().catch((error: unknown) => logger.error({ err: error }, 'publishing at the end failed'));
      await store.commit([], () => undefined).catch((error: unknown) => logger.error({ err: error }, 'the last commit failed'));
    }
    await announcer.close();
    changes.close();
    inbox.close();
    const closed = app.close();
    documents.endSockets('shutting_down');
    realtime.close('shutting_down');
    snackbase?.close('shutting_down');
    const cut = setTimeout(() => {
      documents.terminateSockets();
      realtime.terminate();
      snackbase?.terminate();
      app.server.closeAllConnections();
    }, closeGraceMs);
    await closed;
    clearTimeout(cut);
    await Promise.all([documents.close(), webhooksClosed]);
  }

  let closing: Promise<void> | undefined;
  return {
    async listen(address) {
      const url = await app.listen(address);
      return { url };
    },
    close: () => (closing ??= drain()),
  };
}
