import type { InboxAnswer, InboxLevel, LogRead, RecordAddress } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { LogIndex } from '../logs/log-index.ts';
import type { InboxSink } from './live-inbox.ts';
import type { MemberFollowers } from './member-followers.ts';

export type { InboxSink } from './live-inbox.ts';

/** A live inbox that somebody is told of. */
export interface InboxSubscription {
  stop(): void;
}

/**
 * What is new for people in the logs that they follow: those of records that they are members of, in which they have
 * posted or were mentioned, or which they have asked to follow.
 *
 * All of it is derived from what is stored with the entries; a log that one may not read shows nothing.
 */
export interface Inbox {
  /** To be written with the entries of logs. */
  readonly index: LogIndex;
  /** To be written with the members of records. */
  readonly members: MemberFollowers;
  get(principal: Principal): Promise<InboxAnswer>;
  /** Says how far the principal has read; without effect where it does not follow the log. Throws `bad_request`, `not_found`, `record_deleted`. */
  read(principal: Principal, collection: string, record: string, log: string, read: LogRead): Promise<void>;
  /** Throws `not_found` where the principal may not read the log, and `record_deleted`. */
  follow(principal: Principal, collection: string, record: string, log: string, level: InboxLevel): Promise<void>;
  /** Tells what there is, then what changes. */
  listen(principal: Principal, sink: InboxSink): InboxSubscription;
  /** A record has changed, or who may read it. */
  recordChanged(address: RecordAddress): void;
  /** Ends all that listen, and every later one. */
  close(): void;
  /** The store has been reopened: whoever listens is told all anew (J3). */
  reset(): void;
}
