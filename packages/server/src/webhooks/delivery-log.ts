import type { Store, Transaction } from '@concord/store';
import type { Over, Queued, Retry } from './delivery.ts';
import type { FinalState } from './delivery-machine.ts';
import { decode, encode, type Endpoint } from './endpoint.ts';
import { deliveryOf, overKey, queueScope, retryKey } from './webhook-keys.ts';

/** Those that are over: dead letters are kept by themselves. What was withheld is among the delivered. */
export type Kept = 'delivered' | 'dead';

/** A delivery as it is on disk. */
export type Stored =
  | { readonly delivery: number; readonly over: Over }
  | { readonly delivery: number; readonly queued: Queued; readonly retry?: Retry };

/** What became of the deliveries of one endpoint. */
export class DeliveryLog {
  readonly #store: Store;
  readonly #account: string;
  readonly #id: string;
  readonly scope: string;
  readonly #oldest: Record<Kept, number> = { delivered: 0, dead: 0 };

  constructor(store: Store, { account, id }: Pick<Endpoint, 'account' | 'id'>) {
    this.#store = store;
    this.#account = account;
    this.#id = id;
    this.scope = queueScope(account, id);
  }

  /** Queues a delivery within a commit that names {@link DeliveryLog.scope}, and answers its number. */
  append(tx: Transaction, queued: Queued): number {
    return tx.append(this.scope, encode(queued));
  }

  keepRetry(tx: Transaction, delivery: number, retry: Retry): void {
    tx.put(retryKey(this.#account, this.#id, delivery), encode(retry));
  }

  /**
   * The delivery leaves the queue. What follows it may be sent once this is durable.
   *
   * @param retried whether a {@link Retry} is kept of it
   */
  end(tx: Transaction, delivery: number, over: Over, retried: boolean): void {
    tx.remove(this.scope, delivery);
    if (retried) tx.delete(retryKey(this.#account, this.#id, delivery));
    tx.put(this.#overKey(over.state, delivery), encode(over));
  }

  /** A dead letter is no longer one: it was replayed. */
  forget(tx: Transaction, delivery: number): void {
    tx.delete(this.#overKey('dead', delivery));
  }

  async retry(delivery: number): Promise<Retry | undefined> {
    const bytes = await this.#store.get(retryKey(this.#account, this.#id, delivery));
    return bytes && decode<Retry>(bytes);
  }

  async queued(delivery: number): Promise<Queued | undefined> {
    for await (const [, bytes] of this.#store.entries(this.scope, { after: delivery - 1, through: delivery }))
      return decode<Queued>(bytes);
    return undefined;
  }

  /** All that is not over, in order. */
  async *queue(): AsyncGenerator<readonly [delivery: number, queued: Queued]> {
    for await (const [delivery, bytes] of this.#store.entries(this.scope)) yield [delivery, decode<Queued>(bytes)];
  }

  async *retries(): AsyncGenerator<readonly [delivery: number, retry: Retry]> {
    for await (const [key, bytes] of this.#store.range({ prefix: retryKey(this.#account, this.#id) }))
      yield [deliveryOf(key), decode<Retry>(bytes)];
  }

  /** One, in whatever state. */
  async find(delivery: number): Promise<Stored | undefined> {
    const queued = await this.queued(delivery);
    if (queued !== undefined) return this.#withRetry(delivery, queued);
    for (const state of ['delivered', 'dead'] as const) {
      const bytes = await this.#store.get(this.#overKey(state, delivery));
      if (bytes !== undefined) return { delivery, over: decode<Over>(bytes) };
    }
    return undefined;
  }

  /** The newest that are older than `before`, the newest first; of those states. */
  async page(states: ReadonlySet<FinalState | 'pending'>, before: number, limit: number): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    if (states.has('pending')) {
      const range = { reverse: true, limit, ...(before === Infinity ? {} : { through: before - 1 }) };
      for await (const [delivery, bytes] of this.#store.entries(this.scope, range))
        found.push(await this.#withRetry(delivery, decode<Queued>(bytes)));
    }
    for (const which of ['delivered', 'dead'] as const) {
      if (which === 'dead' ? !states.has('dead') : !states.has('delivered') && !states.has('withheld')) continue;
      let left = limit;
      for await (const [key, bytes] of this.#store.range({ ...this.#before(which, before), reverse: true })) {
        const over = decode<Over>(bytes);
        if (!states.has(over.state)) continue;
        found.push({ delivery: deliveryOf(key), over });
        if (--left === 0) break;
      }
    }
    return found.toSorted((left, right) => right.delivery - left.delivery).slice(0, limit);
  }

  /** How many are kept of those that are over. */
  async count(which: Kept): Promise<number> {
    let count = 0;
    for await (const _one of this.#store.range({ prefix: this.#overKey(which) })) count++;
    return count;
  }

  /**
   * Lets go of the oldest `excess` of those that are over, and of what was over before `olderThan`. Answers how many that
   * were.
   */
  async trim(which: Kept, excess: number, olderThan: number): Promise<number> {
    const gone: string[] = [];
    const prefix = this.#overKey(which);
    // What was let go of before is not looked at again: it takes the store a while to forget.
    for await (const [key, bytes] of this.#store.range({ prefix, gte: this.#overKey(which, this.#oldest[which]) })) {
      this.#oldest[which] = deliveryOf(key);
      if (gone.length >= maxTrimmed || (gone.length >= excess && decode<Over>(bytes).overAt >= olderThan)) break;
      gone.push(key);
    }
    if (gone.length > 0)
      await this.#store.commit([], (tx) => {
        for (const key of gone) tx.delete(key);
      });
    return gone.length;
  }

  /** Erases all of it, a piece at a time. */
  async erase(): Promise<void> {
    for (;;) {
      const entries: number[] = [];
      for await (const [delivery] of this.#store.entries(this.scope, { limit: maxTrimmed })) entries.push(delivery);
      if (entries.length === 0) break;
      await this.#store.commit([this.scope], (tx) => {
        for (const delivery of entries) tx.remove(this.scope, delivery);
      });
    }
    for (const prefix of [retryKey(this.#account, this.#id), this.#overKey('delivered'), this.#overKey('dead')])
      await erasePrefix(this.#store, prefix);
  }

  async #withRetry(delivery: number, queued: Queued): Promise<Stored> {
    const retry = await this.retry(delivery);
    return { delivery, queued, ...(retry === undefined ? {} : { retry }) };
  }

  #overKey(state: FinalState, delivery?: number): string {
    return overKey(state === 'dead' ? 'dead' : 'done', this.#account, this.#id, delivery);
  }

  #before(which: FinalState, before: number): { readonly prefix: string; readonly lt?: string } {
    const prefix = this.#overKey(which);
    return before === Infinity ? { prefix } : { prefix, lt: this.#overKey(which, before) };
  }
}

/** So much goes in one commit. */
const maxTrimmed = 10_000;

export async function erasePrefix(store: Store, prefix: string): Promise<void> {
  for (;;) {
    const keys: string[] = [];
    for await (const [key] of store.range({ prefix, limit: maxTrimmed })) keys.push(key);
    if (keys.length === 0) return;
    await store.commit([], (tx) => {
      for (const key of keys) tx.delete(key);
    });
  }
}
