import {
  ConcordError,
  type ErrorCode,
  type Limits,
  type RealtimeMessage,
  type RealtimeRequest,
  type SubscribeRequest,
} from '@concord/protocol';
import type { HookSubscription } from '@concord/schema';
import type { Authenticator } from '../access/authenticator.ts';
import type { Principal } from '../access/principal.ts';
import { TokenWatch } from '../access/token-watch.ts';
import { whenRevoked, type Revocations } from '../access/revocations.ts';
import type { Clock } from '../clock.ts';
import type { Changes } from '../feed/changes.ts';
import { parseInclude, parseSinceText } from '../feed/changes-query.ts';
import type { EndReason, Subscription } from '../feed/subscriber.ts';
import type { Inbox, InboxSubscription } from '../inbox/inbox.ts';
import type { HookedConnection, HookRunner } from '../hooks/run-hooks.ts';
import type { Outlet } from './outlet.ts';
import { RealtimeSink, type SinkSocket } from './realtime-sink.ts';
import { parseRequest } from './request.ts';

export interface RealtimeParts {
  readonly changes: Changes;
  readonly inbox: Inbox;
  readonly authenticator: Authenticator;
  readonly revocations: Revocations;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly heartbeatMs: number;
  readonly hooks: HookRunner;
  readonly onLimit: (limit: keyof Limits) => void;
  readonly onDefect: (error: unknown) => void;
}

interface Open {
  /** As hooks hear of it. */
  readonly told: HookSubscription;
  readonly request: SubscribeRequest;
  readonly subscription: Subscription;
}

/** The socket that a session of the feed is held on, as far as it is more than the way out. */
export interface FeedOwner {
  /** Whether something else goes on there, by a token of its own. */
  readonly isShared: boolean;
  /**
   * A token of that user has been accepted.
   *
   * @throws `too_many_connections`
   */
  identify(account: string, user: string): void;
  /** Ends the socket with the error's close code. */
  end(code: ErrorCode): void;
}

/**
 * What one client and the feed have to say to each other: any number of subscriptions, on a socket that may be there for
 * the feed alone (`/api/v1/realtime/ws`) or for documents, too (`/sync`).
 *
 *     new ─a good token─► open ─another token of the same user─► open
 *     new ─a bad one─► ended          open ─its token ends; it is revoked; it reads too slowly─► ended
 *
 * With a session ends its socket, but for one thing: where documents go on by tokens of their own, a token of the feed
 * that ends, or is refused, leaves a session that is new again.
 *
 * Requests are carried out in their order.
 */
export class FeedSession implements SinkSocket {
  readonly #outlet: Outlet;
  readonly #owner: FeedOwner;
  readonly #parts: RealtimeParts;
  readonly #open = new Map<string, Open>();
  readonly #inboxes = new Map<string, InboxSubscription>();
  /** The last request that is being carried out. */
  #turn: Promise<void> = Promise.resolve();
  #principal: Principal | undefined;
  #hooked: HookedConnection | undefined;
  readonly #token: TokenWatch;
  #cancelBeat: () => void = () => undefined;
  #stopListening: () => void = () => undefined;

