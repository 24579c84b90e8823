import type { Store, Transaction } from '@concord/store';

/** A change, and what is done once it is durable. */
export interface Entry {
  readonly write: (tx: Transaction) => void;
  readonly onDurable: () => void;
}

export interface LedgerParts {
  readonly store: Store;
  /** What the entries append to or remove from. */
  readonly scope: string;
  /** All that was entered by then is durable. */
  readonly onWritten: () => void;
  /** Nothing is written any more. */
  readonly onFailed: (error: unknown) => void;
}

/** One commit at a time, for all that was entered while the one before was written. */
export class Ledger {
  readonly #parts: LedgerParts;
  #entries: Entry[] = [];
  #isWriting = false;
  #hasFailed = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  enter(entry: Entry): void {
    if (this.#hasFailed) return;
    this.#entries.push(entry);
    // Its failure is told to whoever made the ledger.
    if (!this.#isWriting) void this.#write();
  }

  /** What is not being written yet never is. */
  drop(): void {
    this.#hasFailed = true;
    this.#entries = [];
  }

  async #write(): Promise<void> {
    const { store, scope, onWritten, onFailed } = this.#parts;
    this.#isWriting = true;
    try {
      while (this.#entries.length > 0) {
        const entries = this.#entries;
        this.#entries = [];
        await store.commit([scope], (tx) => {
          for (const { write } of entries) write(tx);
        });
        for (const { onDurable } of entries) onDurable();
      }
      this.#isWriting = false;
      onWritten();
    } catch (error) {
      this.#isWriting = false;
      this.drop();
      onFailed(error);
    }
  }
}
