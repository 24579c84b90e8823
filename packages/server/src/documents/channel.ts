import type { Connection } from '@hocuspocus/server';
import type { ErrorCode } from '@concord/protocol';
import type { TokenWatch } from '../access/token-watch.ts';
import type { Rights } from './audience.ts';
import { frameType, isSync, type Frame } from './frames.ts';
import type { SocketContext } from './sync-socket.ts';

/** What may be said on a document before its token has been accepted. */
const maxWaitingBytes = 5 * 1024 * 1024;

/** What answers the frames of an open document. */
export interface OpenChannel {
  readonly connection: Connection<SocketContext>;
  /** Answers a sync or awareness frame. Throws the `ConcordError` that refuses it; then nothing was applied. */
  take(frame: Frame): void;
  /** Shows who is there. */
  ask(): void;
  /** What its user may do from now on. */
  permit(rights: Rights): void;
  /** Whether that refusal speaks of the document and not of the frame: then the document ends, and the socket goes on. */
  endsAlone(code: ErrorCode): boolean;
  /** It is closed. */
  left(): void;
}

interface Opened {
  readonly document: OpenChannel;
  /** Watches over the token that it is open by. */
  readonly token: TokenWatch;
  /** Tells hooks that it is open no more. */
  readonly untell: () => void;
}

/**
 * One document on one socket, from the first that is said about it.
 *
 * What comes before it is open waits. What comes behind the client's own goodbye belongs to the visit after it: a page
 * that is left for another one on the same record says both in one go.
 */
export class Channel {
  /** Nothing of the document is shown any more: it is closed as soon as what forbids it is on disk. */
  isWithheld = false;
  readonly #cancelWait: () => void;
  #opened: Opened | undefined;
  #waiting: Frame[] = [];
  #waitingBytes = 0;
  /** Behind the goodbye. */
  #next: Frame[] | undefined;

  /** `cancelWait` calls off the wait for its token. */
  constructor(cancelWait: () => void) {
    this.#cancelWait = cancelWait;
  }

  get open(): OpenChannel | undefined {
    return this.#opened?.document;
  }

  get token(): TokenWatch | undefined {
    return this.#opened?.token;
  }

  /** More waits than may. */
  get isOverfull(): boolean {
    return this.#waitingBytes > maxWaitingBytes;
  }

  /** Takes a frame in its order: it is put aside, or it is for the open document, or for Hocuspocus. */
  sort(frame: Frame): 'aside' | 'document' | 'hocuspocus' {
    const isGoodbye = frame.type === frameType.close;
    if (this.#next !== undefined) return this.#wait(this.#next, frame);
    if (isGoodbye) this.#next = [];
    if (this.open === undefined && frame.type !== frameType.auth) return this.#wait(this.#waiting, frame);
    if (isSync(frame) || frame.type === frameType.awareness || frame.type === frameType.queryAwareness) return 'document';
    this.#cancelWait();
    return 'hocuspocus';
  }

  #wait(frames: Frame[], frame: Frame): 'aside' {
    frames.push({ ...frame, bytes: Uint8Array.from(frame.bytes) });
    this.#waitingBytes += frame.bytes.byteLength;
    return 'aside';
  }

  /** From now on it is open. Answers what has waited for that. */
  begin(opened: Opened): readonly Frame[] {
    this.#opened = opened;
    const early = [...this.#waiting, ...(this.#next ?? [])];
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#next = undefined;
    return early;
  }

  /** It is over. Answers what was said behind the goodbye. */
  end(): readonly Frame[] {
    this.#cancelWait();
    this.#opened?.token.stop();
    this.#opened?.untell();
    this.#opened?.document.left();
    return this.#next ?? [];
  }
}
