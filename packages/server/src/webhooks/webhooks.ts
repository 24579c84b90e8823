import type { ResetReason } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { Attempt } from './delivery.ts';
import type { DeliveryState } from './delivery-machine.ts';
import type { Disabled, Endpoint } from './endpoint.ts';

/** An endpoint as it is shown. */
export interface EndpointInfo extends Pick<
  Endpoint,
  'id' | 'url' | 'name' | 'events' | 'collections' | 'filter' | 'roles' | 'createdAt' | 'createdBy' | 'updatedAt'
> {
  /** Their values may be secrets. */
  readonly headerNames: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly disabled?: Disabled;
  /** Since when nothing has been taken. */
  readonly failingSince?: string;
  /** Why it cannot run, though it is enabled. */
  readonly problem?: string;
  /** It has been given all events up to there. */
  readonly cursor: string;
  /** Deliveries that are not over. */
  readonly pending: number;
  /** The secret before the last rotation signs, too, until then. */
  readonly previousSecretUntil?: string;
}

/** The only time that a secret is seen. */
export interface CreatedEndpoint extends EndpointInfo {
  readonly secret: string;
}

/** A delivery as it is shown. */
export interface DeliveryInfo {
  readonly id: string;
  readonly state: DeliveryState;
  /** Its `webhook-id`. */
  readonly event: string;
  readonly type: string;
  readonly collection?: string;
  readonly record?: string;
  readonly replay?: true;
  readonly createdAt: string;
  readonly nextAttemptAt?: string;
  readonly endedAt?: string;
  readonly attempts: readonly Attempt[];
}

export interface DeliveryQuery {
  readonly states: ReadonlySet<'pending' | 'delivered' | 'dead' | 'withheld'>;
  readonly limit: number;
  /** Only those that are older. */
  readonly before: number;
}

/** What was asked for to be sent again. */
export type ReplayAnswer = { readonly delivery: string } | { readonly until: string; readonly reset?: ResetReason };

/**
 * The webhooks of all accounts. Whoever asks for another account's gets `not_found`, as for those that are not there.
 */
export interface Webhooks {
  list(account: string): Promise<readonly EndpointInfo[]>;
  get(account: string, id: string): Promise<EndpointInfo>;
  /** Throws `bad_request`, `invalid_filter`, `invalid_cursor`, `not_found`, `address_not_allowed` or `too_many_webhooks`. */
  create(creator: Principal, request: unknown): Promise<CreatedEndpoint>;
  update(account: string, id: string, request: unknown): Promise<EndpointInfo>;
  /** Nothing is sent to it any more once this resolves. */
  remove(account: string, id: string): Promise<void>;
  /** A new secret; the one before signs, too, for a day. */
  rotate(account: string, id: string): Promise<CreatedEndpoint>;
  /** Queues a message that says nothing, to be sent once. Throws `webhook_disabled`. */
  test(account: string, id: string): Promise<{ readonly delivery: string }>;
  /** Sends one delivery again, or all events of a stretch of the feed. Throws `webhook_disabled`. */
  replay(account: string, id: string, request: unknown): Promise<ReplayAnswer>;
  /** The newest first. */
  deliveries(account: string, id: string, query: DeliveryQuery): Promise<readonly DeliveryInfo[]>;
  /** The feed keeps whole what lies after that number: an enabled endpoint has yet to be sent it (F4). */
  neededAfter(account: string): Promise<number | undefined>;
  /** How many deliveries are not over. */
  readonly pending: number;
  /** Begins to send, as soon as nobody else does. */
  start(): Promise<void>;
  /** Sends nothing more; answers are waited for so long. {@link Webhooks.start} goes on. */
  stop(graceMs: number): Promise<void>;
  /** Stops for good. */
  close(graceMs: number): Promise<void>;
}
