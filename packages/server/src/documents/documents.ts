import type { Duplex } from 'node:stream';
import type { Connection, Document } from '@hocuspocus/server';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import {
  ConcordError,
  formatDocumentName,
  parseDocumentName,
  type ErrorCode,
  type Limits,
  type PartAddress,
} from '@concord/protocol';
import { rootRules, type Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import { Compactor } from './compactor.ts';
import { readFrame, type Frame } from './frames.ts';
import { Guard } from './guard.ts';
import { Host } from './host.ts';
import { Journal } from './journal.ts';
import { loadPart } from './loading.ts';
import { answerMessage } from './messages.ts';
import { Part, type PartOwner } from './part.ts';
import { Refusal, refusing } from './refusal.ts';
import { SyncSocket, type SocketContext, type Visit } from './sync-socket.ts';
import { createYjsWire, hocuspocusWire } from './wire.ts';

/** What a token is good for on one document. */
export interface Admission {
  /** The user whose edits these are (R4). */
  readonly actor: string;
  /** That user's name, for people. */
  readonly name: string;
  readonly readOnly: boolean;
  /** When the socket has to end, in milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Ends the socket when it is revoked. */
  readonly credential: string | undefined;
}

/** Throws a `ConcordError` where the document may not be opened with that token. */
export type Admit = (token: string, address: PartAddress) => Promise<Admission>;

export interface DocumentsOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly admit: Admit;
  /** Calls `end` once the credential is revoked; returns what stops that. */
  readonly onRevoked: (credential: string, end: () => void) => () => void;
  /** An edit has arrived; the record's view may have changed. */
  readonly onEdit: (part: Part) => void;
  /** Somebody has met that limit. */
  readonly onLimit: (limit: keyof Limits) => void;
  /** The store has failed: what was in flight is lost to memory, and every part has been dropped (J3). */
  readonly onFailure: (error: unknown) => void;
}

/** All documents share it: Hocuspocus wants a request, and nothing here reads it. */
const request = new Request('http://localhost/');

/** Hocuspocus's own window for broadcasts; each commit and each turn with awareness flushes earlier. */
const flushDelayMs = 50;
const pingIntervalMs = 20_000;

