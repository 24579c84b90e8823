import { defaultLimits, type RecordAddress } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import type { Clock } from '../clock.ts';
import { createBus, type Bus } from './bus.ts';
import { decodeEntry, encodeEntry, place } from './entry.ts';
import { accountKey, decodeNumber, feedScope, horizonKey, keptEntriesPrefix, keptKey } from './feed-keys.ts';
import type { EventDraft, Feed, Placed, RecordEvents } from './feed.ts';
import { Tail } from './tail.ts';

export interface FeedOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** See `loadMeta`. */
  readonly epoch: string;
  readonly bus?: Bus;
  readonly maxEventBytes?: number;
  /** How much of one account's feed is kept in memory. */
  readonly maxTailEvents?: number;
  readonly maxTailBytes?: number;
  /** And of all accounts' together. */
  readonly maxTailsBytes?: number;
  /** What nobody has asked for, or added to, for so long is forgotten. */
  readonly idleMs?: number;
}

export function createFeed(options: FeedOptions): Feed {
  return new StoredFeed(options);
}

/** What is known of one account. */
interface Known {
  /** The last durable event; undefined until it was read from the store. */
  head: number | undefined;
  readonly tail: Tail;
  readonly listeners: Set<(head: number) => void>;
  touchedAt: number;
}

const MiB = 1024 * 1024;

class StoredFeed implements Feed {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #epoch: string;
  readonly #bus: Bus;
  readonly #maxEventBytes: number;
  readonly #maxTailEvents: number;
  readonly #maxTailBytes: number;
  readonly #maxTailsBytes: number;
  readonly #idleMs: number;
  /** In the order in which their tails grew last, so that the first is the one to give up. */
  readonly #accounts = new Map<string, Known>();
  #tailsBytes = 0;
  /** Reads of the store that are under way: many readers at one place share one. */
  readonly #reads = new Map<string, Promise<readonly Placed[]>>();
  /** Counts the calls of `reset`: what was asked before one must not be remembered after it. */
  #generation = 0;
  #sweeping = false;

  constructor(options: FeedOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#epoch = options.epoch;
    this.#bus = options.bus ?? createBus();
    this.#maxEventBytes = options.maxEventBytes ?? defaultLimits.maxEventBytes;
    this.#maxTailEvents = options.maxTailEvents ?? 1000;
    this.#maxTailBytes = options.maxTailBytes ?? 4 * MiB;
    this.#maxTailsBytes = options.maxTailsBytes ?? 64 * MiB;
    this.#idleMs = options.idleMs ?? 60_000;
    this.#bus.onAnnounced((account, head) => this.#announced(account, head));
  }

  scope(account: string): string {
    return feedScope(account);
  }

