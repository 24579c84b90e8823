import type { Connection } from '@hocuspocus/server';
import * as Y from 'yjs';
import {
  ConcordError,
  type CorrectedNotice,
  type Correction,
  type ErrorCode,
  type Limits,
  type LogRights,
  type LogRightsNotice,
  type ReadOnlyNotice,
  type WritableNotice,
} from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import { admit, isDeleted, noNews } from './admission.ts';
import type { AwarenessRooms, Seat, Sight } from './awareness-room.ts';
import { frameType, readBody, readFrame, syncType, writeSync, writeSyncStatus, type Frame } from './frames.ts';
import type { OpenChannel } from './channel.ts';
import type { Rights } from './audience.ts';
import type { Part } from './part.ts';
import type { SocketContext } from './sync-socket.ts';

/** Refusals that speak of the document and not of the frame: they end the document alone. */
const endsDocument: ReadonlySet<ErrorCode> = new Set(['client_id_conflict', 'document_too_large']);

/** R1: more corrected updates in a minute are no slips any more. */
const maxCorrectedPerMinute = 10;
const maxToldCorrections = 20;

export interface OpenDocumentOptions {
  readonly connection: Connection<SocketContext>;
  readonly part: Part;
  readonly rooms: AwarenessRooms;
  readonly limits: Limits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Sends a frame once the commit that its document takes part in is durable (J7). */
  readonly push: (frame: Frame) => void;
}

/**
 * A document that is open on one connection. What the client says in it, edits and awareness, is answered
 * here, at once and in order, and not by Hocuspocus's queue: so a connection's updates are pipelined (J7).
 */
export class OpenDocument implements OpenChannel {
  readonly connection: Connection<SocketContext>;
  readonly part: Part;
  readonly #limits: Limits;
  readonly #push: (frame: Frame) => void;
  readonly #actor: string;
  /** The Yjs origin of this connection's edits. */
  readonly #origin: { readonly source: 'connection'; readonly connection: Connection<SocketContext> };
  readonly #seat: Seat;
  readonly #ack: Frame;
  readonly #now: () => number;
  /** When the guard had to correct this connection's updates, within the last minute. */
  #correctedAt: readonly number[] = [];
  /** It has broken the schema too often. */
  #isUnheard = false;
  #toldOfLog: LogRights | undefined;

  constructor({ connection, part, rooms, limits, now, push }: OpenDocumentOptions) {
    this.connection = connection;
    this.part = part;
    this.#limits = limits;
    this.#now = now;
    this.#push = push;
    const { user, name } = connection.context.principal as Principal;
    this.#actor = user;
    const isGone = (): boolean => !connection.document.hasConnection(connection);
    this.#seat = rooms.enter(part.name, part.presence, {
      address: connection.messageAddress,
      speaker: { actor: this.#actor, name, isGone },
      // The record may change, and by that what is seen of it.
      get sight() {
        return connection.context.sight as Sight;
      },
      push,
    });
    this.#origin = { source: 'connection', connection };
    this.#ack = readFrame(writeSyncStatus(connection.messageAddress, true));
  }

  /** Answers a sync or awareness frame. Throws the `ConcordError` that refuses it; then nothing was applied. */
  take(frame: Frame): void {
    if (frame.type === frameType.awareness) this.#seat.hear(readBody(frame));
    else if (frame.subtype === syncType.step1) this.#answer(readBody(frame));
    else if (frame.subtype === syncType.step2) this.#update(readBody(frame), 'maxDocumentBytes');
    else if (frame.subtype === syncType.update) this.#update(readBody(frame), 'maxUpdateBytes');
    else throw new ConcordError('invalid_frame');
  }

  endsAlone(code: ErrorCode): boolean {
    return code === this.part.record.closed || endsDocument.has(code);
  }

  ask(): void {
    this.#seat.show();
  }

  left(): void {
    this.#seat.leave();
  }

  /** Answers a state vector with what it lacks, and asks for what we lack. */
  #answer(stateVector: Uint8Array): void {
    if (stateVector.byteLength > this.#limits.maxUpdateBytes) throw new ConcordError('too_large', { limit: 'maxUpdateBytes' });
    const { messageAddress } = this.connection;
    const missing = this.#encodeMissing(stateVector);
    this.#push(readFrame(writeSync(messageAddress, syncType.step1, Y.encodeStateVector(this.part.document))));
    this.#push(readFrame(writeSync(messageAddress, syncType.step2, missing)));
  }

  #encodeMissing(stateVector: Uint8Array): Uint8Array {
    try {
      return this.part.encodeMissing(stateVector);
    } catch (cause) {
      throw new ConcordError('invalid_frame', { cause });
    }
  }

  #update(body: Uint8Array, limit: 'maxDocumentBytes' | 'maxUpdateBytes'): void {
    if (body.byteLength > this.#limits[limit]) throw new ConcordError('too_large', { limit });
    // Of what a reader sends only its own answer depends: it is not worth a look where that would take long.
    const isLong = this.connection.readOnly && body.byteLength > this.#limits.maxUpdateBytes;
    // A copy: the update outlives the buffer that the network gave us.
    const update = body.slice();
    const { clients, deletions } = isLong ? noNews : admit(update, this.#limits[limit], this.part.document);
    if (this.connection.readOnly) {
      const isKnown = !isLong && clients.size === 0 && isDeleted(this.part.document, deletions);
      this.#push(isKnown ? this.#ack : readFrame(writeSyncStatus(this.connection.messageAddress, false)));
      return;
    }
    this.part.size.checkRoom(update, this.part, this.#limits.maxDocumentBytes);
    this.#tell(this.part.receive(update, this.#origin, this.#actor, clients));
    this.#push(this.#ack);
  }

  /** Tells what the guard has put right (R1). A connection that needs it all the time is not heard any more. */
  #tell(corrections: readonly Correction[]): void {
    if (corrections.length === 0) return;
    this.#send({ type: 'corrected', corrections: corrections.slice(0, maxToldCorrections) });
    const now = this.#now();
    this.#correctedAt = [...this.#correctedAt.filter((at) => at > now - 60_000), now];
    if (this.#correctedAt.length <= maxCorrectedPerMinute) return;
    this.#isUnheard = true;
    this.connection.readOnly = true;
    this.#send({ type: 'read_only', code: 'guard_limit' });
  }

  /** What this connection's user may do from now on. What the guard has taken does not come back by that. */
  permit({ write, log }: Rights): void {
    if (log !== undefined) this.#permitLog(log);
    if (this.#isUnheard || this.connection.readOnly === !write) return;
    this.connection.readOnly = !write;
    this.#send(write ? { type: 'writable' } : { type: 'read_only', code: 'forbidden' });
  }

  #permitLog(may: LogRights): void {
    if (may.write === this.#toldOfLog?.write && may.moderate === this.#toldOfLog.moderate) return;
    this.#toldOfLog = may;
    this.#send({ type: 'log_rights', may });
  }

  #send(notice: CorrectedNotice | ReadOnlyNotice | WritableNotice | LogRightsNotice): void {
    this.connection.sendStateless(JSON.stringify(notice));
  }
}
