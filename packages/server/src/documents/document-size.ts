import * as Y from 'yjs';
import { ConcordError } from '@concord/protocol';

/**
 * Where somebody works at the limit, a document is encoded to be measured at most this often, or once as much has
 * been written as this part of the limit.
 */
const measureEveryMs = 5000;
const measureEvery = 1 / 4;

/** What deletions may take beyond the limit: a document that is full can still be made smaller. */
const deletionReserve = 1 / 16;

/** What is measured: a part. */
export interface Measurable {
  readonly document: Y.Doc;
  /** What a replica with that state vector lacks. */
  encodeMissing(stateVector: Uint8Array): Uint8Array;
}

/**
 * How large a document's encoded state is, from above.
 *
 * What is stored and every update that came since are summed up, which costs nothing. That is more than the state
 * has, as updates that were merged are smaller and what was deleted is gone. Only where the sum would pass the
 * limit is the state itself measured, and what of an update is new to it.
 */
export class DocumentSize {
  #bytes: number;
  readonly #now: () => number;
  #measuredAt = -Infinity;
  #measuredBytes = -Infinity;

  constructor(bytes: number, now: () => number) {
    this.#bytes = bytes;
    this.#now = now;
  }

  grew(bytes: number): void {
    this.#bytes += bytes;
  }

  /** It has been written anew, and takes that much. */
  became(bytes: number): void {
    this.#bytes = bytes;
  }

  /**
   * To be asked before `update` is applied. What is known already always has room.
   *
   * @throws `document_too_large`
   */
  checkRoom(update: Uint8Array, part: Measurable, maxBytes: number): void {
    if (this.#bytes + update.byteLength <= maxBytes) return;
    const news = Y.diffUpdate(update, Y.encodeStateVector(part.document));
    const isDeletion = Y.decodeUpdate(news).structs.length === 0;
    const allowed = isDeletion ? maxBytes * (1 + deletionReserve) : maxBytes;
    if (this.#hasRoom(news.byteLength, allowed, part)) return;
    if (isDeletion && Y.snapshotContainsUpdate(Y.snapshot(part.document), news)) return;
    throw new ConcordError('document_too_large', { limit: 'maxDocumentBytes' });
  }

  /**
   * To be asked before a request's values are written, which make the document larger by about so many bytes.
   *
   * @throws `document_too_large`
   */
  checkGrowth(bytes: number, part: Measurable, maxBytes: number): void {
    if (bytes > 0 && !this.#hasRoom(bytes, maxBytes, part))
      throw new ConcordError('document_too_large', { limit: 'maxDocumentBytes' });
  }

  #hasRoom(bytes: number, allowed: number, part: Measurable): boolean {
    if (this.#bytes + bytes <= allowed) return true;
    const isDue = this.#now() - this.#measuredAt >= measureEveryMs;
    if (!isDue && this.#bytes - this.#measuredBytes < allowed * measureEvery) return false;
    this.#measuredAt = this.#now();
    this.#bytes = part.encodeMissing(Y.encodeStateVector(emptyDocument)).byteLength;
    this.#measuredBytes = this.#bytes;
    return this.#bytes + bytes <= allowed;
  }
}

const emptyDocument = new Y.Doc();
