import type { Document } from '@hocuspocus/server';
import { ConcordError, parseDocumentName, type RecordAddress } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import { LiveRecords, type LiveRecord } from './live-record.ts';
import { loadPart } from './loading.ts';
import { PartPlans } from './part-plan.ts';
import { Part, type PartOwner } from './part.ts';

/** Makes parts of the documents that Hocuspocus opens, and knows those that are loaded. */
export class PartLoader {
  readonly #store: Store;
  readonly #owner: PartOwner;
  readonly #now: () => number;
  readonly #plans: PartPlans;
  readonly #records: LiveRecords;
  readonly #parts = new Map<string, Part>();
  /** From a store failure on, until the store has been reopened: nothing is loaded from the handle that failed. */
  #abandoned = false;

  constructor(store: Store, schema: Schema, owner: PartOwner, now: () => number) {
    this.#store = store;
    this.#owner = owner;
    this.#now = now;
    this.#plans = new PartPlans(schema);
    this.#records = new LiveRecords(store);
  }

  /** How many are loaded. */
  get size(): number {
    return this.#parts.size;
  }

  /** The loaded part of that name. */
  get(name: string): Part | undefined {
    return this.#parts.get(name);
  }

  /** What the loaded parts of a record share; undefined where none is loaded. */
  recordAt(address: RecordAddress): LiveRecord | undefined {
    return this.#records.get(address);
  }

  /** Fills an empty document with what is stored of it. Throws a `ConcordError` where that is not possible. */
  async load(document: Document, name: string): Promise<void> {
    if (this.#abandoned) throw new ConcordError('store_unavailable');
    const address = parseDocumentName(name);
    let leave: (() => void) | undefined;
    try {
      const { guard } = this.#plans.of(address);
      guard.prepare(document);
      const visit = await this.#records.visit(address);
      ({ leave } = visit);
      const stored = await loadPart(this.#store, name, document);
      const part = new Part(address, document, visit.record, stored, this.#owner, guard, this.#now);
      this.#parts.set(name, part);
      visit.record.parts.add(part);
      // Told by the document, not by its name: another may bear that by now (J5).
      document.once('destroy', () => {
        if (this.#parts.get(name) === part) this.#parts.delete(name);
        visit.record.parts.delete(part);
        visit.leave();
      });
    } catch (error) {
      leave?.();
      // Hocuspocus forgets a document that did not load; the timer of its awareness would keep it for ever.
      document.destroy();
      throw error;
    }
  }

  /**
   * Has a part take note of what happens to its document from now on. Takes the place of Hocuspocus's own handling of
   * updates, which prepares for hooks that nobody has set.
   */
  listen(document: Document, name: string, actorOf: (origin: unknown) => string | undefined): void {
    const part = this.#parts.get(name);
    if (part === undefined) return;
    const { decides } = this.#plans.of(part.address);
    if (decides !== undefined)
      document.on('afterTransaction', (transaction) => {
        if (decides(transaction)) part.noteDecision();
      });
    document.onUpdate((_document, origin, update) => part.note(update, actorOf(origin)));
  }

  /** After a store failure: what is loaded may not be what is on disk. None is loaded before {@link PartLoader.resume}. */
  stop(): void {
    this.#abandoned = true;
  }

  /** Forgets all that were loaded: nothing of them is written or sent any more (J3), whoever still holds one. */
  forget(): void {
    for (const part of this.#parts.values()) part.abandon();
    this.#parts.clear();
    this.#records.abandon();
  }

  resume(): void {
    this.#abandoned = false;
  }
}
