import type { Placed } from './feed.ts';

/** The last events of one account's feed, without gaps, so that live readers need not ask the store. */
export class Tail {
  bytes = 0;
  /** What lies before `#start` has been dropped already. */
  #events: (Placed | undefined)[] = [];
  #start = 0;

  get size(): number {
    return this.#events.length - this.#start;
  }

  push(placed: Placed): void {
    this.#events.push(placed);
    this.bytes += placed.bytes;
  }

  shift(): void {
    const oldest = this.#events[this.#start];
    if (oldest === undefined) return;
    this.bytes -= oldest.bytes;
    this.#events[this.#start++] = undefined;
    if (this.#start * 2 <= this.#events.length) return;
    this.#events = this.#events.slice(this.#start);
    this.#start = 0;
  }

  clear(): void {
    this.#events = [];
    this.#start = 0;
    this.bytes = 0;
  }

  /** At most `limit` events after `after`; undefined when not all of those are here. */
  read(after: number, limit: number): readonly Placed[] | undefined {
    const first = this.#events[this.#start]?.seq;
    if (first === undefined || after < first - 1) return undefined;
    const from = this.#start + after - first + 1;
    // Nothing from the start on has been dropped.
    return this.#events.slice(from, from + limit) as Placed[];
  }
}