  constructor(outlet: Outlet, owner: FeedOwner, parts: RealtimeParts) {
    this.#outlet = outlet;
    this.#owner = owner;
    this.#parts = parts;
    this.#token = new TokenWatch({
      clock: parts.clock,
      ask: (expiresAt) => this.#say({ type: 'expiring', expiresAt: new Date(expiresAt).toISOString() }),
      end: () => this.#expired(),
    });
    this.#beatLater();
  }

  /** Whether it is open by a token that has not ended. */
  get isOpen(): boolean {
    return this.#principal !== undefined && !this.#token.isOver;
  }

  /** Begins with the token of the address. */
  begin(token: string): void {
    this.#enqueue(undefined, () => this.#authenticate(token));
  }

  /** Takes what the client says. */
  take(text: string): void {
    try {
      const request = parseRequest(text);
      if (request.action === 'ping') this.#answerPing();
      else if (request.action === 'authenticate') this.#enqueue(undefined, () => this.#authenticate(request.token));
      else if (request.action === 'inbox') this.#enqueue(request.id, async () => this.#openInbox(request));
      else if (request.action === 'unsubscribe') this.#enqueue(request.id, async () => this.#unsubscribe(request));
      else this.#enqueue(request.id, () => this.#subscribe(request));
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Tells the client what was wrong, of that subscription or of what it said. */
  refuse(error: unknown, id?: string): void {
    const known = error instanceof ConcordError ? error : new ConcordError('internal');
    if (known !== error) this.#parts.onDefect(error);
    if (known.limit !== undefined) this.#parts.onLimit(known.limit);
    this.#say({ type: 'error', ...(id === undefined ? {} : { id }), ...known.toBody() });
  }

  /** The socket is closed. */
  closed(): void {
    this.#cancelBeat();
    this.#signOut();
  }

  // --- SinkSocket ---

  get unsentBytes(): number {
    return this.#outlet.unsentBytes;
  }

  drained(): Promise<void> {
    return this.#outlet.drained();
  }

  push(json: string): void {
    this.#outlet.push(json);
  }

  pushFrame(frame: Buffer): void {
    this.#outlet.pushFrame(frame);
  }

  ended(id: string, why: EndReason): void {
    const open = this.#open.get(id);
    if (open !== undefined) this.#forget(id, open);
    this.#inboxes.delete(id);
    if (why === 'expired') this.#owner.end('token_expired');
    else if (why === 'revoked') this.#owner.end('unauthenticated');
    else if (why === 'closing') this.#owner.end('shutting_down');
    else if (why === 'slow') this.#tooSlow();
    else this.refuse(new ConcordError('store_unavailable'), id);
  }

  // --- inside ---

  #say(message: RealtimeMessage): void {
    if (this.unsentBytes > this.#parts.limits.maxUnsentBytes) this.#tooSlow();
    else this.push(JSON.stringify(message));
  }

  #tooSlow(): void {
    this.#parts.onLimit('maxUnsentBytes');
    this.#owner.end('slow_reader');
  }

  #enqueue(id: string | undefined, work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.refuse(error, id));
  }

  /** At once, whatever is still being carried out. */
  #answerPing(): void {
    this.#hooked?.message({ action: 'ping' });
    this.#say({ type: 'pong' });
  }

  async #authenticate(token: string): Promise<void> {
    const { authenticator, revocations } = this.#parts;
    const before = this.#principal;
    let principal: Principal;
    try {
      principal = await authenticator.authenticateCredential(token);
      if (before !== undefined && (before.user !== principal.user || before.account !== principal.account))
        throw new ConcordError('forbidden', { message: 'That token is of another user: open another socket for it.' });
      this.#owner.identify(principal.account, principal.user);
    } catch (error) {
      this.refuse(error);
      if (before === undefined && !this.#owner.isShared) this.#owner.end(error instanceof ConcordError ? error.code : 'internal');
      return;
    }
    if (!this.#outlet.isOpen) return;
    this.#principal = principal;
    this.#hooked ??= this.#parts.hooks.connected('realtime', principal);
    this.#stopListening();
    this.#stopListening = whenRevoked(revocations, principal, () => this.#owner.end('unauthenticated'));
    const { expiresAt } = principal;
    this.#token.renew(expiresAt);
    const until = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
    this.#say({ type: 'authenticated', user: principal.user, ...until });
    if (before !== undefined) await this.#subscribeAgain(principal);
  }

  /** With a new token all go on; where it is good for something else than the one before, each is told to list again (F6). */
  async #subscribeAgain(principal: Principal): Promise<void> {
    // Each is put back at the end, where a loop over the map itself would come by it again.
    for (const [id, open] of Array.from(this.#open)) {
      const place = open.subscription.place();
      this.#stop(id);
      try {
        await this.#start(principal, open.request, place === undefined ? 'now' : { cursor: place.cursor });
      } catch (error) {
        this.refuse(error, id);
      }
    }
    for (const id of Array.from(this.#inboxes.keys())) this.#listen(principal, id);
  }

  #openInbox(request: Extract<RealtimeRequest, { readonly action: 'inbox' }>): void {
    this.#hooked?.message(request);
    this.#listen(this.#admit(request.id), request.id);
  }

  #listen(principal: Principal, id: string): void {
    this.#stop(id);
    this.#inboxes.set(
      id,
      this.#parts.inbox.listen(principal, {
        drained: () => this.drained(),
        push: (message) => this.#say({ ...message, id }),
        end: (why) => this.ended(id, why),
      }),
    );
  }

  /** Who may begin something by that name. Throws `unauthenticated` and `too_many_subscriptions`. */
  #admit(id: string): Principal {
    const { maxSubscriptionsPerSocket } = this.#parts.limits;
    if (this.#principal === undefined) throw new ConcordError('unauthenticated');
    const isNew = !this.#open.has(id) && !this.#inboxes.has(id);
    if (isNew && this.#open.size + this.#inboxes.size >= maxSubscriptionsPerSocket)
      throw new ConcordError('too_many_subscriptions', { limit: 'maxSubscriptionsPerSocket' });
    return this.#principal;
  }

  async #subscribe(request: SubscribeRequest): Promise<void> {
    this.#hooked?.message(request);
    await this.#start(this.#admit(request.id), request, parseSinceText(request.since ?? 'now'));
  }

  async #start(principal: Principal, request: SubscribeRequest, since: ReturnType<typeof parseSinceText>): Promise<void> {
    const { changes } = this.#parts;
    const { id, collection, operations, collections: several = [], record, filter, include } = request;
    const chosen = operations === undefined ? '' : `:${operations.join(',')}`;
    const collections = collection === undefined ? several : [`${collection}${chosen}`];
    if (collection === undefined && operations !== undefined)
      throw new ConcordError('bad_request', { field: 'operations', message: 'Operations are those of a collection: name it.' });
    const feedRequest = {
      reader: changes.reader({ collections, record, filter }, principal),
      since,
      snapshot: parseInclude(include),
    };
    const from = await changes.resume(feedRequest);
    if (!this.#outlet.isOpen) return;
    if (this.#principal !== principal) throw new ConcordError('token_expired');
    this.#stop(id);
    const sink = new RealtimeSink(id, this, feedRequest.snapshot);
    // The socket watches the token for all of them.
    const { expiresAt: _watched, ...bearer } = principal;
    const told = { id, collections, record, filter };
    this.#open.set(id, { request, told, subscription: changes.subscribe('realtime', feedRequest, bearer, from, sink) });
    this.#hooked?.subscribed(told);
  }

  #unsubscribe(request: Extract<RealtimeRequest, { readonly action: 'unsubscribe' }>): void {
    this.#hooked?.message(request);
    this.#stop(request.id);
    this.#say({ type: 'unsubscribed', id: request.id });
  }

  #expired(): void {
    if (!this.#owner.isShared) return this.#owner.end('token_expired');
    this.refuse(new ConcordError('token_expired'));
    this.#signOut();
  }

  #signOut(): void {
    this.#principal = undefined;
    this.#token.stop();
    this.#stopListening();
    for (const { subscription } of this.#open.values()) subscription.stop();
    this.#open.clear();
    for (const inbox of this.#inboxes.values()) inbox.stop();
    this.#inboxes.clear();
    this.#hooked?.end();
    this.#hooked = undefined;
  }

  #stop(id: string): void {
    this.#inboxes.get(id)?.stop();
    this.#inboxes.delete(id);
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.subscription.stop();
    this.#forget(id, open);
  }

  #forget(id: string, { told }: Open): void {
    this.#open.delete(id);
    this.#hooked?.unsubscribed(told);
  }

  #beatLater(): void {
    const { clock, heartbeatMs } = this.#parts;
    this.#cancelBeat = clock.after(heartbeatMs, () => {
      this.#beatLater();
      // Whoever still has something to take gets a sign of life by that.
      if (!this.#outlet.isOpen || this.unsentBytes > 0) return;
      const timestamp = new Date(clock.now()).toISOString();
      const cursor = this.#leastCursor();
      this.#say({ type: 'heartbeat', timestamp, ...(cursor === undefined ? {} : { cursor }) });
    });
  }

  /** Where the one of its subscriptions is that has come least far: from there on none misses anything. */
  #leastCursor(): string | undefined {
    let least: ReturnType<Subscription['place']>;
    for (const { subscription } of this.#open.values()) {
      const place = subscription.place();
      if (place === undefined) return undefined;
      if (least === undefined || place.seq < least.seq) least = place;
    }
    return least?.cursor;
  }
}
