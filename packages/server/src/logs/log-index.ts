import type { LogEntry } from '@concord/protocol';
import type { Transaction } from '@concord/store';
import type { LogAddress } from './log-address.ts';

/** An entry before and after a commit; `before` is undefined of one that was made by it. */
export interface EntryChange {
  readonly address: LogAddress;
  readonly before: LogEntry | undefined;
  readonly after: LogEntry;
  /** Who has changed it. */
  readonly actor: string;
}

/**
 * Something that is derived from the entries of logs, and written in the commits that change them: so it is right whenever
 * the entries are, whatever ends the process.
 */
export interface LogIndex {
  /**
   * Under the record's lock, which is held until the commit is over, and in front of its build: reads of the store what
   * writing these changes needs. What they turn out to be in the build may differ in nothing but times and versions.
   */
  prepare?(changes: readonly EntryChange[]): Promise<void>;
  /** Within the commit's build, under the record's lock: reads nothing of the store. */
  write(tx: Transaction, change: EntryChange): void;
  /** The commit is durable; its changes in order. */
  committed?(changes: readonly EntryChange[]): void;
}
