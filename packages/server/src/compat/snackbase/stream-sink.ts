import type { ServerResponse } from 'node:http';
import type { ResetReason } from '@concord/protocol';
import type { Clock } from '../../clock.ts';
import type { EncodedEvent } from '../../feed/encoding.ts';
import { EventStream } from '../../http/sse.ts';
import { snackbaseEvent } from './event.ts';

export interface SnackbaseStreamOptions {
  readonly account: string;
  readonly clock: Clock;
  readonly retryMs: number;
  /** What its reader sends back when it comes again, made from the cursor. */
  readonly idOf: (cursor: string) => string;
  readonly onSlow: () => void;
}

/**
 * An event stream for clients of SnackBase's. They read unnamed frames only. Each carries its place, which browsers
 * send when they come back: so they miss nothing, which they would with SnackBase itself.
 */
export class SnackbaseStream extends EventStream {
  readonly #response: ServerResponse;
  readonly #options: SnackbaseStreamOptions;

  constructor(response: ServerResponse, options: SnackbaseStreamOptions) {
    super(response, options);
    this.#response = response;
    this.#options = options;
  }

  /** A frame without data is no event, and sets the place. */
  override resumed(cursor: string): void {
    this.#response.write(`id: ${this.#options.idOf(cursor)}\n\n`);
  }

  /** There is no word for it: a client of SnackBase that was away lists again. */
  override reset(_reason: ResetReason, cursor: string): void {
    this.resumed(cursor);
  }

  override event(event: EncodedEvent): void {
    const { account, idOf } = this.#options;
    this.#response.write(`id: ${idOf(event.cursor)}\ndata: ${snackbaseEvent(event, account)}\n\n`);
  }

  override heartbeat(cursor: string): void {
    const { clock, idOf } = this.#options;
    const data = JSON.stringify({ type: 'heartbeat', timestamp: new Date(clock.now()).toISOString() });
    this.#response.write(`event: heartbeat\nid: ${idOf(cursor)}\ndata: ${data}\n\n`);
  }
}
