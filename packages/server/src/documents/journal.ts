import type { Store, Transaction } from '@concord/store';
import { ConcordError } from '@concord/protocol';
import type { Part } from './part.ts';

/** Somebody who holds frames back until what they speak of is on disk. */
export interface Holder {
  /** Lets go of the frames whose ticket is at most `durable`. Answers whether any are left. */
  release(durable: number): boolean;
  /** Forgets all held frames: what they speak of is not on disk. */
  drop(): void;
}

/**
 * The order in which commits become durable.
 *
 * Every commit that touches a part takes a *ticket*, a number that rises by one. The store resolves
 * commits in order, so "durable up to ticket n" is one number, and a frame needs to know only the ticket
 * of the newest commit that its document takes part in (J7). Appends of all parts share the store's group
 * commit (J2).
 */
export class Journal {
  readonly #store: Store;
  readonly #onFailure: (error: unknown) => void;
  readonly #holders = new Set<Holder>();
  #issued = 0;
  #durable = 0;
  #releasing = false;

  constructor(store: Store, onFailure: (error: unknown) => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** The newest ticket whose commit, and every commit before it, is on disk. */
  get durable(): number {
    return this.#durable;
  }

  /**
   * Queues a commit on behalf of `parts`. `build` must not throw once it has sealed a part: its writes would
   * be lost while the document keeps them. If it does, or if the store fails, the journal reports a failure
   * and every loaded part is read again from the disk (J3).
   *
   * @throws `store_unavailable` where a part was abandoned after its caller had opened it.
   */
  commit<T>(parts: readonly Part[], scopes: readonly string[], build: (tx: Transaction) => T): Promise<T> {
    if (parts.some((part) => part.isAbandoned)) return Promise.reject(new ConcordError('store_unavailable'));
    const ticket = ++this.#issued;
    for (const part of parts) part.ticket = ticket;
    const committed = this.#store.commit([...parts.map((part) => part.scope), ...scopes], build);
    committed.then(
      () => this.#settle(ticket),
      (error: unknown) => this.#onFailure(error),
    );
    return committed;
  }

  /** Has `holder` released as commits become durable, until it holds nothing any more. */
  hold(holder: Holder): void {
    this.#holders.add(holder);
  }

  /** Drops every held frame, and forgets what was in flight: nothing that is asked from now on waits for it. */
  reset(): void {
    for (const holder of this.#holders) holder.drop();
    this.#holders.clear();
    this.#durable = this.#issued;
  }

  #settle(ticket: number): void {
    if (ticket > this.#durable) this.#durable = ticket;
    if (this.#releasing) return;
    this.#releasing = true;
    // One group resolves many commits in a row. Behind all of them in the microtask queue, a socket gets
    // the frames of the whole group in one write.
    queueMicrotask(() => {
      this.#releasing = false;
      for (const holder of this.#holders) if (!holder.release(this.#durable)) this.#holders.delete(holder);
    });
  }
}

/** Whether `error` says that the store failed, and not that the request was refused. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof ConcordError && (error.code === 'commit_unknown' || error.code === 'store_unavailable');
}
