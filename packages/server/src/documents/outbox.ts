import type { Holder, Journal } from './journal.ts';

/** The client's end of a socket, as far as documents use it: `ws` has more. */
export interface ClientSocket {
  readonly readyState: number;
  readonly OPEN: number;
  readonly bufferedAmount: number;
  send(bytes: Uint8Array): void;
  close(code?: number, reason?: string): void;
  ping(): void;
  terminate(): void;
}

/** What lies under it: what is written while it is corked leaves in one go. */
export interface Corked {
  cork(): void;
  uncork(): void;
}

interface Outgoing {
  readonly ticket: number;
  readonly bytes: Uint8Array;
  /** Whose document it shows something of. */
  readonly address?: string | undefined;
}

/**
 * What one socket still has to send, in order.
 *
 * A frame leaves once the commit that its ticket names is durable (J7), and not before the frames in front
 * of it. What may leave in one turn of the event loop is joined into one write: acks and broadcasts of a
 * commit cost one system call a socket.
 */
export class Outbox implements Holder {
  readonly #socket: ClientSocket;
  readonly #stream: Corked;
  readonly #journal: Journal;
  readonly #maxUnsentBytes: number;
  readonly #onSlowReader: () => void;
  #queue: Outgoing[] = [];
  #writing = false;
  #tooSlow = false;

  constructor(socket: ClientSocket, stream: Corked, journal: Journal, maxUnsentBytes: number, onSlowReader: () => void) {
    this.#socket = socket;
    this.#stream = stream;
    this.#journal = journal;
    this.#maxUnsentBytes = maxUnsentBytes;
    this.#onSlowReader = onSlowReader;
  }

  /** `ticket` 0 waits for nothing. */
  push(bytes: Uint8Array, ticket: number, address?: string): void {
    const wasEmpty = this.#queue.length === 0;
    this.#queue.push({ bytes, ticket, address });
    if (ticket > this.#journal.durable) {
      this.#journal.hold(this);
    } else if (wasEmpty && !this.#writing) {
      this.#writing = true;
      setImmediate(() => {
        this.#writing = false;
        this.release(this.#journal.durable);
      });
    }
  }

  release(durable: number): boolean {
    const queue = this.#queue;
    let ready = 0;
    while (ready < queue.length && (queue[ready] as Outgoing).ticket <= durable) ready++;
    if (ready > 0) this.#write(ready === queue.length ? queue : queue.slice(0, ready));
    this.#queue = ready === queue.length ? [] : queue.slice(ready);
    return this.#queue.length > 0;
  }

  drop(): void {
    this.#queue = [];
  }

  /** Takes back what shows something of that document and is not on disk yet. */
  withdraw(address: string): void {
    const { durable } = this.#journal;
    this.#queue = this.#queue.filter((outgoing) => outgoing.address !== address || outgoing.ticket <= durable);
  }

  /** Sends at once what waits for nothing, so that a close code is not ahead of its reason. */
  flush(): void {
    this.release(this.#journal.durable);
  }

  #write(frames: readonly Outgoing[]): void {
    if (this.#tooSlow || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#maxUnsentBytes) {
      this.#tooSlow = true;
      this.#onSlowReader();
      return;
    }
    this.#stream.cork();
    for (const { bytes } of frames) this.#socket.send(bytes);
    this.#stream.uncork();
  }
}
