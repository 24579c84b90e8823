import type { ResetReason, SnapshotItem } from '@concord/protocol';
import type { EncodedEvent } from './encoding.ts';
import type { SnapshotPlace } from './snapshot.ts';
import type { Reader } from './resume.ts';

/** The way to a subscriber, on whatever transport. All calls are cheap and none waits. */
export interface Sink {
  /** What was sent and has not left yet. */
  readonly unsentBytes: number;
  /** Resolves once what was sent has left, or the other side is gone. */
  drained(): Promise<void>;
  resumed(cursor: string): void;
  /** Some of the records that there are; `resumed` or `reset` came before, or comes behind the last of them. */
  snapshot(items: readonly SnapshotItem[]): void;
  reset(reason: ResetReason, cursor: string): void;
  event(event: EncodedEvent): void;
  /** Nothing has happened for a while; `cursor` is past what was filtered out. */
  heartbeat(cursor: string): void;
  /** Nothing more will be sent. */
  end(why: EndReason): void;
}

/**
 * Why a subscription ended. `expired`: the token did. `revoked`: the key or the session is gone. `slow`: too much is unsent. `closing`: the server
 * stops. `failed`: the store could not be read. In each case its holder resumes by its cursor.
 */
export type EndReason = 'expired' | 'revoked' | 'slow' | 'closing' | 'failed';

export interface Subscription {
  /** Up to where it has been told everything; undefined while the snapshot is being sent. */
  place(): { readonly seq: number; readonly cursor: string } | undefined;
  /** The other side has gone, or wants no more. */
  stop(): void;
  /** Ends it, telling the other side why. */
  end(why: EndReason): void;
}

/** A snapshot that is being sent. */
export interface Listing {
  /** Everything up to here has been sent. */
  after: SnapshotPlace | undefined;
}

/**
 * One live reader.
 *
 *     listing ─has been sent the snapshot─► behind ─has read up to the channel's place─► live
 *     behind ─what it has to read was compacted, and it wants snapshots─► listing
 *     listing, behind, live ─end() or stop()─► ended
 */
export interface Subscriber {
  readonly reader: Reader;
  readonly sink: Sink;
  state: 'listing' | 'behind' | 'live' | 'ended';
  /** Whether a reset comes with a snapshot. */
  readonly wantsSnapshot: boolean;
  listing: Listing;
  /**
   * Records and entries that were newer in the snapshot than the place in the feed with which it began, by name: their
   * events up to these are in it already.
   */
  readonly known: Map<string, number>;
  /** The last number that it was sent or that was not for it. */
  seq: number;
  cancelExpiry: () => void;
  readonly onEnded: () => void;
}
