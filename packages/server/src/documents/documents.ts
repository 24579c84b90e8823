import type { Duplex } from 'node:stream';
import type { Connection, Document } from '@hocuspocus/server';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import {
  ConcordError,
  formatDocumentName,
  isDocumentName,
  parsePresenceName,
  type ErrorCode,
  type Limits,
  type PartAddress,
  type RecordAddress,
} from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import type { HookRunner } from '../hooks/run-hooks.ts';
import type { Visit } from '../limits/connections.ts';
import type { FeedOwner, FeedSession } from '../realtime/feed-session.ts';
import { Audience } from './audience.ts';
import { AwarenessRooms } from './awareness-room.ts';
import { Claims } from './claims.ts';
import { Compactor } from './compactor.ts';
import { Entrance, type EntranceOptions } from './entrance.ts';
import { readFrame, type Frame } from './frames.ts';
import { Host } from './host.ts';
import { Journal } from './journal.ts';
import { answerMessage } from './messages.ts';
import { OpenDocument } from './open-document.ts';
import { OpenPresence } from './open-presence.ts';
import type { Part, PartOwner } from './part.ts';
import type { LiveRecord } from './live-record.ts';
import { PartLoader } from './part-loader.ts';
import { AnnouncedIds } from './presence.ts';
import { Refusal, refusing } from './refusal.ts';
import { SyncSocket, type SocketContext } from './sync-socket.ts';
import { Visitor } from './visitor.ts';
import { createHttpWire, createYjsWire, hocuspocusWire, type Wire } from './wire.ts';

export interface DocumentsOptions extends EntranceOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly hooks: HookRunner;
  /** Begins a session of the feed on a socket of documents. */
  readonly openFeed: (socket: WebSocket, stream: Duplex, owner: FeedOwner) => FeedSession;
  /** An edit has arrived; the record's view may have changed. */
  readonly onEdit: (part: Part, decides: boolean) => void;
  /** The store has failed: what was in flight is lost to memory, and every part has been dropped (J3). */
  readonly onFailure: (error: unknown) => void;
}

/** All documents share it: Hocuspocus wants a request, and nothing here reads it. */
const request = new Request('http://localhost/');

/** Hocuspocus's own window for broadcasts; each commit flushes earlier. */
const flushDelayMs = 50;
const pingIntervalMs = 20_000;

