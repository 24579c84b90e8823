import type { Connection, WebSocketLike } from '@hocuspocus/server';
import { ConcordError, errorTable, isDocumentName, parsePresenceName, type ErrorCode, type Limits } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import { TokenWatch } from '../access/token-watch.ts';
import type { Place, Visit } from '../limits/connections.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import type { FeedOwner, FeedSession } from '../realtime/feed-session.ts';
import { maxRequestBytes } from '../realtime/request.ts';
import type { Rights } from './audience.ts';
import type { Sight } from './awareness-room.ts';
import { Channel, type OpenChannel } from './channel.ts';
import type { Documents } from './documents.ts';
import { EndedAddresses } from './ended-addresses.ts';
import {
  authType,
  checkFrame,
  frameType,
  isSync,
  readFrame,
  readText,
  writePermissionDenied,
  writeNobody,
  writeToken,
  type Frame,
} from './frames.ts';
import type { ClientConnection } from './host.ts';
import { HookedUsers } from './hooked-users.ts';
import type { Journal } from './journal.ts';
import { Outbox, type ClientSocket, type Corked } from './outbox.ts';
import type { Wire } from './wire.ts';

/** What Hocuspocus hands to every hook of a connection. */
export interface SocketContext {
  readonly socket: SyncSocket;
  /** Who the document's token speaks for; set once it has been verified. Another token may change its roles. */
  principal?: Principal;
  /** What its user may see of where others are. */
  sight?: Sight;
}

/** How long a client may take to get its token while it already says something on the document. */
const tokenWaitMs = 10_000;

export interface SyncSocketOptions {
  readonly socket: ClientSocket;
  readonly stream: Corked;
  readonly wire: Wire;
  readonly documents: Documents;
  readonly journal: Journal;
  readonly visit: Visit;
  /** Begins a session of the feed beside the documents; absent where text frames are none of the client's protocol. */
  readonly openFeed?: ((owner: FeedOwner) => FeedSession) | undefined;
}

/**
 * One client's socket, between the network and Hocuspocus.
 *
 * Inward, sync frames and awareness are answered here, at once and in order, so that a connection's updates
 * are pipelined (J7); tokens, messages and closes are Hocuspocus's. Outward, this is the
 * `WebSocketLike` that Hocuspocus writes to: each frame names its document, so it is known which commit
 * it has to wait for.
 *
 * Text frames are those of the feed, which has a session of its own here, with a token of its own.
 */
export class SyncSocket implements WebSocketLike, FeedOwner {
  readonly #socket: ClientSocket;
  readonly #wire: Wire;
  readonly #documents: Documents;
  readonly #outbox: Outbox;
  readonly #channels = new Map<string, Channel>();
  readonly #ended = new EndedAddresses();
  #client: ClientConnection | undefined;
  /** Documents that are being opened, each kept from being unloaded meanwhile. */
  readonly #claims: { readonly documentName: string; readonly release: () => void }[] = [];
  readonly #place: Place;
  readonly #messages: TokenBucket | undefined;
  #cancelHalfOpen: (() => void) | undefined;
  /** What it was opened by and may be revoked, each with what stops listening for that. */
  readonly #credentials = new Map<string, () => void>();
  readonly #hooked: HookedUsers;
  readonly #openFeed: SyncSocketOptions['openFeed'];
  #feed: FeedSession | undefined;

  constructor({ socket, stream, wire, documents, journal, visit, openFeed }: SyncSocketOptions) {
    this.#socket = socket;
    this.#wire = wire;
    this.#documents = documents;
    this.#place = visit.place;
    this.#openFeed = openFeed;
    const { limits, clock, hooks } = documents;
    this.#hooked = new HookedUsers(hooks, wire.transport);
    if (!visit.isLocal) this.#messages = new TokenBucket(limits.maxMessagesPerSecond, limits.maxMessageBurst, () => clock.now());
    this.#outbox = new Outbox(socket, stream, journal, limits.maxUnsentBytes, () => this.#endAt('maxUnsentBytes', 'slow_reader'));
  }

  /** Begins to listen. `client` is what Hocuspocus made of this socket. */
  attach(client: ClientConnection): void {
    this.#client = client;
    const { clock, limits } = this.#documents;
    this.#cancelHalfOpen = clock.after(limits.maxUnauthenticatedMs, () => this.#endAt('maxUnauthenticatedMs', 'unauthenticated'));
  }

