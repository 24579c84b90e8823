import { ConcordError } from '@concord/protocol';
import type { Durability, EntryRange, GroupReport, KeyRange, Lease, Store, Transaction } from '../store.ts';
import { entryBounds, keyBounds, type Bounds } from './bounds.ts';
import { Counters, readLastSeq } from './counters.ts';
import type { Database } from './database.ts';
import { Group } from './group.ts';
import { checkText, entryPrefix, entrySeq, valueKey } from './keys.ts';
import { Turns } from './turns.ts';

/** A commit that waits for its group, or for its group's end. */
interface Pending {
  readonly scopes: readonly string[];
  readonly build: (tx: Transaction) => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (reason: unknown) => void;
}

export interface LevelStoreParts {
  /** Opens the folder, at first and at each reopening. */
  readonly open: () => Promise<Database>;
  readonly durability: Durability;
  /** A group is sealed no sooner than so long after the one before. */
  readonly groupSpacingMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** A group takes no further commit once it holds so much; the rest waits for the next. */
const maxGroupBytes = 4 * 1024 * 1024;

/**
 * `open` ─group fails─► `failed` ─reopen()─► `reopening` ─► `open`, or `failed` again
 * any ─close()─► `closing` (what is queued is still written) ─► `closed`
 */
type State = 'open' | 'failed' | 'reopening' | 'closing' | 'closed';

export class LevelStore implements Store {
  readonly durability: Durability;
  readonly #parts: LevelStoreParts;
  #state: State = 'open';
  /** Undefined while there is no handle: being reopened, not reopened yet, or closed. */
  #database: Database | undefined;
  #failure: unknown;
  #queue: Pending[] = [];
  /** Settles, without ever rejecting, when the queue is empty. */
  #draining: Promise<void> | undefined;
  /** From the first build of a group to its end: counters are ahead of the disk. */
  #writing = false;
  #sealedAt = -Infinity;
  #endSpacing: (() => void) | undefined;
  #reopening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  readonly #counters = new Counters();
  readonly #turns = new Turns();
  readonly #leases = new Set<string>();
  readonly #listeners = new Set<(group: GroupReport) => void>();

  constructor(parts: LevelStoreParts, database: Database) {
    this.durability = parts.durability;
    this.#parts = parts;
    this.#database = database;
  }

  commit<T>(scopes: readonly string[], build: (tx: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#state !== 'open') {
        reject(this.#unavailable());
        return;
      }
      this.#queue.push({ scopes, build, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    checkText('key', key);
    const database = this.#handle();
    return this.#reading(database, () => database.get(valueKey(key)));
  }

  range(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]> {
    return this.#read(keyBounds(range), (key) => key.slice(1));
  }

  entries(scope: string, range: EntryRange = {}): AsyncIterable<readonly [seq: number, value: Uint8Array]> {
    const prefixLength = entryPrefix(scope).length;
    return this.#read(entryBounds(scope, range), (key) => entrySeq(key, prefixLength));
  }

  async lastSeq(scope: string): Promise<number> {
    checkText('scope', scope);
    const database = this.#handle();
    const known = this.#writing ? undefined : this.#counters.get(scope);
    return known === undefined ? this.#reading(database, () => readLastSeq(database, scope)) : known.last;
  }

  async lock<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    return this.#turns.take(name, work);
  }

  async lease(name: string): Promise<Lease | undefined> {
    this.#refuseWhenClosed();
    if (this.#leases.has(name)) return undefined;
    this.#leases.add(name);
    let held = true;
    return {
      release: async () => {
        if (held) this.#leases.delete(name);
        held = false;
      },
    };
  }

  async reopen(): Promise<void> {
    this.#refuseWhenClosed();
    if (this.#state === 'open') return;
    this.#reopening ??= this.#openAgain().finally(() => {
      this.#reopening = undefined;
    });
    await this.#reopening;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeOnce();
    return this.#closing;
  }

  onGroup(listener: (group: GroupReport) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Writes group after group until nothing waits. At most one of these runs. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#gather();
      await this.#writeGroup();
    }
    this.#draining = undefined;
  }

  async #writeGroup(): Promise<void> {
    // Commits are accepted only while there is a handle, and it is kept until they are done.
    const database = this.#database as Database;
    const waiting = await this.#loadCounters(database, this.#queue.splice(0));
    const started = this.#parts.now();
    this.#writing = true;

