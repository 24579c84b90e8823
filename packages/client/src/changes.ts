import type { FeedEvent, ResetReason, SnapshotItem } from '@concord/protocol';

export interface ChangesOptions {
  /** A cursor, `0` (the beginning) or `now`, which it is when left out. */
  readonly since?: string;
  /** `tickets`, or `tickets:create,update`; of a log `rooms.messages`. All that one may read when left out. */
  readonly collections?: readonly string[];
  readonly record?: string;
  readonly filter?: string;
  /** The records that there are come first, as `snapshot`s, where it does not go on from a cursor. */
  readonly include?: 'snapshot';
  readonly signal?: AbortSignal;
}

/** An event of the feed. Its type has a dot, as no other change's has. */
export interface ChangeEvent extends FeedEvent {
  readonly type: `${string}.${string}`;
}

/** `interrupted`: the snapshot that was being told was cut off, and begins anew. The others: see `ResetReason`. */
export type ChangeReset = ResetReason | 'interrupted';

/**
 * An event; or `reset`: what lies in between cannot be told, so list again (with `include`, snapshots follow by themselves),
 * then go on; or `snapshot`: some of the records and entries that there are. `cursor` is where to resume from: store it once the
 * change has been dealt with. A snapshot has none.
 */
export type Change =
  | ChangeEvent
  | { readonly type: 'reset'; readonly reason: ChangeReset; readonly cursor: string }
  | {
      readonly type: 'snapshot';
      readonly items: readonly SnapshotItem[];
      readonly cursor?: undefined;
    };

/** How one of the feed's readers wants it. */
export interface FeedRequest extends Omit<ChangesOptions, 'signal'> {}

/** What a reader of the feed is told, in order. */
export interface FeedListener {
  /** From here on events come. Also after each reconnection. */
  onReady(cursor: string): void;
  /** Nothing comes for now. It is being resumed; `onReady` says when it has been. */
  onLost?(): void;
  onChange(change: Change): void;
  /** It has ended: the server refuses it for good. */
  onRefused(error: Error): void;
}

/** The feed, by whichever transport gets through; it resumes by itself. */
export interface Feed {
  /** Returns what stops it. */
  follow(request: FeedRequest, listener: FeedListener): () => void;
}
