import type { ResetReason } from '@concord/protocol';
import type { EncodedEvent } from './encoding.ts';
import type { Reader } from './resume.ts';

/** The way to a subscriber, on whatever transport. All calls are cheap and none waits. */
export interface Sink {
  /** What was sent and has not left yet. */
  readonly unsentBytes: number;
  /** Resolves once what was sent has left, or the other side is gone. */
  drained(): Promise<void>;
  resumed(cursor: string): void;
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
  /** The other side has gone, or wants no more. */
  stop(): void;
  /** Ends it, telling the other side why. */
  end(why: EndReason): void;
}

/**
 * One live reader.
 *
 *     behind ─has read up to the channel's place─► live
 *     behind, live ─end() or stop()─► ended
 */
export interface Subscriber {
  readonly reader: Reader;
  readonly sink: Sink;
  state: 'behind' | 'live' | 'ended';
  /** The last number that it was sent or that was not for it. */
  seq: number;
  cancelExpiry: () => void;
  readonly onEnded: () => void;
}