  /** The client has answered a ping. */
  heard(): void {
    if (this.#client !== undefined) this.#client.lastMessageReceivedAt = this.#documents.clock.now();
  }

  closed(code: number, reason: string): void {
    for (const stopListening of this.#credentials.values()) stopListening();
    this.#cancelHalfOpen?.();
    this.#outbox.drop();
    this.#feed?.closed();
    for (const channel of this.#channels.values()) channel.end();
    this.#channels.clear();
    this.#hooked.end();
    for (const claim of this.#claims.splice(0)) claim.release();
    this.#client?.handleClose({ code, reason });
    this.#documents.socketClosed(this);
  }

  // --- WebSocketLike: what Hocuspocus sees ---

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    const frame = this.#documents.readOutgoing(data as Uint8Array);
    const denied = frame.type === frameType.auth && frame.subtype === authType.permissionDenied;
    if (denied || frame.type === frameType.close) this.#closeChannel(frame, denied);
    else this.#push(frame);
  }

  close(code?: number, reason?: string): void {
    this.#outbox.flush();
    this.#socket.close(code, reason);
  }

  // --- what the documents do with it ---

  /** Begins with the document and the token of the URL. */
  authenticate(documentName: string, token: string): void {
    const frame = readFrame(writeToken(documentName, token));
    if (this.#begin(frame) !== undefined) this.#client?.handleMessage(frame.bytes);
  }

  /**
   * A document's token of that user has been accepted here.
   *
   * @throws `too_many_connections`; a socket on which nobody else is ends with it
   */
  admit({ account, user }: Principal): void {
    try {
      this.identify(account, user);
    } catch (error) {
      if (!this.#place.isIdentified) this.end('too_many_connections');
      throw error;
    }
  }

  /** A document is about to be opened here; `release` is called once it is, or will not be. */
  claimed(documentName: string, release: () => void): void {
    if (this.readyState === this.#socket.OPEN) this.#claims.push({ documentName, release });
    else release();
  }

  /** The document of `connection` is open from now on: `make` has what answers its frames. */
  open(connection: Connection<SocketContext>, make: (push: (frame: Frame) => void) => OpenChannel): void {
    // The client has said goodbye meanwhile; what it says under that address now is not for this connection.
    if (!connection.document.hasConnection(connection)) return;
    const { name } = connection.document;
    const channel = this.#channels.get(connection.messageAddress);
    this.#unclaim(name);
    if (channel === undefined) return;
    const { clock } = this.#documents;
    const principal = connection.context.principal as Principal;
    const early = channel.begin({
      document: make((frame) => this.#push(frame)),
      token: new TokenWatch({ clock, ask: () => connection.requestToken(), end: () => this.#expired(connection) }),
      untell: this.#hooked.tell(principal, name),
    });
    this.renew(connection, principal);
    for (const frame of early) this.#take(frame);
  }

  /** Its token has ended. The socket does, unless the feed goes on there by a token of its own. */
  #expired(connection: Connection<SocketContext>): void {
    if (this.#feed?.isOpen === true) this.endDocument(connection, 'token_expired');
    else this.end('token_expired');
  }

  /**
   * From now on `connection` is by that token. The client is asked for another before it ends.
   */
  renew({ context, messageAddress }: Connection<SocketContext>, principal: Principal): void {
    context.principal = principal;
    this.#channels.get(messageAddress)?.token?.renew(principal.expiresAt);
  }

  /** What the client of `connection` may do from now on. One that has the document open already is told of a change. */
  permit(connection: Connection<SocketContext>, rights: Rights): void {
    const open = this.#channels.get(connection.messageAddress)?.open;
    if (open?.connection === connection) open.permit(rights);
    else connection.readOnly = !rights.write;
  }

  /** Shows the client of `connection` nothing more of the document, nor what waits for its commit. */
  withhold({ messageAddress }: Connection<SocketContext>): void {
    const channel = this.#channels.get(messageAddress);
    if (channel === undefined) return;
    channel.isWithheld = true;
    this.#outbox.withdraw(messageAddress);
  }

  isWithheld({ messageAddress }: Connection<SocketContext>): boolean {
    return this.#channels.get(messageAddress)?.isWithheld === true;
  }

  /** Closes the socket with `unauthenticated` once the credential is revoked. */
  dependOn(credential: string, onRevoked: (credential: string, end: () => void) => () => void): void {
    if (this.readyState !== this.#socket.OPEN || this.#credentials.has(credential)) return;
    this.#credentials.set(
      credential,
      onRevoked(credential, () => this.end('unauthenticated')),
    );
  }

  /** Ends one document, telling the client why. */
  endDocument(connection: Connection<SocketContext>, code: ErrorCode): void {
    connection.close({ code: errorTable[code].close, reason: code });
  }

  // --- FeedOwner ---

  /** Whether documents are open here by tokens that are good, or are being opened. */
  get isShared(): boolean {
    return [...this.#channels.values()].some(({ token }) => token?.isOver !== true);
  }

  identify(account: string, user: string): void {
    this.#place.identify(account, user);
    this.#cancelHalfOpen?.();
  }

  /** Ends the socket with the error's close code. Frames that wait for a commit are not sent any more. */
  end(code: ErrorCode): void {
    this.#documents.logger.info({ code }, 'socket ended');
    this.#outbox.flush();
    this.#outbox.drop();
    this.#socket.close(errorTable[code].close, code);
  }

  /** The same where a limit was met. */
  #endAt(limit: keyof Limits, code: ErrorCode): void {
    this.#documents.limitHit(limit);
    this.end(code);
  }

  #count(error: unknown): void {
    if (error instanceof ConcordError && error.limit !== undefined) this.#documents.limitHit(error.limit);
  }

  /**
   * Asks the client for a sign of life, and gives it one: stock clients do not see pings, and connect again when
   * they have heard nothing for 30 seconds.
   */
  ping(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.ping();
    for (const { open } of this.#channels.values()) {
      if (open === undefined) continue;
      this.#push(readFrame(writeNobody(open.connection.messageAddress)));
      break;
    }
  }

  terminate(): void {
    this.#socket.terminate();
  }

  // --- inward ---

  receive(bytes: Buffer, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#messages?.take() === false) {
      this.#endAt('maxMessagesPerSecond', 'rate_limited');
      return;
    }
    if (!isBinary && this.#openFeed !== undefined) {
      this.#feed ??= this.#openFeed(this);
      if (bytes.byteLength > maxRequestBytes) this.end('too_large');
      else this.#feed.take(bytes.toString('utf8'));
      return;
    }
    let frame: Frame;
    try {
      if (!isBinary) throw new TypeError('a text frame');
      frame = this.#wire.read(bytes);
      checkFrame(frame, this.#documents.limits);
    } catch (error) {
      this.#count(error);
      this.end(error instanceof ConcordError ? error.code : 'invalid_frame');
      return;
    }
    this.#take(frame);
  }

  #take(frame: Frame): void {
    const channel = this.#channels.get(frame.address) ?? this.#begin(frame);
    if (channel === undefined) return;
    const whose = channel.sort(frame);
    if (channel.isOverfull) this.#endAt('maxUpdateBytes', 'too_large');
    else if (whose === 'document') this.#answer(channel.open as OpenChannel, frame);
    else if (whose === 'hocuspocus') this.#client?.handleMessage(this.#wire.toHocuspocus(frame));
  }

  #answer(open: OpenChannel, frame: Frame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    try {
      if (frame.type === frameType.queryAwareness) open.ask();
      else open.take(frame);
    } catch (error) {
      this.#count(error);
      // What is wrong with the document ends the document; what is wrong with the frame ends its socket.
      if (error instanceof ConcordError && open.endsAlone(error.code)) this.endDocument(open.connection, error.code);
      else this.#documents.refused(this, open.connection.document.name, error);
    }
  }

  /**
   * The first that is said about a document. It should be the token; a stock client whose token comes from
   * somewhere else may have edits to send before, which wait for it. Late frames of an ended document hear why
   * it ended.
   */
  #begin(frame: Frame): Channel | undefined {
    const { address } = frame;
    const isToken = frame.type === frameType.auth;
    const ended = this.#ended.reasonOf(address);
    if (!isToken) {
      // A client that has left a document may still have had something to say, which is no harm.
      if (frame.type === frameType.close || frame.type === frameType.awareness) return undefined;
      if (ended !== undefined) return this.#deny(address, ended);
    }
    if (!isDocumentName(frame.documentName) && parsePresenceName(frame.documentName) === undefined) {
      this.#closeChannel(readFrame(writePermissionDenied(address, 'invalid_name')), true);
      return undefined;
    }
    // Hocuspocus would end the whole socket, whose client would come back and ask for as many again.
    if (this.#channels.size >= this.#documents.limits.maxDocumentsPerSocket) {
      this.#documents.limitHit('maxDocumentsPerSocket');
      return this.#deny(address, 'too_many_documents');
    }
    const late = (): void => this.#closeChannel(readFrame(writePermissionDenied(address, 'unauthenticated')), true);
    const channel = new Channel(isToken ? () => undefined : this.#documents.clock.after(tokenWaitMs, late));
    this.#channels.set(address, channel);
    this.#ended.forget(address);
    return channel;
  }

  #deny(address: string, reason: string): undefined {
    this.#documents.logger.info({ code: reason }, 'frame refused');
    this.#outbox.push(writePermissionDenied(address, reason), 0);
  }

  #unclaim(documentName: string): void {
    const index = this.#claims.findIndex((claim) => claim.documentName === documentName);
    if (index !== -1) this.#claims.splice(index, 1)[0]?.release();
  }

  // --- outward ---

  #push(frame: Frame): void {
    const { address, documentName } = frame;
    const shows = isSync(frame) || frame.type === frameType.awareness;
    if (shows && this.#channels.get(address)?.isWithheld === true) return;
    const bytes = this.#wire.fromHocuspocus(frame);
    if (bytes !== undefined) this.#outbox.push(bytes, this.#documents.ticketOf(documentName), shows ? address : undefined);
  }

  /** A denied or closed document. On a socket of its own it takes the socket along. */
  #closeChannel(frame: Frame, denied: boolean): void {
    const reason = readText(frame);
    const next = this.#channels.get(frame.address)?.end() ?? [];
    this.#channels.delete(frame.address);
    this.#unclaim(frame.documentName);
    this.#ended.add(frame.address, reason);
    if (this.#wire.onlyDocument === undefined) {
      if (denied) this.#documents.logger.info({ code: reason }, 'document refused');
      this.#push(frame);
      for (const early of next) this.#take(early);
    } else {
      this.end(reason in errorTable ? (reason as ErrorCode) : denied ? 'forbidden' : 'shutting_down');
    }
  }
}
