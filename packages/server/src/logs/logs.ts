import type { LogEntry, LogNote, LogPage, LogSearchPage } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { LogAddress } from './log-address.ts';
import type { LogQuery } from './log-reader.ts';
import type { Posted } from './posting.ts';
import type { LogSearchQuery } from './search/log-search.ts';
import type { SeedEntry } from './seeding.ts';

/** A log as somebody names it. */
export interface LogName {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
}

/**
 * Reads and writes of logs by request. Each write takes the record's lock, closes an open quiet period, checks, and
 * commits its effect together with its event and all that is derived from it.
 *
 * All methods answer `not_found` alike for what does not exist and for what one may not read, and `record_deleted`. A
 * write is refused with `forbidden`, `invalid_record`, `too_large`, `entry_deleted`, `rate_limited`.
 */
export interface Logs {
  get(principal: Principal, log: LogName, id: string): Promise<LogEntry>;
  list(principal: Principal, log: LogName, query: LogQuery): Promise<LogPage>;
  /** @throws beside those of all `bad_request` of a query that has too many words */
  search(principal: Principal, log: LogName, query: LogSearchQuery): Promise<LogSearchPage>;
  /**
   * `input` is what a client sends: a `LogEntryInput`. Answers the entry that is there where the same was posted before.
   *
   * @throws beside those of all writes `entry_exists`, `slow_mode`, `invalid_name`
   */
  post(principal: Principal, log: LogName, input: unknown): Promise<Posted>;
  edit(principal: Principal, log: LogName, id: string, text: unknown): Promise<LogEntry>;
  /** Leaves a tombstone. */
  remove(principal: Principal, log: LogName, id: string): Promise<void>;
  pin(principal: Principal, log: LogName, id: string, isPinned: boolean): Promise<LogEntry>;
  /** Adds one's own reaction, or takes it back. */
  react(principal: Principal, log: LogName, id: string, emoji: string, isThere: boolean): Promise<LogEntry>;
  /** Fills a log with what was said before there was one: nobody is asked whether it may. At most some thousand at once. */
  seed(address: LogAddress, entries: readonly SeedEntry[]): Promise<void>;
  /**
   * What the server itself notes. `id` names what it follows from: however often that is noted, it is noted once. Not to be
   * called under the record's lock.
   *
   * @throws `not_found`, `record_deleted`
   */
  note(address: LogAddress, note: LogNote, id: string): Promise<LogEntry>;
}