/** The live documents of this process, and the sockets that edit them. */
export class Documents implements PartOwner {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly #options: DocumentsOptions;
  readonly #host: Host<SocketContext>;
  readonly #compactor: Compactor;
  readonly #guards = new Map<string, Guard>();
  readonly #parts = new Map<string, Part>();
  /** How many are about to use a document, by name: it is not unloaded meanwhile. */
  readonly #claims = new Map<string, number>();
  readonly #sockets = new Map<SyncSocket, 'sync' | 'yjs'>();
  /** Documents whose awareness changed in this turn. */
  readonly #flushing = new Set<Document>();
  #lastOutgoing: Frame | undefined;
  #accepting: ErrorCode | undefined;
  /** From a store failure on, until the store has been reopened: nothing is loaded from the handle that failed. */
  #abandoned = false;
  #cancelPing: () => void = () => undefined;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.limits = options.limits;
    this.clock = options.clock;
    this.logger = options.logger;
    this.journal = new Journal(options.store, (error) => options.onFailure(error));
    this.#compactor = new Compactor(options.store, this.journal, options.logger, (part) => this.unloadIfIdle(part));
    this.#host = this.#createHost();
    this.#ping();
  }

  /** Loaded documents. */
  get loaded(): number {
    return this.#parts.size;
  }

  sockets(kind: 'sync' | 'yjs'): number {
    let count = 0;
    for (const found of this.#sockets.values()) if (found === kind) count++;
    return count;
  }

  /** Takes over the socket of a Hocuspocus provider. */
  connectSync(socket: WebSocket, stream: Duplex, visit: Visit): void {
    this.#connect(socket, stream, visit, undefined);
  }

  /** Takes over the socket of a y-websocket provider: one document, and a token from the URL. */
  connectYjs(socket: WebSocket, stream: Duplex, visit: Visit, documentName: string, token: string): void {
    this.#connect(socket, stream, visit, { documentName, token });
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
    this.#claim(name);
    try {
      await this.#host.createDocument(name, request, '', { isAuthenticated: true, readOnly: false });
      const part = this.#parts.get(name);
      if (part === undefined) throw new ConcordError('store_unavailable');
      return part;
    } catch (error) {
      this.#unclaim(name);
      throw error instanceof Refusal ? new ConcordError(error.reason) : error;
    }
  }

  release(part: Part): void {
    this.#unclaim(part.name);
    this.unloadIfIdle(part);
  }

  /** The loaded part of that name, if it is loaded. */
  find(name: string): Part | undefined {
    return this.#parts.get(name);
  }

  /** Ends every connection to a part, saying why; what is still sent for it is refused. */
  closePart(part: Part, code: ErrorCode): void {
    const document = part.document as Document;
    for (const connection of document.getConnections()) this.#socketOf(connection).endDocument(connection, code);
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
    this.#abandoned = true;
    this.journal.reset();
    this.endSockets('store_unavailable');
    // Loads under way read a handle that is gone, or state whose outcome is unknown: they are let go, too.
    await Promise.allSettled(this.#host.loadingDocuments.values());
    const documents = [...this.#host.documents.values()];
    this.#host.documents.clear();
    for (const part of this.#parts.values()) part.abandon();
    this.#parts.clear();
    for (const document of documents) document.destroy();
    this.journal.reset();
  }

  /** The store has been reopened: documents are loaded again. */
  resume(): void {
    this.#abandoned = false;
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

  edited(part: Part): void {
    this.#options.onEdit(part);
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
  refused(socket: SyncSocket, part: Part, error: unknown): void {
    if (error instanceof ConcordError) {
      socket.end(error.code);
      return;
    }
    this.logger.error({ err: error, document: part.name }, 'applying an update failed');
    socket.end('internal');
  }

  limitHit(limit: keyof Limits): void {
    this.#options.onLimit(limit);
  }

  socketClosed(socket: SyncSocket): void {
    this.#sockets.delete(socket);
  }

  // --- inside ---

  #connect(webSocket: WebSocket, stream: Duplex, visit: Visit, only: { documentName: string; token: string } | undefined): void {
    // A socket's error is always followed by its close, which is where it is dealt with.
    webSocket.on('error', (error: Error & { readonly code?: string }) => {
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.limitHit('maxDocumentBytes');
      this.logger.info({ err: error }, 'socket error');
    });
    webSocket.on('close', () => visit.place.leave());
    const wire = only === undefined ? hocuspocusWire : createYjsWire(only.documentName);
    const socket = new SyncSocket(webSocket, stream, wire, this, this.journal, visit);
    if (this.#accepting !== undefined) {
      socket.end(this.#accepting);
      return;
    }
    if (only !== undefined && !isDocumentName(only.documentName)) {
      socket.end('invalid_name');
      return;
    }
    this.#sockets.set(socket, only === undefined ? 'sync' : 'yjs');
    socket.attach(this.#host.handleConnection(socket, request, { socket }));
    if (only !== undefined) socket.authenticate(only.documentName, only.token);
  }

  #createHost(): Host<SocketContext> {
    const host = new Host<SocketContext>({
      quiet: true,
      flushDelay: flushDelayMs,
      // As many documents as a socket may hold may also wait for their token at once.
      maxPendingDocuments: this.limits.maxDocumentsPerSocket,
      onAuthenticate: ({ token, documentName, context, connectionConfig }) =>
        this.#refusing(documentName, async () => {
          const address = parseDocumentName(documentName);
          const admission = await this.#options.admit(token, address);
          context.socket.identify(address.account, admission.actor);
          connectionConfig.readOnly = admission.readOnly;
          if (admission.credential !== undefined) context.socket.dependOn(admission.credential, this.#options.onRevoked);
          this.#claim(documentName);
          context.socket.claimed(documentName, () => this.#unclaim(documentName));
          return { actor: admission.actor, name: admission.name, expiresAt: admission.expiresAt };
        }),
      onTokenSync: ({ connection, documentName, token }) => this.#renew(connection, documentName, token),
      onLoadDocument: ({ document, documentName }) => this.#refusing(documentName, () => this.#load(document, documentName)),
      afterLoadDocument: async ({ document, documentName }) => this.#loaded(document, documentName),
      connected: async ({ connection, documentName, context }) => {
        const part = this.#parts.get(documentName);
        if (part !== undefined) context.socket.open(connection, part);
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

  async #load(document: Document, name: string): Promise<void> {
    if (this.#abandoned) throw new ConcordError('store_unavailable');
    const address = parseDocumentName(name);
    try {
      const guard = this.#guardOf(address);
      guard.prepare(document);
      const stored = await loadPart(this.#options.store, address, name, document);
      const part = new Part(address, document, stored, this, guard, () => this.clock.now());
      this.#parts.set(name, part);
      // Told by the document, not by its name: another may bear that by now (J5).
      document.once('destroy', () => {
        if (this.#parts.get(name) === part) this.#parts.delete(name);
      });
    } catch (error) {
      // Hocuspocus forgets a document that did not load; the timer of its awareness would keep it for ever.
      document.destroy();
      throw error;
    }
  }

  #guardOf({ collection: name }: PartAddress): Guard {
    const collection = this.#options.schema.collections.get(name);
    if (collection === undefined) throw new ConcordError('not_found');
    let guard = this.#guards.get(name);
    if (guard === undefined) this.#guards.set(name, (guard = new Guard(rootRules(collection))));
    return guard;
  }

  /** Takes the place of Hocuspocus's own handling of updates, which prepares for hooks that nobody has set. */
  #loaded(document: Document, name: string): void {
    const part = this.#parts.get(name);
    document.onUpdate((_document, origin, update) => part?.record(update, actorOf(origin)));
    document.awareness.on('update', () => this.#flushSoon(document));
  }

  /** Awareness leaves at the end of the turn, and does not wait for Hocuspocus's window. */
  #flushSoon(document: Document): void {
    if (this.#flushing.size === 0) {
      setImmediate(() => {
        for (const changed of this.#flushing) changed.flush();
        this.#flushing.clear();
      });
    }
    this.#flushing.add(document);
  }

  /**
   * A live connection has sent another token, because it was asked to or because it has one. Who it is for stays
   * the same: edits that wait for their commit are theirs. Never throws, as Hocuspocus would print it.
   */
  async #renew(connection: Connection<SocketContext>, name: string, token: string): Promise<void> {
    const { socket, actor } = connection.context;
    try {
      const admission = await this.#refusing(name, () => this.#options.admit(token, parseDocumentName(name)));
      if (admission.actor !== actor) throw new Refusal('forbidden');
      // Taken away at once; what is given, or what the guard took, comes with the next opening.
      if (admission.readOnly) connection.readOnly = true;
      socket.renew(connection, admission.expiresAt);
      if (admission.credential !== undefined) socket.dependOn(admission.credential, this.#options.onRevoked);
    } catch (error) {
      socket.endDocument(connection, error instanceof Refusal ? error.reason : 'internal');
    }
  }

  #refusing<T>(name: string, work: () => Promise<T>): Promise<T> {
    const counted = async (): Promise<T> => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof ConcordError && error.limit === 'maxCreationsPerMinute') this.limitHit(error.limit);
        throw error;
      }
    };
    return refusing(counted, (error) => this.logger.error({ err: error, document: name }, 'opening a document failed'));
  }

  #isInUse(part: Part): boolean {
    return this.#claims.has(part.name) || part.isDirty || part.ticket > this.journal.durable || this.#compactor.keeps(part);
  }

  #socketOf(connection: Connection): SyncSocket {
    return (connection.context as SocketContext).socket;
  }

  #claim(name: string): void {
    this.#claims.set(name, (this.#claims.get(name) ?? 0) + 1);
  }

  #unclaim(name: string): void {
    const left = (this.#claims.get(name) ?? 0) - 1;
    if (left > 0) this.#claims.set(name, left);
    else this.#claims.delete(name);
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
  return source === 'connection' ? connection?.context.actor : context?.actor;
}

function isDocumentName(name: string): boolean {
  try {
    parseDocumentName(name);
    return true;
  } catch {
    return false;
  }
}
