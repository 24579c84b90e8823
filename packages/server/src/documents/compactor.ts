import { Worker } from 'node:worker_threads';
import * as Y from 'yjs';
import type { Logger } from 'pino';
import type { Store } from '@concord/store';
import type { CompactionAnswer } from './compaction-worker.ts';
import type { Journal } from './journal.ts';
import { readUpdates } from './loading.ts';
import type { Part } from './part.ts';

/** A tail of that many entries is compacted, so that a load reads no more than that. */
const maxTailEntries = 512;
/** So is a tail of that many bytes, once it has outgrown the snapshot: stored bytes stay within twice the state. */
const minTailBytes = 256 * 1024;
/** When a large part that nobody uses any more is compacted: little that was added to much can wait. */
const maxIdleTailEntries = 32;
const maxIdleTailShare = 1 / 16;
/** What may be encoded at once: about a millisecond. Larger parts are compacted by the worker. */
const maxInlineBytes = 512 * 1024;

/**
 * Replaces a part's journal by a snapshot (J4), in one commit: a crash leaves either the one or the other.
 *
 * A small part is encoded from the live document, within the commit. A large one would hold up everybody's
 * edits; a worker puts it together from the stored bytes instead.
 */
export class Compactor {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #logger: Logger;
  readonly #onDone: (part: Part) => void;
  readonly #running = new Map<Part, Promise<void>>();
  #closed = false;
  #worker: CompactionWorker | undefined;

  /** `onDone` is called with a part whose compaction has ended well. */
  constructor(store: Store, journal: Journal, logger: Logger, onDone: (part: Part) => void) {
    this.#store = store;
    this.#journal = journal;
    this.#logger = logger;
    this.#onDone = onDone;
  }

  /** Compacts `part` if its tail has grown past the limits. */
  consider(part: Part): void {
    const grown = part.tailBytes >= Math.max(minTailBytes, part.snapshotBytes);
    if (part.tailEntries >= maxTailEntries || grown) this.#start(part);
  }

  /** Whether `part` has to stay in memory for now: it is being compacted, or should be before it goes. */
  keeps(part: Part): boolean {
    // The next load then finds one update, which it can send as it is. A visit has loaded the part, which
    // costs as much as compacting a small one. A part that was written once is one update already: where many records
    // are created and left, nothing is gained, and what is deleted of their logs slows down every read beside it.
    const small = part.snapshotBytes + part.tailBytes <= maxInlineBytes;
    const grown = part.tailEntries >= maxIdleTailEntries || part.tailBytes >= part.snapshotBytes * maxIdleTailShare;
    if (part.tailEntries > (part.snapshotBytes === 0 ? 1 : 0) && (small || grown)) this.#start(part);
    return this.#running.has(part);
  }

  #start(part: Part): void {
    if (this.#closed || this.#running.has(part)) return;
    const run = this.#compact(part)
      .then(
        () => true,
        (error: unknown) => {
          this.#logger.warn({ err: error, document: part.name }, 'compaction failed');
          return false;
        },
      )
      .then((done) => {
        this.#running.delete(part);
        if (done) this.#onDone(part);
      });
    this.#running.set(part, run);
  }

  /** Begins no more; what is under way is finished. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.values());
    await this.#worker?.close();
  }

  async #compact(part: Part): Promise<void> {
    if (part.snapshotBytes + part.tailBytes <= maxInlineBytes) {
      await this.#journal.commit([part], [], (tx) => {
        part.seal(tx);
        part.compact(tx, Y.encodeStateAsUpdate(part.document), part.seq);
      });
      return;
    }
    const { updates, seq, snapshotThrough } = await readUpdates(this.#store, part.name);
    this.#worker ??= new CompactionWorker();
    const state = await this.#worker.merge(updates);
    await this.#journal.commit([part], [], (tx) => {
      // A purge meanwhile has erased what was read: it must not come back.
      if (part.snapshotThrough === snapshotThrough) part.compact(tx, state, seq);
    });
  }
}

/** One thread, started at first need, that merges one document at a time. */
class CompactionWorker {
  readonly #worker = new Worker(new URL('./compaction-worker.ts', import.meta.url));
  #turn: Promise<unknown> = Promise.resolve();

  merge(updates: readonly Uint8Array[]): Promise<Uint8Array> {
    const merged = this.#turn.then(() => this.#ask(updates));
    this.#turn = merged.catch(() => undefined);
    return merged;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(updates: readonly Uint8Array[]): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const settle = (answer: CompactionAnswer | Error): void => {
        this.#worker.off('message', settle).off('error', settle);
        if (answer instanceof Error) reject(answer);
        else if ('state' in answer) resolve(answer.state);
        else reject(new Error(answer.error));
      };
      this.#worker.on('message', settle).on('error', settle);
      this.#worker.postMessage(updates);
    });
  }
}