    const group = new Group(this.#counters);
    const built: Pending[] = [];
    const results: unknown[] = [];
    let next = 0;
    while (next < waiting.length && group.bytes < maxGroupBytes) {
      const pending = waiting[next++] as Pending;
      try {
        results.push(group.run(pending.scopes, pending.build));
        built.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    if (next < waiting.length) this.#queue = waiting.slice(next).concat(this.#queue);

    let failed = false;
    try {
      if (group.keys.length > 0) await database.write(group, this.durability === 'fsync');
    } catch (error) {
      failed = true;
      this.#fail(error);
    }
    this.#writing = false;
    const ms = this.#parts.now() - started;
    if (built.length > 0) this.#report({ commits: built.length, writes: group.keys.length, bytes: group.bytes, ms, failed });
    for (const [i, pending] of built.entries()) {
      if (failed) pending.reject(new ConcordError('commit_unknown', { cause: this.#failure }));
      else pending.resolve(results[i] as never);
    }
    if (failed) for (const pending of this.#queue.splice(0)) pending.reject(this.#unavailable());
  }

  /**
   * Everything that is asked for until the end of this turn joins the group; and until the group before is
   * `groupSpacingMs` old, unless the store is being closed.
   */
  async #gather(): Promise<void> {
    const waitMs = this.#sealedAt + this.#parts.groupSpacingMs - this.#parts.now();
    await new Promise<void>((resolve) => {
      if (waitMs <= 0 || this.#state !== 'open') {
        setImmediate(resolve);
        return;
      }
      const timer = setTimeout(resolve, waitMs);
      this.#endSpacing = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endSpacing = undefined;
    this.#sealedAt = this.#parts.now();
  }

  /** Loads the counters that the commits need, and returns those commits for which that worked. */
  async #loadCounters(database: Database, waiting: Pending[]): Promise<Pending[]> {
    const failures = await this.#counters.load(database, waiting);
    if (failures === undefined) return waiting;
    return waiting.filter(({ scopes, reject }) => {
      const broken = scopes.find((scope) => failures.has(scope));
      if (broken === undefined) return true;
      const cause = failures.get(broken);
      reject(cause instanceof TypeError ? cause : new ConcordError('store_unavailable', { cause }));
      return false;
    });
  }

  /** J3: nothing more is written to this handle, and what is in memory is no longer to be trusted. */
  #fail(cause: unknown): void {
    this.#failure = cause;
    this.#counters.clear();
    this.#leave('open', 'failed');
  }

  async #openAgain(): Promise<void> {
    this.#state = 'reopening';
    try {
      await this.#database?.close();
      this.#database = undefined;
      this.#database = await this.#parts.open();
      this.#counters.clear();
      this.#failure = undefined;
      this.#leave('reopening', 'open');
    } catch (error) {
      this.#failure = error;
      this.#leave('reopening', 'failed');
      throw error;
    }
  }

  /** Goes on to the next state, unless the store is being closed by now. */
  #leave(from: State, to: State): void {
    if (this.#state === from) this.#state = to;
  }

  async #closeOnce(): Promise<void> {
    this.#state = 'closing';
    this.#turns.refuse(() => this.#unavailable());
    this.#leases.clear();
    this.#endSpacing?.();
    await this.#reopening?.catch(() => {});
    await this.#draining;
    const database = this.#database;
    this.#state = 'closed';
    this.#database = undefined;
    await database?.close();
  }

  async *#read<K>(bounds: Bounds, keyOf: (key: string) => K): AsyncGenerator<readonly [K, Uint8Array], void, void> {
    const database = this.#handle();
    const chunks = database.read(bounds);
    try {
      for (;;) {
        const chunk = await this.#reading(database, () => chunks.next());
        if (chunk.done === true) return;
        for (const [key, value] of chunk.value) yield [keyOf(key), value];
      }
    } finally {
      await chunks.return();
    }
  }

  /** A read that fails because its handle was closed meanwhile is refused; any other failure is its own. */
  async #reading<T>(database: Database, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (this.#database === database && (this.#state === 'open' || this.#state === 'failed')) throw error;
      throw this.#unavailable(error);
    }
  }

  /** The handle to read from: the last durable state can be read in `failed`, too. */
  #handle(): Database {
    if (this.#database === undefined || (this.#state !== 'open' && this.#state !== 'failed')) throw this.#unavailable();
    return this.#database;
  }

  #refuseWhenClosed(): void {
    if (this.#state === 'closing' || this.#state === 'closed') throw this.#unavailable();
  }

  #unavailable(cause: unknown = this.#failure): ConcordError {
    const closed = this.#state === 'closing' || this.#state === 'closed';
    return new ConcordError('store_unavailable', { ...(closed ? { message: 'The store is closed.' } : {}), cause });
  }

  #report(group: GroupReport): void {
    for (const listener of this.#listeners) {
      try {
        listener(group);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }
}
