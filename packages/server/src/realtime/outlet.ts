import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { drained } from '../feed/drained.ts';
import { oneWriteATurn } from '../http/one-write-a-turn.ts';

/** The way out of a socket; nothing leaves once it is closing. */
export class Outlet {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;

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

  /** Sends one message, as JSON. */
  push(json: string): void {
    if (!this.isOpen) return;
    oneWriteATurn(this.#stream);
    this.#socket.send(json);
  }

  /** Past `ws`, which would make a head of its own for each; without compression it keeps nothing back that this could overtake. */
  pushFrame(frame: Buffer): void {
    if (!this.isOpen) return;
    oneWriteATurn(this.#stream);
    this.#stream.write(frame);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}
