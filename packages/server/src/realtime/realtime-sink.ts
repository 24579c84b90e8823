import type { ResetReason, SnapshotItem } from '@concord/protocol';
import type { EncodedEvent } from '../feed/encoding.ts';
import type { EndReason, Sink } from '../feed/subscriber.ts';
import { eventFrame } from './event-frames.ts';

/** What a subscription needs of its socket. */
export interface SinkSocket {
  readonly unsentBytes: number;
  drained(): Promise<void>;
  /** Sends one message, as JSON. */
  push(json: string): void;
  /** Sends one message that is a frame already. */
  pushFrame(frame: Buffer): void;
  ended(id: string, why: EndReason): void;
}

/** One subscription's share of a realtime socket. */
export class RealtimeSink implements Sink {
  readonly #id: string;
  readonly #socket: SinkSocket;
  /** The beginning of each event's message. */
  readonly #head: string;
  #isSubscribed = false;
  #reset: ResetReason | undefined;
  readonly #wantsSnapshot: boolean;

  constructor(id: string, socket: SinkSocket, wantsSnapshot: boolean) {
    this.#id = id;
    this.#socket = socket;
    this.#wantsSnapshot = wantsSnapshot;
    this.#head = `{"subscription":${JSON.stringify(id)},`;
  }

  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  drained(): Promise<void> {
    return this.#socket.drained();
  }

  resumed(cursor: string): void {
    const reset = this.#reset;
    this.#reset = undefined;
    this.#isSubscribed = true;
    this.#say('subscribed', { cursor, resumed: reset === undefined, ...(reset === undefined ? {} : { reset }) });
  }

  /** With a snapshot it is told in front of the records, and in `subscribed` behind them once more. */
  reset(reason: ResetReason, cursor: string): void {
    if (this.#wantsSnapshot) this.#reset = reason;
    if (this.#isSubscribed || this.#wantsSnapshot) this.#say('reset', { cursor, reset: reason });
    else {
      this.#isSubscribed = true;
      this.#say('subscribed', { cursor, resumed: false, reset: reason });
    }
  }

  snapshot(items: readonly SnapshotItem[]): void {
    this.#say('snapshot', { items });
  }

  event(encoded: EncodedEvent): void {
    this.#socket.pushFrame(eventFrame(encoded, this.#head));
  }

  /** The socket says it for all of its subscriptions. */
  heartbeat(): void {}

  end(why: EndReason): void {
    this.#socket.ended(this.#id, why);
  }

  #say(type: string, more: object): void {
    this.#socket.push(JSON.stringify({ type, id: this.#id, ...more }));
  }
}
