import type { Cursors } from './cursor.ts';
import type { Placed } from './feed.ts';
import { seenThrough } from './seen-event.ts';
import type { Sight } from './sight.ts';

/** An event as readers of one access digest and one sight get it. */
export interface EncodedEvent {
  readonly cursor: string;
  /** The event as JSON. */
  readonly json: string;
  /** As a frame of an event stream. */
  readonly frame: Uint8Array;
}

/** What is made of one event. */
interface Made {
  /** By sight: the event as JSON, behind its id and cursor. */
  readonly rests: Map<string, string>;
  /** By sight and digest. */
  readonly events: Map<string, Encoded>;
}

/** Where policies ask for the user, each reader has a digest of its own: then nothing is gained by keeping all of them. */
const maxKept = 32;

/** Encodes events once for all that get the same; what it made is kept for as long as the event itself is in memory. */
export class EventEncoder {
  readonly #cursors: Cursors;
  readonly #maxBytes: number;
  readonly #made = new WeakMap<Placed, Made>();

  /** @param maxBytes what an event has at most with its data */
  constructor(cursors: Cursors, maxBytes: number) {
    this.#cursors = cursors;
    this.#maxBytes = maxBytes;
  }

  encode(account: string, digest: string, placed: Placed, sight: Sight): EncodedEvent {
    let made = this.#made.get(placed);
    if (made === undefined) this.#made.set(placed, (made = { rests: new Map(), events: new Map() }));
    const name = `${digest} ${sight.key}`;
    let encoded = made.events.get(name);
    if (encoded === undefined) {
      const cursor = this.#cursors.format(account, placed.seq, digest);
      encoded = new Encoded(placed.event.id, cursor, this.#rest(placed, sight, made));
      if (made.events.size < maxKept) made.events.set(name, encoded);
    }
    return encoded;
  }

  #rest({ event }: Placed, sight: Sight, { rests }: Made): string {
    let rest = rests.get(sight.key);
    if (rest === undefined) {
      const { id: _before, ...behind } = seenThrough(event, sight, this.#maxBytes);
      rests.set(sight.key, (rest = JSON.stringify(behind).slice(1)));
    }
    return rest;
  }
}

class Encoded implements EncodedEvent {
  readonly cursor: string;
  readonly json: string;
  #frame: Uint8Array | undefined;

  constructor(id: string, cursor: string, rest: string) {
    this.cursor = cursor;
    this.json = `{"id":${JSON.stringify(id)},"cursor":"${cursor}",${rest}`;
  }

  /** JSON holds no line break, so it fits on one `data:` line. */
  get frame(): Uint8Array {
    this.#frame ??= Buffer.from(`id: ${this.cursor}\ndata: ${this.json}\n\n`);
    return this.#frame;
  }
}
