import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ConcordError, errorTable, type ErrorCode } from '@concord/protocol';
import type { Visit } from '../limits/connections.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import { FeedSession, type FeedOwner, type RealtimeParts } from './feed-session.ts';
import { Outlet } from './outlet.ts';

/** A client's socket on `/api/v1/realtime/ws`, which is there for a session of the feed. */
export class RealtimeSocket implements FeedOwner {
  readonly isShared = false;
  readonly #socket: WebSocket;
  readonly #outlet: Outlet;
  readonly #visit: Visit;
  readonly #parts: RealtimeParts;
  readonly #messages: TokenBucket | undefined;
  readonly #session: FeedSession;
  readonly #cancelHalfOpen: () => void;

  constructor(socket: WebSocket, stream: Duplex, visit: Visit, parts: RealtimeParts) {
    this.#socket = socket;
    this.#outlet = new Outlet(socket, stream);
    this.#visit = visit;
    this.#parts = parts;
    const { limits, clock } = parts;
    if (!visit.isLocal) this.#messages = new TokenBucket(limits.maxMessagesPerSecond, limits.maxMessageBurst, () => clock.now());
    this.#cancelHalfOpen = clock.after(limits.maxUnauthenticatedMs, () => {
      parts.onLimit('maxUnauthenticatedMs');
      this.end('unauthenticated');
    });
    this.#session = new FeedSession(this.#outlet, this, parts);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on('close', () => {
      this.#cancelHalfOpen();
      this.#session.closed();
      visit.place.leave();
    });
  }

  /** Begins with the token of the address. */
  begin(token: string): void {
    this.#session.begin(token);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  // --- FeedOwner ---

  identify(account: string, user: string): void {
    this.#visit.place.identify(account, user);
    this.#cancelHalfOpen();
  }

  /** Its client resumes by its cursors. */
  end(code: ErrorCode): void {
    this.#outlet.close(errorTable[code].close, code);
  }

  // --- inside ---

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#messages?.take() === false) {
      this.#parts.onLimit('maxMessagesPerSecond');
      this.end('rate_limited');
    } else if (isBinary) this.#session.refuse(new ConcordError('invalid_json'));
    else this.#session.take(data.toString('utf8'));
  }
}
