import { randomBytes } from 'node:crypto';
import { ConcordError } from '@concord/protocol';
import type { Logger } from 'pino';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Clock } from '../clock.ts';
import type { ReadingRules } from '../feed/selection-request.ts';
import { createCursors, type Cursors } from '../feed/cursor.ts';
import { EventEncoder } from '../feed/encoding.ts';
import type { Feed } from '../feed/feed.ts';
import type { FeedMeta } from '../feed/meta.ts';
import { createLookBeyond, type ReadRow } from '../feed/beyond.ts';
import { createAddressRules, type AddressRules } from './address-rules.ts';
import { DeliveryLog, erasePrefix } from './delivery-log.ts';
import type { Queued } from './delivery.ts';
import { describeDelivery } from './describe-delivery.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { Dispatcher } from './dispatcher.ts';
import { decode, encode, type Disabled, type Endpoint, type Progress, type Replay } from './endpoint.ts';
import { Endpoints } from './endpoints.ts';
import { readerOf } from './endpoint-reader.ts';
import { checkEndpointRequest } from './endpoint-request.ts';
import { messageOf } from './feed-taker.ts';
import { readReplayRequest } from './replay-request.ts';
import { createResolveName } from './resolve-name.ts';
import { createSender, type Sender } from './sender.ts';
import { defaultWebhookSettings, type WebhookSettings } from './settings.ts';
import { makeSecret, rotate } from './signature.ts';
import type { EndpointInfo, Webhooks } from './webhooks.ts';
import { endpointKey, progressKey, replayKey } from './webhook-keys.ts';

export interface WebhooksOptions {
  readonly store: Store;
  readonly feed: Feed;
  readonly meta: FeedMeta;
  readonly schema: Schema;
  readonly access: Access;
  readonly readRow: ReadRow;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether they may be sent to private and loopback addresses. */
  readonly allowPrivate: boolean;
  readonly settings?: Partial<WebhookSettings>;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly observe?: Observer;
}

/** Hears of what is done, for metrics. */
export interface Observer {
  attempt(outcome: 'delivered' | 'failed', seconds: number): void;
  over(state: 'dead' | 'delivered' | 'withheld'): void;
  disabled(reason: Disabled['reason']): void;
}

export function createWebhooks(options: WebhooksOptions): Webhooks {
  return new StoredWebhooks(options);
}

class StoredWebhooks implements Webhooks {
  readonly #store: Store;
  readonly #feed: Feed;
  readonly #epoch: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #rules: ReadingRules;
  readonly #cursors: Cursors;
  readonly #addresses: AddressRules;
  readonly #settings: WebhookSettings;
  readonly #sender: Sender;
  readonly #observe: Observer | undefined;
  readonly #endpoints: Endpoints;
  readonly #dispatcher: Dispatcher;

