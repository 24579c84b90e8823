import { ConcordError, errorTable, type ErrorCode } from '@concord/protocol';
import type { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { say, type Incoming, type Outgoing } from './frames.ts';
import type { Edit } from './ledger.ts';
import type { Replica, ReplicaLink } from './replica.ts';

/** What a server takes as one update, unless told otherwise. A handshake may carry as much as a document may hold. */
const maxUpdateBytes = 1024 * 1024;

export interface ChannelParts {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly backoff: Backoff;
  /** Sends a message about the document, if the socket is open. */
  readonly send: (message: Outgoing) => void;
  /** The token by which the document is opened. */
  readonly token: () => string;
  /** The server does not take the token: the whole connection needs another. */
  readonly onRefused: (error: ConcordError) => void;
  /** Whether it holds what the server holds may have changed. */
  readonly onProgress: () => void;
  readonly onClosed: () => void;
}

/**
 * One document on the socket.
 *
 *              open                       vector, state
 *   ┌────────┐ ─────────────► ┌─────────┐ ─────────────► ┌──────┐
 *   │ closed │  token, vector │ opening │                │ live │
 *   └────────┘ ◄───────────── └─────────┘                └──────┘
 *     │    ▲     lost              │ denied, closed by the server │
 *     │    └── after a while, where it may be tried again ◄───────┤
 *     │                                                           │ for good
 *     └──────────── restart ◄──────────────────────── ┌───────┐ ◄─┘
 *                                                     │ ended │
 *                                                     └───────┘
 *
 * The token and the state vector go out together, so that opening a document costs one round trip. Between the server's
 * vector and our answer nothing can be edited, so what was edited before is in the answer, and what is edited after is sent
 * by itself.
 */
export class Channel implements ReplicaLink {
  readonly #parts: ChannelParts;
  #phase: 'closed' | 'opening' | 'live' | 'ended' = 'closed';
  /** The server has let us in. What comes before that is for whoever had the document open on this socket before. */
  #isAdmitted = false;
  /** The server has said what it has, and has been sent the rest. */
  #isAnswered = false;
  #isCaughtUp = false;
  #isSocketOpen = false;
  #cancelRetry: () => void = () => undefined;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  /** Nothing is under way in it. */
  get isSettled(): boolean {
    return this.#phase === 'live' || this.#phase === 'ended';
  }

  // --- for the connection ---

  /** The socket is open. */
  open(): void {
    if (this.#isSocketOpen && this.#phase !== 'closed') return;
    this.#isSocketOpen = true;
    this.#parts.replica.attach(this);
    if (this.#phase === 'closed') this.#begin();
  }

  lost(): void {
    // Never opened on this socket: something else may carry the document.
    if (!this.#isSocketOpen) return;
    this.#isSocketOpen = false;
    this.#cancelRetry();
    if (this.#phase === 'ended') return;
    this.#phase = 'closed';
    this.#parts.replica.lost();
  }

  /** There is another token. */
  renew(): void {
    if (this.#phase === 'opening' || this.#phase === 'live') this.#parts.send(say.token(this.#parts.token()));
  }

  take(message: Incoming): void {
    if (this.#phase !== 'opening' && this.#phase !== 'live') return;
    if (!this.#isAdmitted && message.type !== 'authenticated' && message.type !== 'denied') return;
    const { replica } = this.#parts;
    switch (message.type) {
      case 'vector':
        return this.#answer(message.vector);
      case 'state':
        replica.receive(message.update);
        this.#isCaughtUp = true;
        return this.#advance();
      case 'update':
        return replica.receive(message.update);
      case 'awareness':
        return replica.hear(message.update);
      case 'authenticated':
        return this.#admitted(!message.readOnly);
      case 'token':
        return this.renew();
      case 'ack':
        return replica.acked(message.taken);
      case 'notice':
        return replica.notice(message.text);
      case 'denied':
      case 'close':
        return this.#ended(message.reason);
      case 'unknown':
        return undefined;
    }
  }

  // --- ReplicaLink ---

  sendEdit(update: Uint8Array, edit: Edit): void {
    if (!this.#isAnswered) return;
    if (update.byteLength > maxUpdateBytes) return this.restart();
    this.#parts.replica.sent(edit);
    this.#parts.send(say.update(update));
  }

  sendPresence(update: Uint8Array): void {
    if (this.#isAdmitted) this.#parts.send(say.awareness(update));
  }

  restart(): void {
    if (this.#phase === 'opening' || this.#phase === 'live') this.#parts.send(say.close());
    this.#cancelRetry();
    this.#phase = 'closed';
    if (this.#isSocketOpen) this.#begin();
  }

  close(): void {
    if (this.#phase === 'opening' || this.#phase === 'live') this.#parts.send(say.close());
    this.#cancelRetry();
    this.#phase = 'ended';
    this.#parts.onClosed();
  }

  // --- inside ---

  #begin(): void {
    const { replica, send, token, onProgress } = this.#parts;
    this.#phase = 'opening';
    this.#isAdmitted = false;
    this.#isAnswered = false;
    this.#isCaughtUp = false;
    replica.opening();
    send(say.token(token()));
    send(say.vector(replica.stateVector));
    onProgress();
  }

  #admitted(mayWrite: boolean): void {
    const { replica, send } = this.#parts;
    this.#isAdmitted = true;
    replica.mayWrite(mayWrite);
    const presence = replica.announce();
    if (presence !== null) send(say.awareness(presence));
  }

  #answer(vector: Uint8Array): void {
    const { replica, send } = this.#parts;
    send(say.state(replica.missing(vector)));
    this.#isAnswered = true;
    this.#advance();
  }

  #advance(): void {
    if (!this.#isAnswered || !this.#isCaughtUp || this.#phase === 'live') return;
    const { replica, backoff, onProgress } = this.#parts;
    this.#phase = 'live';
    backoff.reset();
    replica.synced();
    onProgress();
  }

  /** By a code of the table; what is none is a reason of Hocuspocus's own, after which it can be tried again. */
  #ended(reason: string): void {
    const { replica, clock, backoff, onRefused, onProgress } = this.#parts;
    const code: ErrorCode = Object.hasOwn(errorTable, reason) ? (reason as ErrorCode) : 'unreachable';
    const error = new ConcordError(code);
    this.#phase = 'closed';
    if (error.entry.retry === 'never') {
      this.#phase = 'ended';
      replica.ended(error);
    } else {
      replica.lost();
      if (error.entry.retry === 'reauth') onRefused(error);
      else this.#cancelRetry = clock.after(backoff.next(), () => this.open());
    }
    onProgress();
  }
}
