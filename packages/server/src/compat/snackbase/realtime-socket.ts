import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ConcordError, errorTable, isName, type ErrorCode } from '@concord/protocol';
import type { HookSubscription } from '@concord/schema';
import type { Principal } from '../../access/principal.ts';
import { whenRevoked } from '../../access/revocations.ts';
import { TokenWatch } from '../../access/token-watch.ts';
import type { Visit } from '../../limits/connections.ts';
import type { EndReason, Subscription } from '../../feed/subscriber.ts';
import type { HookedConnection } from '../../hooks/run-hooks.ts';
import { TokenBucket } from '../../limits/token-bucket.ts';
import { Outlet } from '../../realtime/outlet.ts';
import type { RealtimeParts } from '../../realtime/feed-session.ts';
import { parseMessage, type SnackbaseMessage } from './realtime-message.ts';
import { SnackbaseSink } from './realtime-sink.ts';

const endCodes: Readonly<Record<EndReason, ErrorCode>> = {
  expired: 'token_expired',
  revoked: 'unauthenticated',
  slow: 'slow_reader',
  closing: 'shutting_down',
  failed: 'store_unavailable',
};

interface Open {
  readonly subscription: Subscription;
  /** What hooks were told of it. */
  readonly told: HookSubscription;
}

/** What the server of SnackBase closes with where somebody may not, or not any more. */
const policyViolation = { code: 1008, reason: 'Authentication failed' } as const;

/**
 * A socket of a client of SnackBase's, which has signed in before there was one. It has one subscription to a
 * collection, and ends with its token: the client then opens another.
 *
 * Requests are carried out in their order.
 */
export class SnackbaseSocket {
  readonly #socket: WebSocket;
  readonly #outlet: Outlet;
  readonly #visit: Visit;
  readonly #principal: Principal;
  readonly #parts: RealtimeParts;
  readonly #messages: TokenBucket | undefined;
  readonly #hooked: HookedConnection;
  readonly #open = new Map<string, Open>();
  /** The last request that is being carried out. */
  #turn: Promise<void> = Promise.resolve();
  #cancelBeat: () => void = () => undefined;
  readonly #token: TokenWatch;
  readonly #stopListening: () => void;

  constructor(socket: WebSocket, stream: Duplex, visit: Visit, principal: Principal, parts: RealtimeParts) {
    this.#socket = socket;
    this.#outlet = new Outlet(socket, stream);
    this.#visit = visit;
    this.#principal = principal;
    this.#parts = parts;
    const { limits, clock, revocations, hooks } = parts;
    this.#hooked = hooks.connected('realtime', principal);
    if (!visit.isLocal) this.#messages = new TokenBucket(limits.maxMessagesPerSecond, limits.maxMessageBurst, () => clock.now());
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => this.#receive(data));
    socket.on('close', () => this.#closed());
    this.#beatLater();
    // A client that is asked for another has no way to give it.
    this.#token = new TokenWatch({ clock, ask: () => undefined, end: () => this.end('token_expired') });
    this.#token.renew(principal.expiresAt);
    this.#stopListening = whenRevoked(revocations, principal, () => this.end('unauthenticated'));
  }

  end(code: ErrorCode): void {
    const { close, retry } = errorTable[code];
    if (retry === 'reauth') this.#outlet.close(policyViolation.code, policyViolation.reason);
    else this.#outlet.close(close, code);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #say(message: object): void {
    this.#outlet.push(JSON.stringify(message));
  }

  #receive(data: Buffer): void {
    if (this.#messages?.take() === false) {
      this.#parts.onLimit('maxMessagesPerSecond');
      this.end('rate_limited');
      return;
    }
    const message = parseMessage(data.toString('utf8'));
    if (message.action === 'ping') {
      this.#hooked.message({ action: 'ping' });
      this.#say({ type: 'pong' });
    } else if (message.action === 'invalid') this.#say({ error: message.error });
    else if (message.action !== 'other')
      this.#turn = this.#turn
        .then(() => this.#carryOut(message))
        .catch((error: unknown) => this.#refuse(error, message.collection));
  }

  async #carryOut(message: Extract<SnackbaseMessage, { readonly collection: string }>): Promise<void> {
    const { action, collection } = message;
    if (action === 'unsubscribe') {
      this.#hooked.message({ action, id: collection });
      this.#stop(collection);
      this.#say({ status: 'unsubscribed', type: 'unsubscribed', collection });
      return;
    }
    const { operations } = message;
    this.#hooked.message({ action, id: collection, collection, operations });
    const { changes, limits } = this.#parts;
    // There are no logs in SnackBase.
    if (!isName('collection', collection)) throw new ConcordError('not_found', { field: 'collections' });
    const max = limits.maxSubscriptionsPerSocket;
    if (!this.#open.has(collection) && this.#open.size >= max)
      throw new ConcordError('too_many_subscriptions', {
        limit: 'maxSubscriptionsPerSocket',
        message: `Max subscriptions reached (${max})`,
      });
    const asked = { collections: [`${collection}:${operations.join(',')}`], record: undefined, filter: undefined };
    const reader = changes.reader(asked, this.#principal);
    const request = { reader, since: 'now', snapshot: false } as const;
    const from = await changes.resume(request);
    if (!this.#outlet.isOpen) return;
    this.#stop(collection);
    const sink = new SnackbaseSink({
      account: this.#principal.account,
      collection,
      outlet: this.#outlet,
      onEnd: (why) => this.#ended(why),
    });
    // The socket watches the token for all of them.
    const { expiresAt: _watched, ...bearer } = this.#principal;
    const told = { id: collection, ...asked };
    this.#open.set(collection, { told, subscription: changes.subscribe('realtime', request, bearer, from, sink) });
    this.#hooked.subscribed(told);
  }

  #stop(collection: string): void {
    const open = this.#open.get(collection);
    if (open === undefined) return;
    open.subscription.stop();
    this.#open.delete(collection);
    this.#hooked.unsubscribed(open.told);
  }

  /** A client knows of no subscription that ends by itself: its socket does, and it subscribes again on the next. */
  #ended(why: EndReason): void {
    if (why === 'slow') this.#parts.onLimit('maxUnsentBytes');
    this.end(endCodes[why]);
  }

  #refuse(error: unknown, collection: string): void {
    const known = error instanceof ConcordError ? error : new ConcordError('internal');
    if (known !== error) this.#parts.onDefect(error);
    if (known.limit !== undefined) this.#parts.onLimit(known.limit);
    const isUnknown = known.field === 'collections';
    this.#say({ error: isUnknown ? `Collection '${collection.slice(0, 80)}' not found` : known.message });
  }

  #beatLater(): void {
    const { clock, heartbeatMs } = this.#parts;
    this.#cancelBeat = clock.after(heartbeatMs, () => {
      this.#beatLater();
      // Whoever still has something to take gets a sign of life by that.
      if (this.#outlet.unsentBytes > 0) return;
      this.#say({ type: 'heartbeat', timestamp: new Date(clock.now()).toISOString() });
    });
  }

  #closed(): void {
    this.#cancelBeat();
    this.#token.stop();
    this.#stopListening();
    for (const { subscription } of this.#open.values()) subscription.stop();
    this.#open.clear();
    this.#hooked.end();
    this.#visit.place.leave();
  }
}