  append(tx: Transaction, account: string, draft: EventDraft): Placed {
    const { draft: kept, bytes } = encodeEntry(draft, this.#epoch, this.#maxEventBytes);
    const seq = tx.append(feedScope(account), bytes);
    // From here on compaction and verification find the account.
    if (seq === 1) tx.put(accountKey(account), new Uint8Array());
    return place(seq, kept, this.#epoch, bytes.byteLength);
  }

  published(account: string, events: readonly Placed[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const known = this.#know(account);
    this.#accounts.delete(account);
    this.#accounts.set(account, known);
    for (const placed of events) this.#grow(known, placed);
    this.#bus.announce(account, known.head ?? last.seq);
  }

  async head(account: string): Promise<number> {
    const known = this.#know(account);
    if (known.head !== undefined) return known.head;
    const generation = this.#generation;
    const stored = await this.#store.lastSeq(feedScope(account));
    if (generation !== this.#generation) return this.head(account);
    this.#raise(known, stored);
    return known.head ?? stored;
  }

  async read(account: string, after: number, limit: number): Promise<readonly Placed[]> {
    const head = await this.head(account);
    if (after >= head) return [];
    return this.#know(account).tail.read(after, limit) ?? this.#readStore(account, after, head, limit);
  }

  onPublished(account: string, listener: (head: number) => void): () => void {
    const { listeners } = this.#know(account);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  async horizon(account: string): Promise<number> {
    const bytes = await this.#store.get(horizonKey(account));
    return bytes === undefined ? 0 : decodeNumber(bytes);
  }

  async eventsOf({ account, collection, record }: RecordAddress): Promise<RecordEvents> {
    const seqs = new Set<number>();
    const key = keptKey(account, { collection, record });
    const keptKeys = new Set([key]);
    // The kept ones are read last: what compaction keeps meanwhile moves from the stretch above to them.
    for await (const [seq, bytes] of this.#store.entries(feedScope(account), { after: await this.horizon(account) })) {
      const { event } = decodeEntry(seq, bytes);
      if (event.collection !== collection || event.record !== record) continue;
      seqs.add(seq);
      keptKeys.add(keptKey(account, event));
    }
    const kept = await this.#store.get(key);
    if (kept !== undefined) seqs.add(decodeNumber(kept));
    for await (const [ofEntry, bytes] of this.#store.range({ prefix: keptEntriesPrefix(key) })) {
      seqs.add(decodeNumber(bytes));
      keptKeys.add(ofEntry);
    }
    return { seqs: [...seqs].toSorted((a, b) => a - b), keptKeys: [...keptKeys] };
  }

  erase(tx: Transaction, account: string, { seqs, keptKeys }: RecordEvents): void {
    for (const seq of seqs) tx.remove(feedScope(account), seq);
    for (const key of keptKeys) tx.delete(key);
    // Should the commit fail, the tail is read again: nothing is lost by forgetting it early.
    const known = this.#accounts.get(account);
    if (known !== undefined) this.#forgetTail(known);
  }

  reset(): void {
    this.#generation++;
    this.#reads.clear();
    for (const [account, known] of this.#accounts) {
      known.head = undefined;
      this.#forgetTail(known);
      if (known.listeners.size === 0) this.#accounts.delete(account);
      // A commit of unknown outcome may have left events behind. If the store cannot say, the next one will.
      else
        this.head(account).then(
          (head) => notify(known, head),
          () => {},
        );
    }
  }

  #know(account: string): Known {
    let known = this.#accounts.get(account);
    if (known === undefined) {
      known = { head: undefined, tail: new Tail(), listeners: new Set(), touchedAt: 0 };
      this.#accounts.set(account, known);
      this.#sweepLater();
    }
    known.touchedAt = this.#clock.now();
    return known;
  }

  /** Takes in an event that has become durable. All events before it have, too, whether or not they were told of. */
  #grow(known: Known, placed: Placed): void {
    if (known.head !== undefined && placed.seq <= known.head) return;
    if (known.head !== undefined && placed.seq !== known.head + 1) this.#forgetTail(known);
    known.head = placed.seq;
    known.tail.push(placed);
    this.#tailsBytes += placed.bytes;
    while (known.tail.size > this.#maxTailEvents || known.tail.bytes > this.#maxTailBytes) {
      this.#tailsBytes -= known.tail.bytes;
      known.tail.shift();
      this.#tailsBytes += known.tail.bytes;
    }
    if (this.#tailsBytes <= this.#maxTailsBytes) return;
    for (const other of this.#accounts.values()) {
      this.#forgetTail(other);
      if (this.#tailsBytes <= this.#maxTailsBytes) return;
    }
  }

  /** The head was moved by somebody else: what lies between is in the store only. */
  #raise(known: Known, head: number): void {
    if (known.head !== undefined && head <= known.head) return;
    known.head = head;
    this.#forgetTail(known);
  }

  #announced(account: string, head: number): void {
    const known = this.#accounts.get(account);
    if (known === undefined) return;
    this.#raise(known, head);
    notify(known, head);
  }

  #forgetTail(known: Known): void {
    this.#tailsBytes -= known.tail.bytes;
    known.tail.clear();
  }

  #readStore(account: string, after: number, through: number, limit: number): Promise<readonly Placed[]> {
    const name = `${account}/${after}/${through}/${limit}`;
    const underWay = this.#reads.get(name);
    if (underWay !== undefined) return underWay;
    const read = this.#collect(account, after, through, limit).finally(() => {
      if (this.#reads.get(name) === read) this.#reads.delete(name);
    });
    this.#reads.set(name, read);
    return read;
  }

  async #collect(account: string, after: number, through: number, limit: number): Promise<readonly Placed[]> {
    const placed: Placed[] = [];
    for await (const [seq, bytes] of this.#store.entries(feedScope(account), { after, through, limit }))
      placed.push(decodeEntry(seq, bytes));
    return placed;
  }

  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.#clock.after(this.#idleMs, () => {
      this.#sweeping = false;
      this.#sweep();
      if (this.#accounts.size > 0) this.#sweepLater();
    });
  }

  #sweep(): void {
    const idleSince = this.#clock.now() - this.#idleMs;
    for (const [account, known] of this.#accounts) {
      if (known.touchedAt > idleSince) continue;
      this.#forgetTail(known);
      if (known.listeners.size === 0) this.#accounts.delete(account);
    }
  }
}

function notify(known: Known, head: number): void {
  for (const listener of known.listeners) listener(head);
}
