import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import type { ResetReason, SnapshotItem } from '@concord/protocol';
import { drained } from '../feed/drained.ts';
import type { EncodedEvent } from '../feed/encoding.ts';
import type { EndReason, Sink } from '../feed/subscriber.ts';
import { oneWriteATurn } from './one-write-a-turn.ts';

/** `no-transform` and `X-Accel-Buffering` keep proxies from holding events back. */
export const streamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A reader that does not even take the end of its stream is cut off after this. */
const lingerMs = 1000;

export interface EventStreamOptions {
  /** How long a browser waits before it comes back. */
  readonly retryMs: number;
  /** Whether a reset comes with the records that there are. */
  readonly wantsSnapshot?: boolean;
  readonly onSlow?: (() => void) | undefined;
}

/**
 * A response as an event stream. Every frame that a reader may resume from carries its cursor as `id:`.
 * Frames of one turn leave as one write.
 */
export class EventStream implements Sink {
  readonly #response: ServerResponse;
  readonly #wantsSnapshot: boolean;
  readonly #onSlow: () => void;

  /** The head of the response has been written already. */
  constructor(response: ServerResponse, { retryMs, wantsSnapshot = false, onSlow = () => {} }: EventStreamOptions) {
    this.#response = response;
    this.#wantsSnapshot = wantsSnapshot;
    this.#onSlow = onSlow;
    // A reader that is gone shows as `close`; what was written to it meanwhile is no failure of ours.
    response.on('error', () => {});
    response.write(`retry: ${retryMs}\n\n`);
  }

  /**
   * Frames go to the connection itself: the head has left, nothing is in chunks, and the response would only hand them on.
   * Behind an earlier request's answer a response has no connection yet, and keeps what it is given.
   */
  get #stream(): Writable {
    return this.#response.socket ?? this.#response;
  }

  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  drained(): Promise<void> {
    return drained(this.#stream);
  }

  resumed(cursor: string): void {
    this.#named('resumed', { cursor }, cursor);
  }

  /** Without an `id:` where a snapshot follows: whoever is cut off before its end has to be reset again. */
  reset(reason: ResetReason, cursor: string): void {
    this.#named('reset', { reason, cursor }, this.#wantsSnapshot ? undefined : cursor);
  }

  /** Without an `id:`: whoever is cut off here begins anew. */
  snapshot(items: readonly SnapshotItem[]): void {
    this.#named('snapshot', { items });
  }

  event({ frame }: EncodedEvent): void {
    this.#write(frame);
  }

  heartbeat(cursor: string): void {
    this.#named('heartbeat', { cursor }, cursor);
  }

  /** Something that no reader resumes from. */
  message(data: object): void {
    this.#write(`data: ${JSON.stringify(data)}\n\n`);
  }

  /** A sign of life where there is no cursor. */
  sign(): void {
    this.#named('heartbeat', {});
  }

  end(why: EndReason): void {
    const response = this.#response;
    if (why === 'slow') {
      this.#onSlow();
      response.destroy();
      return;
    }
    if (why === 'expired') this.#named('expired', { code: 'token_expired' });
    if (why === 'revoked') this.#named('expired', { code: 'unauthenticated' });
    response.end();
    const timer = setTimeout(() => response.destroy(), lingerMs);
    timer.unref();
    response.on('close', () => clearTimeout(timer));
  }

  /** Browsers leave out events without data. */
  #named(event: string, data: object, cursor?: string): void {
    this.#write(`event: ${event}\n${cursor === undefined ? '' : `id: ${cursor}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  #write(frame: string | Uint8Array): void {
    const stream = this.#stream;
    oneWriteATurn(stream);
    stream.write(frame);
  }
}
