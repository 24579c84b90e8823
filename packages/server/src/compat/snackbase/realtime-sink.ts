import type { EncodedEvent } from '../../feed/encoding.ts';
import type { EndReason, Sink } from '../../feed/subscriber.ts';
import type { Outlet } from '../../realtime/outlet.ts';
import { snackbaseEvent } from './event.ts';

export interface SnackbaseSinkOptions {
  readonly account: string;
  readonly collection: string;
  readonly outlet: Outlet;
  readonly onEnd: (why: EndReason) => void;
}

/** One collection's share of a socket. */
export class SnackbaseSink implements Sink {
  readonly #options: SnackbaseSinkOptions;

  constructor(options: SnackbaseSinkOptions) {
    this.#options = options;
  }

  get unsentBytes(): number {
    return this.#options.outlet.unsentBytes;
  }

  drained(): Promise<void> {
    return this.#options.outlet.drained();
  }

  /** The server of SnackBase says `status`, and its client waits for `type`. */
  resumed(): void {
    const { outlet, collection } = this.#options;
    outlet.push(JSON.stringify({ status: 'subscribed', type: 'subscribed', collection }));
  }

  event(event: EncodedEvent): void {
    const { outlet, account } = this.#options;
    outlet.push(snackbaseEvent(event, account));
  }

  /** There is no word for it: a client of SnackBase that was away lists again. */
  reset(): void {}

  snapshot(): void {}

  /** The socket says it for all of its subscriptions. */
  heartbeat(): void {}

  end(why: EndReason): void {
    this.#options.onEnd(why);
  }
}