  constructor(options: WebhooksOptions) {
    const { store, feed, meta, schema, access, readRow, clock, logger, allowPrivate, random = Math.random, observe } = options;
    this.#store = store;
    this.#feed = feed;
    this.#epoch = meta.epoch;
    this.#clock = clock;
    this.#logger = logger;
    this.#rules = { schema, access };
    this.#cursors = createCursors({ epoch: meta.epoch, key: meta.cursorKey });
    this.#addresses = createAddressRules(allowPrivate);
    this.#settings = { ...defaultWebhookSettings, ...schema.webhooks, ...options.settings };
    this.#sender = createSender({
      clock,
      rules: this.#addresses,
      timeoutMs: this.#settings.timeoutMs,
      resolveName: createResolveName(allowPrivate),
    });
    this.#observe = observe;
    this.#endpoints = new Endpoints(store);
    this.#dispatcher = new Dispatcher({
      store,
      feed,
      lookBeyond: createLookBeyond(feed, readRow),
      clock,
      logger,
      random,
      rules: this.#rules,
      cursors: this.#cursors,
      encoder: new EventEncoder(this.#cursors, schema.limits.maxEventBytes),
      sender: this.#sender,
      settings: this.#settings,
      onAttempt: (outcome, seconds) => observe?.attempt(outcome, seconds),
      onOver: (state, endpoint, { id, type }) => {
        observe?.over(state);
        if (state === 'dead')
          logger.warn({ account: endpoint.account, webhook: endpoint.id, event: id, type }, 'a delivery is dead');
      },
      onUnwanted: (endpoint, reason) => {
        this.#disable(endpoint, reason).catch((error: unknown) =>
          logger.error({ err: error, account: endpoint.account, webhook: endpoint.id }, 'disabling a webhook failed'),
        );
      },
    });
  }

  get pending(): number {
    return this.#dispatcher.pending();
  }

  async start(): Promise<void> {
    // A deletion that was not finished.
    for await (const endpoint of this.#endpoints.everywhere()) if (endpoint.deleted === true) await this.#erase(endpoint);
    await this.#dispatcher.start();
  }

  stop(graceMs: number): Promise<void> {
    return this.#dispatcher.stop(graceMs);
  }

  async close(graceMs: number): Promise<void> {
    await this.#dispatcher.stop(graceMs);
    await this.#dispatcher.release();
    await this.#sender.close();
  }

  async list(account: string): Promise<readonly EndpointInfo[]> {
    const endpoints = await this.#endpoints.all(account);
    const infos = await Promise.all(endpoints.map((endpoint) => this.#info(endpoint)));
    return infos.toSorted((left, right) => (left.createdAt < right.createdAt ? -1 : left.createdAt > right.createdAt ? 1 : 0));
  }

  async get(account: string, id: string): Promise<EndpointInfo> {
    return this.#info(await this.#endpoints.find(account, id));
  }

  async create(creator: Principal, request: unknown): ReturnType<Webhooks['create']> {
    const { enabled = true, since = 'now', ...given } = checkEndpointRequest(request, this.#addresses, true);
    const { account } = creator;
    const now = new Date(this.#clock.now()).toISOString();
    const secret = makeSecret();
    const id = randomBytes(8).toString('hex');
    const endpoint: Endpoint = {
      account,
      id,
      url: '',
      name: '',
      events: null,
      collections: null,
      filter: null,
      headers: {},
      roles: creator.roles,
      ...given,
      secrets: [secret],
      createdAt: now,
      createdBy: creator.user,
      updatedAt: now,
      freshAt: now,
      ...(enabled ? {} : { disabled: { reason: 'manual', since: now } }),
    };
    const { digest } = readerOf(endpoint, this.#rules);
    const progress: Progress = { seq: await this.#placeOf(account, since), digest };
    await this.#store.lock(`webhooks/${account}`, async () => {
      if ((await this.#endpoints.all(account)).length >= this.#settings.maxEndpoints) throw new ConcordError('too_many_webhooks');
      await this.#store.commit([], (tx) => {
        tx.put(endpointKey(account, id), encode(endpoint));
        tx.put(progressKey(account, id), encode(progress));
      });
    });
    await this.#dispatcher.changed(endpoint);
    return { ...(await this.#info(endpoint)), secret: secret.secret };
  }

  async update(account: string, id: string, request: unknown): Promise<EndpointInfo> {
    const { enabled, since: _, ...given } = checkEndpointRequest(request, this.#addresses, false);
    const endpoint = await this.#change(account, id, ({ disabled, ...before }, now) => {
      const isDisabled = enabled === undefined ? disabled !== undefined : !enabled;
      const isFresh = (disabled !== undefined && !isDisabled) || (given.url !== undefined && given.url !== before.url);
      const after: Endpoint = {
        ...before,
        ...given,
        ...(isDisabled ? { disabled: disabled ?? { reason: 'manual', since: now } } : {}),
        ...(isFresh ? { freshAt: now } : {}),
      };
      readerOf(after, this.#rules);
      return after;
    });
    return this.#info(endpoint);
  }

  async remove(account: string, id: string): Promise<void> {
    const endpoint = await this.#change(account, id, (before) => ({ ...before, deleted: true }));
    await this.#erase(endpoint);
  }

  async rotate(account: string, id: string): ReturnType<Webhooks['rotate']> {
    const secret = makeSecret();
    const now = this.#clock.now();
    const endpoint = await this.#change(account, id, (before) => ({ ...before, secrets: rotate(before.secrets, secret, now) }));
    return { ...(await this.#info(endpoint)), secret: secret.secret };
  }

  async test(account: string, id: string): Promise<{ readonly delivery: string }> {
    const endpoint = await this.#enabled(account, id);
    const message = messageOf('webhook.test', { webhook: id }, this.#clock.now());
    return { delivery: await this.#append(endpoint, { ...message, once: true }) };
  }

  async replay(account: string, id: string, request: unknown): ReturnType<Webhooks['replay']> {
    const asked = readReplayRequest(request);
    const endpoint = await this.#enabled(account, id);
    if ('delivery' in asked) return { delivery: await this.#replayOne(endpoint, asked.delivery) };
    const after = await this.#placeOf(account, asked.since);
    const through = asked.until === undefined ? await this.#feed.head(account) : await this.#placeOf(account, asked.until);
    const replay: Replay = { after, through };
    // In the order in which they were asked for.
    const name = `${String(this.#clock.now()).padStart(15, '0')}${randomBytes(6).toString('hex')}`;
    await this.#store.commit([], (tx) => tx.put(replayKey(account, id, name), encode(replay)));
    this.#dispatcher.replayAdded(endpoint);
    return { until: this.#cursors.format(account, through, readerOf(endpoint, this.#rules).digest) };
  }

  async deliveries(
    ...[account, id, { states, before, limit }]: Parameters<Webhooks['deliveries']>
  ): ReturnType<Webhooks['deliveries']> {
    const log = new DeliveryLog(this.#store, await this.#endpoints.find(account, id));
    return (await log.page(states, before, limit)).map(describeDelivery);
  }

  readonly neededAfter = async (account: string): Promise<number | undefined> => {
    let needed: number | undefined;
    const need = (seq: number): void => {
      needed = Math.min(needed ?? Infinity, seq);
    };
    for (const endpoint of await this.#endpoints.all(account)) {
      if (endpoint.disabled !== undefined) continue;
      const { id } = endpoint;
      need((await this.#endpoints.progress(endpoint))?.seq ?? 0);
      for await (const [, { seq }] of new DeliveryLog(this.#store, endpoint).queue()) if (seq !== undefined) need(seq - 1);
      for await (const [, bytes] of this.#store.range({ prefix: replayKey(account, id) })) need(decode<Replay>(bytes).after);
    }
    return needed;
  };

  /** Says so to everybody who wants to know, in the commit that does it. */
  async #disable({ account, id }: Endpoint, reason: Exclude<Disabled['reason'], 'manual'>): Promise<void> {
    await this.#inTurn(account, id, async (endpoint) => {
      if (endpoint.disabled !== undefined) return;
      const now = this.#clock.now();
      const { failingSince } = (await this.#endpoints.progress(endpoint)) ?? {};
      const since = new Date(now).toISOString();
      const disabled: Endpoint = { ...endpoint, updatedAt: since, disabled: { reason, since } };
      const message = messageOf(
        'webhook.disabled',
        {
          webhook: id,
          name: endpoint.name,
          url: endpoint.url,
          reason,
          ...(failingSince === undefined ? {} : { failingSince: new Date(failingSince).toISOString() }),
        },
        now,
      );
      const listeners = (await this.#dispatcher.listeners(account, message.type)).filter((one) => one.id !== id);
      const scopes = listeners.map((listener) => this.#dispatcher.scope(listener));
      const announcements = await this.#store.commit(scopes, (tx) => {
        tx.put(endpointKey(account, id), encode(disabled));
        return listeners.map((listener) => this.#dispatcher.append(tx, listener, message).announce);
      });
      this.#logger.warn({ account, webhook: id, name: endpoint.name, reason }, 'a webhook was disabled');
      this.#observe?.disabled(reason);
      for (const announce of announcements) announce();
      await this.#dispatcher.changed(disabled);
    });
  }

  async #replayOne(endpoint: Endpoint, delivery: number): Promise<string> {
    const log = new DeliveryLog(this.#store, endpoint);
    const stored = await log.find(delivery);
    if (stored === undefined) throw new ConcordError('not_found', { field: 'delivery' });
    // It is going to be sent as it is.
    if ('queued' in stored) return String(delivery);
    const { state, attempts: _attempts, overAt: _overAt, ...queued } = stored.over;
    const again: Queued = { ...queued, at: this.#clock.now(), replay: true };
    return this.#append(endpoint, again, state === 'dead' ? delivery : undefined);
  }

  async #append(endpoint: Endpoint, queued: Queued, deadLetter?: number): Promise<string> {
    const scope = this.#dispatcher.scope(endpoint);
    const { delivery, announce } = await this.#store.commit([scope], (tx) => {
      if (deadLetter !== undefined) new DeliveryLog(this.#store, endpoint).forget(tx, deadLetter);
      return this.#dispatcher.append(tx, endpoint, queued);
    });
    announce();
    return String(delivery);
  }

  /** One change of an endpoint at a time; whoever sends to it knows of it when this resolves. */
  async #change(account: string, id: string, change: (before: Endpoint, now: string) => Endpoint): Promise<Endpoint> {
    return this.#inTurn(account, id, async (before) => {
      const now = new Date(this.#clock.now()).toISOString();
      const after = { ...change(before, now), updatedAt: now };
      await this.#store.commit([], (tx) => tx.put(endpointKey(account, id), encode(after)));
      await this.#dispatcher.changed(after);
      return after;
    });
  }

  #inTurn<T>(account: string, id: string, work: (endpoint: Endpoint) => Promise<T>): Promise<T> {
    return this.#store.lock(`webhook/${account}/${id}`, async () => work(await this.#endpoints.find(account, id)));
  }

  async #erase(endpoint: Endpoint): Promise<void> {
    const { account, id } = endpoint;
    await new DeliveryLog(this.#store, endpoint).erase();
    await erasePrefix(this.#store, replayKey(account, id));
    await this.#store.commit([], (tx) => {
      tx.delete(progressKey(account, id));
      tx.delete(endpointKey(account, id));
    });
  }

  async #enabled(account: string, id: string): Promise<Endpoint> {
    const endpoint = await this.#endpoints.find(account, id);
    if (endpoint.disabled !== undefined) throw new ConcordError('webhook_disabled');
    return endpoint;
  }

  async #placeOf(account: string, since: string): Promise<number> {
    if (since === '0') return 0;
    const head = await this.#feed.head(account);
    if (since === 'now') return head;
    const place = this.#cursors.parse(account, since);
    if (place.epoch !== this.#epoch || place.seq > head) throw new ConcordError('invalid_cursor');
    return place.seq;
  }

  async #info(endpoint: Endpoint): Promise<EndpointInfo> {
    const progress = this.#dispatcher.progress(endpoint) ?? (await this.#endpoints.progress(endpoint));
    return describeEndpoint(endpoint, progress, {
      now: this.#clock.now(),
      pending: this.#dispatcher.pending(endpoint),
      problem: endpoint.disabled === undefined ? this.#dispatcher.problem(endpoint) : undefined,
      cursorAt: (seq, digest) => this.#cursors.format(endpoint.account, seq, digest),
    });
  }
}
