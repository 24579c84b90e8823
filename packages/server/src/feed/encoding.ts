import type { FeedEvent } from '@concord/protocol';
import type { Cursors } from './cursor.ts';
import type { Placed } from './feed.ts';

/** An event as readers of one access digest get it, encoded once for all of them. */
export interface EncodedEvent {
  readonly cursor: string;
  /** The event as JSON. */
  readonly json: string;
  /** As a frame of an event stream. */
  readonly frame: Uint8Array;
}

/** Encodes events; what it made is kept for as long as the event itself is in memory. */
export class EventEncoder {
  readonly #cursors: Cursors;
  readonly #encoded = new WeakMap<Placed, Map<string, Encoded>>();

  constructor(cursors: Cursors) {
    this.#cursors = cursors;
  }

  encode(account: string, digest: string, placed: Placed): EncodedEvent {
    let byDigest = this.#encoded.get(placed);
    if (byDigest === undefined) this.#encoded.set(placed, (byDigest = new Map()));
    let encoded = byDigest.get(digest);
    if (encoded === undefined) {
      encoded = new Encoded(placed, this.#cursors.format(account, placed.seq, digest));
      byDigest.set(digest, encoded);
    }
    return encoded;
  }
}

class Encoded implements EncodedEvent {
  readonly cursor: string;
  readonly #placed: Placed;
  #json: string | undefined;
  #frame: Uint8Array | undefined;

  constructor(placed: Placed, cursor: string) {
    this.#placed = placed;
    this.cursor = cursor;
  }

  get json(): string {
    this.#json ??= toJson(this.#placed, this.cursor);
    return this.#json;
  }

  get frame(): Uint8Array {
    this.#frame ??= Buffer.from(`id: ${this.cursor}\ndata: ${this.json}\n\n`);
    return this.#frame;
  }
}

/** JSON holds no line break, so it fits on one `data:` line. */
function toJson({ event }: Placed, cursor: string): string {
  const { id, ...rest } = event;
  const wire: FeedEvent = { id, cursor, ...rest };
  return JSON.stringify(wire);
}