/** The live documents of this process, and the sockets that edit them. */
export class Documents implements PartOwner {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hooks: HookRunner;
  readonly announced: AnnouncedIds = new AnnouncedIds();
  readonly journal: Journal;
  /** Who has documents open, and may see them. */
  readonly audience: Audience;
  readonly #rooms: AwarenessRooms;
  readonly #options: DocumentsOptions;
  readonly #host: Host<SocketContext>;
  readonly #compactor: Compactor;
  readonly #parts: PartLoader;
  readonly #entrance: Entrance;
  readonly #claims = new Claims();
  readonly #sockets = new Map<SyncSocket, Wire['transport']>();
  #lastOutgoing: Frame | undefined;
  #accepting: ErrorCode | undefined;
  #cancelPing: () => void = () => undefined;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.limits = options.limits;
    this.clock = options.clock;
    this.logger = options.logger;
    this.hooks = options.hooks;
    this.audience = new Audience(options.rightsOn);
    this.#rooms = new AwarenessRooms(options.clock);
    this.journal = new Journal(options.store, (error) => options.onFailure(error));
    this.#compactor = new Compactor(options.store, this.journal, options.logger, (part) => this.unloadIfIdle(part));
    this.#parts = new PartLoader(options.store, options.schema, this, () => this.clock.now());
    this.#entrance = new Entrance(options, this.audience, this.#parts);
    this.#host = this.#createHost();
    this.#ping();
  }

  /** Loaded documents. */
  get loaded(): number {
    return this.#parts.size;
  }

  sockets(kind: Wire['transport']): number {
    let count = 0;
    for (const found of this.#sockets.values()) if (found === kind) count++;
    return count;
  }

  /** Takes over the socket of a Hocuspocus provider. */
  connectSync(socket: WebSocket, stream: Duplex, visit: Visit): void {
    this.#connect(socket, stream, visit, hocuspocusWire, undefined);
  }

  /** Takes over the socket of a y-websocket provider: one document, and a token from the URL. */
  connectYjs(socket: WebSocket, stream: Duplex, visit: Visit, documentName: string, token: string): void {
    this.#connect(socket, stream, visit, createYjsWire(documentName), token);
  }

  /**
   * Somebody who says `messages` on a document in one go. Resolves with what they are told, once it is on disk.
   *
   * @throws what refuses the document, or one of the messages: the error's `field` names it, and those before are on disk
   */
  async exchange(documentName: string, token: string, messages: readonly Buffer[], visit: Visit): Promise<readonly Uint8Array[]> {
    const visitor = new Visitor();
    const wire = createHttpWire(documentName);
    const socket = new SyncSocket({ socket: visitor, stream: visitor, wire, documents: this, journal: this.journal, visit });
    this.#begin(socket, wire, token);
    return await visitor.exchange(socket, this.journal, messages);
  }

  /** From now on every new socket is closed with that code; `undefined` accepts again. */
  refuseSockets(code: ErrorCode | undefined): void {
    this.#accepting = code;
  }

  endSockets(code: ErrorCode): void {
    for (const socket of this.#sockets.keys()) socket.end(code);
  }

  terminateSockets(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
  }

  /**
   * The live part at `address`, loaded if it is not. It stays until {@link Documents.release}.
   */
  async open(address: PartAddress): Promise<Part> {
    const name = formatDocumentName(address);
    this.#claims.add(name);
    try {
      await this.#host.createDocument(name, request, '', { isAuthenticated: true, readOnly: false });
      const part = this.#parts.get(name);
      if (part === undefined) throw new ConcordError('store_unavailable');
      return part;
    } catch (error) {
      this.#claims.remove(name);
      throw error instanceof Refusal ? new ConcordError(error.reason) : error;
    }
  }

  /** The same where it is loaded, or being loaded; undefined otherwise: then nothing of it waits to be published. */
  async openLoaded(address: PartAddress): Promise<Part | undefined> {
    const name = formatDocumentName(address);
    const isThere = this.#parts.get(name) !== undefined || this.#host.loadingDocuments.has(name);
    return isThere ? await this.open(address) : undefined;
  }

  /** What the loaded parts of a record share; undefined where none is loaded. */
  recordAt(address: RecordAddress): LiveRecord | undefined {
    return this.#parts.recordAt(address);
  }

  release(part: Part): void {
    this.#claims.remove(part.name);
    // What only requests and commands write to has no other moment.
    if (this.#parts.get(part.name) === part) this.#compactor.consider(part);
    this.unloadIfIdle(part);
  }

  unloadIfIdle(part: Part): void {
    if (this.#parts.get(part.name) !== part) return;
    this.#host
      .unloadDocument(part.document as Document)
      .catch((error: unknown) => this.logger.error({ err: error }, 'unloading failed'));
  }

  /**
   * After a store failure: forgets every document; nothing of them is written or sent any more (J3), whoever
   * still holds one. None is opened before {@link Documents.resume}: what the failed handle reads may lack what
   * turns out to be on disk.
   */
  async abandon(): Promise<void> {
    this.#parts.stop();
    this.journal.reset();
    this.endSockets('store_unavailable');
    // Loads under way read a handle that is gone, or state whose outcome is unknown: they are let go, too.
    await Promise.allSettled(this.#host.loadingDocuments.values());
    const documents = [...this.#host.documents.values()];
    this.#host.documents.clear();
    this.#parts.forget();
    for (const document of documents) document.destroy();
    this.journal.reset();
  }

  /** The store has been reopened: documents are loaded again. */
  resume(): void {
    this.#parts.resume();
  }

  async close(): Promise<void> {
    this.#cancelPing();
    await this.#compactor.close();
  }

  // --- PartOwner ---

  wantsCommit(part: Part): void {
    this.journal
      .commit([part], [], (tx) => part.seal(tx))
      .then(
        () => this.#compactor.consider(part),
        // The journal has reported the failure; the part is dropped with all others.
        () => undefined,
      );
  }

  edited(part: Part, decides: boolean): void {
    this.#options.onEdit(part, decides);
  }

  // --- for the sockets ---

  /** One broadcast goes to many sockets as the same bytes: its head is read once. */
  readOutgoing(bytes: Uint8Array): Frame {
    if (this.#lastOutgoing?.bytes !== bytes) this.#lastOutgoing = readFrame(bytes);
    return this.#lastOutgoing;
  }

  /** The commit that a frame made now about that document has to wait for. */
  ticketOf(documentName: string): number {
    return this.#parts.get(documentName)?.ticket ?? 0;
  }

  /** A client's frame was refused: its socket ends with the named code, and nobody else notices. */
  refused(socket: SyncSocket, document: string, error: unknown): void {
    if (error instanceof ConcordError) {
      socket.end(error.code);
      return;
    }
    this.logger.error({ err: error, document }, 'applying an update failed');
    socket.end('internal');
  }

  limitHit(limit: keyof Limits): void {
    this.#options.onLimit(limit);
  }

  socketClosed(socket: SyncSocket): void {
    this.#sockets.delete(socket);
  }

  // --- inside ---

  #connect(webSocket: WebSocket, stream: Duplex, visit: Visit, wire: Wire, token: string | undefined): void {
    // A socket's error is always followed by its close, which is where it is dealt with.
    webSocket.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.limitHit('maxDocumentBytes');
      this.logger.info({ err: error }, 'socket error');
    });
    webSocket.on('close', () => visit.place.leave());
    const socket = new SyncSocket({
      socket: webSocket,
      stream,
      wire,
      documents: this,
      journal: this.journal,
      visit,
      openFeed: wire.onlyDocument === undefined ? (owner) => this.#options.openFeed(webSocket, stream, owner) : undefined,
    });
    webSocket.on('message', (data: Buffer, isBinary) => socket.receive(data, isBinary));
    webSocket.on('pong', () => socket.heard());
    webSocket.on('close', (code, reason) => socket.closed(code, reason.toString()));
    this.#begin(socket, wire, token);
  }

  #begin(socket: SyncSocket, { transport, onlyDocument }: Wire, token = ''): void {
    if (this.#accepting !== undefined) {
      socket.end(this.#accepting);
      return;
    }
    if (onlyDocument !== undefined && !isDocumentName(onlyDocument)) {
      socket.end('invalid_name');
      return;
    }
    this.#sockets.set(socket, transport);
    socket.attach(this.#host.handleConnection(socket, request, { socket }));
    if (onlyDocument !== undefined) socket.authenticate(onlyDocument, token);
  }

  #createHost(): Host<SocketContext> {
    const host = new Host<SocketContext>({
      quiet: true,
      flushDelay: flushDelayMs,
      // As many documents as a socket may hold may also wait for their token at once.
      maxPendingDocuments: this.limits.maxDocumentsPerSocket,
      onAuthenticate: ({ token, documentName, context, connectionConfig }) =>
        refusing(documentName, this.#options, async () => {
          const { readOnly, ...admitted } = await this.#entrance.enter(context.socket, documentName, token);
          connectionConfig.readOnly = readOnly;
          this.#claims.add(documentName);
          context.socket.claimed(documentName, () => this.#claims.remove(documentName));
          return admitted;
        }),
      onTokenSync: ({ connection, documentName, token }) => this.#entrance.renew(connection, documentName, token),
      onLoadDocument: ({ document, documentName }) =>
        refusing(documentName, this.#options, async () => {
          // The presence of a collection is of nothing that is stored.
          if (parsePresenceName(documentName) === undefined) await this.#parts.load(document, documentName);
        }),
      afterLoadDocument: async ({ document, documentName }) => this.#parts.listen(document, documentName, actorOf),
      connected: async ({ connection, documentName, context }) => {
        const { socket } = context;
        const { limits, announced } = this;
        const rooms = this.#rooms;
        if (parsePresenceName(documentName) !== undefined) {
          socket.open(connection, (push) => new OpenPresence({ connection, rooms, announced, push }));
          return;
        }
        const part = this.#parts.get(documentName);
        // The record may have changed since the token was accepted.
        if (part === undefined || !this.audience.judge(connection, part)) return;
        const { closed } = part.record;
        if (closed !== undefined) {
          socket.endDocument(connection, closed);
          return;
        }
        const now = (): number => this.clock.now();
        socket.open(connection, (push) => new OpenDocument({ connection, part, rooms, limits, now, push }));
        // Of a segment it is said at once what may be done with its log.
        this.audience.judge(connection, part);
      },
      onStateless: async ({ connection, payload }) => {
        const answer = answerMessage(payload);
        if (answer !== undefined) connection.sendStateless(answer);
      },
    });
    host.mayUnload = (document) => {
      const part = this.#parts.get(document.name);
      return part === undefined || !this.#isInUse(part);
    };
    return host;
  }

  #isInUse(part: Part): boolean {
    return this.#claims.has(part.name) || part.isDirty || part.ticket > this.journal.durable || this.#compactor.keeps(part);
  }

  #ping(): void {
    this.#cancelPing = this.clock.after(pingIntervalMs, () => {
      for (const socket of this.#sockets.keys()) socket.ping();
      this.#ping();
    });
  }
}

/**
 * The user behind a Yjs transaction: the connection's, or the one that a local write names (R4). Undefined
 * behind those that Yjs makes itself, to tidy up formatting after somebody's edit.
 */
function actorOf(origin: unknown): string | undefined {
  const { source, connection, context } = (origin ?? {}) as {
    source?: string;
    connection?: Connection<SocketContext>;
    context?: { actor?: string };
  };
  return source === 'connection' ? connection?.context.principal?.user : context?.actor;
}
