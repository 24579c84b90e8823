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

/** What a commit may touch of a log, known in front of it. */
export interface TouchedLog {
  readonly address: LogAddress;
  /** The entries that it may change, and those that began their threads. */
  readonly entries: Iterable<LogEntry>;
  /** The segments of these and of those that it may add. */
  readonly segments: Iterable<number>;
  /** Who may write, or be mentioned from then on. */
  readonly users: Iterable<string>;
}

export interface EntryWriter {
  /** Within the commit's build, under the record's lock: reads nothing of the store. */
  write(tx: Transaction, change: EntryChange): void;
}

/** One that has to know something of the store before it writes. */
export interface PreparedWriter {
  /** Under the record's lock, which is held until the commit is over: reads it, and answers what writes in that commit's build. */
  prepare(touched: TouchedLog): Promise<EntryWriter>;
}

/**
 * Something that is derived from the entries of logs, and written in the commits that change them: so it is right whenever
 * the entries are, whatever ends the process.
 */
export type LogIndex = (EntryWriter | PreparedWriter) & {
  /** The commit is durable; its changes in order. */
  committed?(changes: readonly EntryChange[]): void;
};

/** What writes to the index in the next commit. */
export async function writerOf(index: LogIndex, touched: TouchedLog): Promise<EntryWriter> {
  return 'prepare' in index ? await index.prepare(touched) : index;
}
