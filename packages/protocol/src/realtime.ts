import type { ErrorBody } from './errors.ts';
import type { FeedEvent, Operation, ResetReason, SnapshotItem } from './events.ts';
import type { InboxMessage } from './inbox.ts';

/** What a client says on `/api/v1/realtime/ws`, or in text frames on `/sync`: one JSON object a message. */
export type RealtimeRequest =
  | SubscribeRequest
  | { readonly action: 'unsubscribe'; readonly id: string }
  /** Begins a live inbox; `unsubscribe` ends it. `id` is the client's name for it among its subscriptions. */
  | { readonly action: 'inbox'; readonly id: string }
  | { readonly action: 'ping' }
  /** The first token, where there was none in the address, or another one of the same user. */
  | { readonly action: 'authenticate'; readonly token: string };

export interface SubscribeRequest {
  readonly action: 'subscribe';
  /** The client's name for it: what is said of it bears it. Subscribing again by the same one replaces it. */
  readonly id: string;
  /** A collection, or a log of one: `rooms.messages`. All that one may read when left out. */
  readonly collection?: string;
  /** All when left out. */
  readonly operations?: readonly Operation[];
  /** In place of both, several: each `tickets` or `tickets:create,update`. */
  readonly collections?: readonly string[];
  readonly record?: string;
  readonly filter?: string;
  /** A cursor, `0` or `now`, which it is when left out. */
  readonly since?: string;
  /** The records that there are come first, where it does not go on from a cursor. */
  readonly include?: 'snapshot';
}

/** What the server says there. */
export type RealtimeMessage =
  | { readonly type: 'authenticated'; readonly user: string; readonly expiresAt?: string }
  /** From here on events come. `resumed` is false where they do not go on exactly behind `since`: `reset` says why. */
  | {
      readonly type: 'subscribed';
      readonly id: string;
      readonly cursor: string;
      readonly resumed: boolean;
      readonly reset?: ResetReason;
    }
  /**
   * Later on, and in front of a snapshot that is sent for that reason: what lies in between cannot be told. List again, then
   * go on from `cursor`; with `include` the records come next, and `subscribed` behind them.
   */
  | { readonly type: 'reset'; readonly id: string; readonly cursor: string; readonly reset: ResetReason }
  /** Some of the records and entries that there are, in front of `subscribed`. */
  | { readonly type: 'snapshot'; readonly id: string; readonly items: readonly SnapshotItem[] }
  | InboxMessage
  | { readonly type: 'unsubscribed'; readonly id: string }
  /** The subscription has ended and can be begun again from the last cursor. */
  | ({ readonly type: 'error'; readonly id?: string } & ErrorBody)
  | { readonly type: 'pong' }
  /** All up to `cursor` has been sent to every subscription. Absent while there is none. */
  | { readonly type: 'heartbeat'; readonly timestamp: string; readonly cursor?: string }
  /** The token ends then: send another one. */
  | { readonly type: 'expiring'; readonly expiresAt: string }
  | RealtimeEvent;

/** An event, with the subscription that it is for. Its type has a dot, as no other message's has. */
export interface RealtimeEvent extends FeedEvent {
  readonly type: `${string}.${string}`;
  readonly subscription: string;
}
