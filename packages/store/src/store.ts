/**
 * What the rest of the server knows of storage.
 *
 * A store holds two kinds of thing: *values* under string keys, and *logs*: append-only sequences under a
 * scope, whose numbers the store assigns inside the commit, dense from 1 and in commit order. Bytes in,
 * bytes out. Keys and scopes are well-formed, ordered by their UTF-8 bytes, and hold no U+0000; others are
 * refused with a TypeError.
 *
 * Everything is written by {@link Store.commit}. Commits that wait together are written as one group, and
 * at most one group is being written at a time. A commit's promise resolves only once its group is as
 * durable as the store's {@link Durability} says.
 */
export interface Store {
  /** What a resolved commit promises. */
  readonly durability: Durability;

  /**
   * Queues one atomic write.
   *
   * `build` is called exactly once, synchronously, when the group it belongs to is put together: in the
   * order of the calls, after every group before it has been handed to the disk. What it reads of the
   * process's own state is therefore the state as of that moment, and what it writes is one atomic whole.
   * If `build` throws, that commit is rejected with what it threw, none of its writes happen, and the
   * rest of the group goes on.
   *
   * `scopes` names every log that `build` appends to or truncates; touching another is a TypeError.
   *
   * Promises resolve in the order of the calls.
   *
   * @throws `commit_unknown` when writing its group failed: it may or may not be on disk.
   * @throws `store_unavailable` when it was not tried, because an earlier group failed. From the first
   *   failure on, every commit is refused, its `build` not called, until {@link Store.reopen}. The error's
   *   `cause` is what failed. Also when the number of a log could not be read: then only for its commits.
   */
  commit<T>(scopes: readonly string[], build: (tx: Transaction) => T): Promise<T>;

  /** The value under `key` as of the last durable group. */
  get(key: string): Promise<Uint8Array | undefined>;

  /**
   * Values in key order. A snapshot, taken at the first step of the iteration: what is committed while it is
   * read does not appear. If the store is closed or reopened meanwhile, a step is refused with
   * `store_unavailable`.
   */
  range(range: KeyRange): AsyncIterable<readonly [key: string, value: Uint8Array]>;

  /** Entries of a log in order of their numbers. A snapshot, as {@link Store.range}. */
  entries(scope: string, range?: EntryRange): AsyncIterable<readonly [seq: number, value: Uint8Array]>;

  /** The number of the last entry ever appended to a log, durable and truncated ones included; 0 if none. */
  lastSeq(scope: string): Promise<number>;

  /**
   * Runs `work` while no other holder of `name` runs, in any process that shares this store. Holders of
   * one name take turns in the order of their calls. Not re-entrant.
   */
  lock<T>(name: string, work: () => Promise<T>): Promise<T>;

  /**
   * Takes the right to be the only one, in any process, to do `name` until it is released. Returns
   * undefined when somebody else holds it.
   */
  lease(name: string): Promise<Lease | undefined>;

  /**
   * After a failed group: closes the failed handle and opens the data again. Rejects if that fails; call it
   * again. Does nothing to a store that is well. Until it is called, a failed store may still be read.
   */
  reopen(): Promise<void>;

  /** Writes what is queued, then closes. Whatever is asked afterwards is refused with `store_unavailable`. Idempotent. */
  close(): Promise<void>;

  /** Tells how each group went, for metrics; never throws into the store. */
  onGroup(listener: (group: GroupReport) => void): () => void;
}

/**
 * `fsync`: a resolved commit survives the loss of power. `os`: it survives the death of the process, but
 * the last moments may be lost when the machine itself goes down.
 */
export type Durability = 'fsync' | 'os';

/** What a commit's `build` may do. Valid only during that call. */
export interface Transaction {
  put(key: string, value: Uint8Array): void;
  delete(key: string): void;
  /** Returns the entry's number. */
  append(scope: string, value: Uint8Array): number;
  /** Removes the entry `seq` of a log. Numbers are never used again. */
  remove(scope: string, seq: number): void;
}

/** All bounds optional; `prefix` narrows the others to keys that start with it. */
export interface KeyRange {
  readonly prefix?: string;
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface EntryRange {
  /** Only entries after this number. */
  readonly after?: number;
  /** Only entries up to and including this number. */
  readonly through?: number;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface Lease {
  release(): Promise<void>;
}

export interface GroupReport {
  readonly commits: number;
  readonly writes: number;
  readonly bytes: number;
  /** From the group's sealing to its being durable. */
  readonly ms: number;
  readonly failed: boolean;
}
