import { ConcordError, errorTable, type ErrorCode } from '@concord/protocol';
import { frameType, readFrameAt, readText, writeFlush } from './frames.ts';
import type { Journal } from './journal.ts';
import type { ClientSocket, Corked } from './outbox.ts';
import type { SyncSocket } from './sync-socket.ts';

const open = 1;
const closed = 3;

/**
 * The client's end of a socket that is none: what it says comes with a request, and what it is told goes into the answer.
 * Everything between is what it is for others: the socket's pipeline, guard, journal and outbox.
 */
export class Visitor implements ClientSocket, Corked {
  readonly OPEN: number = open;
  readonly bufferedAmount: number = 0;
  readyState: number = open;
  /** What it has been told, in order. */
  readonly told: Uint8Array[] = [];
  #ended: ErrorCode | undefined;
  #flushed: PromiseWithResolvers<void> | undefined;

  send(bytes: Uint8Array): void {
    if (this.#flushed !== undefined && isFlushed(bytes)) this.#flushed.resolve();
    else this.told.push(bytes);
  }

  close(_code?: number, reason = ''): void {
    if (this.readyState === closed) return;
    this.readyState = closed;
    this.#ended = reason in errorTable ? (reason as ErrorCode) : 'internal';
    this.#flushed?.reject(new ConcordError(this.#ended));
  }

  terminate(): void {
    this.close();
  }

  ping(): void {}
  cork(): void {}
  uncork(): void {}

  /**
   * Has the document opened and says `messages` there. Resolves with what it was told, once that is on disk.
   *
   * @throws what refuses the document, or a message: `field` names it, and what was said before it is on disk
   */
  async exchange(socket: SyncSocket, journal: Journal, messages: readonly Buffer[]): Promise<readonly Uint8Array[]> {
    try {
      // Answered once the document is open: from then on each message is carried out when it is said.
      await this.#flush(socket);
      for (const [index, message] of messages.entries()) {
        socket.receive(message, true);
        if (this.#ended === undefined) continue;
        await journal.commit([], [], () => undefined);
        throw new ConcordError(this.#ended, { field: `messages.${index}` });
      }
      await this.#flush(socket);
      return this.told;
    } finally {
      this.readyState = closed;
      socket.closed(1000, '');
    }
  }

  async #flush(socket: SyncSocket): Promise<void> {
    if (this.#ended !== undefined) throw new ConcordError(this.#ended);
    this.#flushed = Promise.withResolvers();
    socket.receive(Buffer.from(writeFlush()), true);
    await this.#flushed.promise;
    this.#flushed = undefined;
  }
}

/** Clients ask for this on a socket of their own only: what else is told by a message is of another type. */
function isFlushed(bytes: Uint8Array): boolean {
  const frame = readFrameAt('', bytes);
  return frame.type === frameType.stateless && readText(frame).startsWith('{"type":"flushed"');
}
