import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { drained } from '../feed/drained.ts';

/** The way out of a socket. What is sent in one turn of the event loop leaves as one write. */
export class Outlet {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  #isCorked = false;

  constructor(socket: WebSocket, stream: Duplex) {
    this.#socket = socket;
    this.#stream = stream;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  drained(): Promise<void> {
    return drained(this.#stream);
  }

  /** Sends one message, as JSON; nothing once the socket is closing. */
  push(json: string): void {
    if (!this.isOpen) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#stream.cork();
      setImmediate(() => this.#flush());
    }
    this.#socket.send(json);
  }

  close(code: number, reason: string): void {
    this.#flush();
    this.#socket.close(code, reason);
  }

  #flush(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#stream.uncork();
  }
}
