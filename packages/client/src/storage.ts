/** A Yjs update that was made on this device. */
export interface KeptUpdate {
  /** Of this update in its storage. */
  readonly key: number;
  readonly update: Uint8Array;
}

/** What a device keeps of one document. */
export interface KeptDocument {
  /** All that is kept of it, as one Yjs update: what the server has said, and what was edited here. Null where nothing is. */
  readonly state: Uint8Array | null;
  /** What was edited here and is in no durable ack, by whichever tab. Contained in `state`. */
  readonly unsaved: readonly KeptUpdate[];
}

/**
 * What this device keeps of one user's documents. Another user of the same browser has a storage of their own.
 * Calls of one storage are carried out in order. Where it fails (disk full, storage switched off by the browser, erased by
 * another tab, taken over by a newer version of the page), it rejects with `store_unavailable`, and what uses it goes on in
 * memory and says so. `load` rejects with `damaged` where what is kept cannot be read.
 */
export interface DocumentStorage {
  load(document: string): Promise<KeptDocument>;
  /** Keeps what the server has said. */
  append(document: string, update: Uint8Array): Promise<void>;
  /** Keeps what was edited here; `settle` it once the server has it on disk. Resolves when a closed tab would not lose it. */
  appendLocal(document: string, update: Uint8Array): Promise<number>;
  settle(document: string, keys: readonly number[]): Promise<void>;
  /** Forgets a document; with `keepUnsaved`, all but what was edited here and not saved. */
  erase(document: string, options?: { readonly keepUnsaved: boolean }): Promise<void>;
  /** Documents of which something is unsaved. */
  unsaved(): Promise<readonly string[]>;
  /** A small value by name (the schema, the outbox's entries, who the user is), as structured clone. */
  get<T>(name: string): Promise<T | undefined>;
  /** Undefined forgets it. */
  put(name: string, value: unknown): Promise<void>;
  /** The values whose names begin so, in the order of their names. */
  list<T>(prefix: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** The tabs of one person that share a storage. */
export interface Tabs {
  /** Tells the other tabs of an edit made in this one. */
  share(document: string, update: Uint8Array): void;
  onShared(listener: (document: string, update: Uint8Array) => void): () => void;
  /** Tells the others, and this tab, that something by that name is another now (`outbox`). */
  notify(name: string): void;
  onNotified(listener: (name: string) => void): () => void;
  /**
   * Runs `work` in one tab at a time, until it resolves or `signal` aborts; another tab takes over where one closes or is
   * killed (Web Locks).
   */
  alone(name: string, work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
  /**
   * Says that this tab has a document open, until what it answers is called or the tab is gone: it is not dropped from the
   * storage for want of space, and no other tab sees to its unsaved edits. To be called before the document is loaded.
   */
  hold(document: string): () => void;
  /** The documents that some tab has open. */
  held(): Promise<ReadonlySet<string>>;
  /** A tab has let go of a document; undefined: it is gone, with all that it had open. */
  onReleased(listener: (document: string | undefined) => void): () => void;
  close(): void;
}
