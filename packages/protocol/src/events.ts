/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What can happen to a record. */
export const operations = ['create', 'update', 'delete'] as const;
export type Operation = (typeof operations)[number];

/** A record as plain JSON: the system fields, then one entry per field of its collection. */
export interface RecordView {
  readonly id: string;
  /** Rises by one at each change. */
  readonly version: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly [field: string]: Json;
}

/** One entry of an account's feed, as every transport carries it. */
export interface FeedEvent {
  /** The same on every transport and at every repeat. */
  readonly id: string;
  /** The place behind this event: resume here to get the next one. Opaque. */
  readonly cursor: string;
  /** `<collection>.<operation>`; of an entry of a log `<collection>.<log>.<operation>`. */
  readonly type: string;
  readonly timestamp: string;
  readonly collection: string;
  readonly record: string;
  /** The log whose entry it is about; then `version`, `changed`, `previous` and `data` are the entry's. */
  readonly log?: string;
  /** The entry's number. */
  readonly seq?: number;
  /**
   * For who has a filter, or may see records by policy: whether the record comes to be among those with this event, stays
   * among them, or leaves them. Where the reader may not see the record any more, a `leave` says nothing else.
   */
  readonly match?: 'enter' | 'stay' | 'leave';
  /** The record's; of what the reader may see. */
  readonly version: number;
  /** The fields that changed, in the schema's order. */
  readonly changed: readonly string[];
  /** Their values before; without `text`, `richText` and `list`. */
  readonly previous: { readonly [field: string]: Json };
  /** The users whose edits this event sums up, in order of appearance. */
  readonly actors: readonly string[];
  /** The record after the change; on delete, the last one. Of an entry of a log, that: see `entryOf`. Absent when `truncated`. */
  readonly data?: RecordView;
  /** The event would be larger than the limit: read the record instead. */
  readonly truncated?: true;
}

/** A record, or an entry of a log, as it is for who begins to read. */
export interface SnapshotItem {
  readonly collection: string;
  /** Of an entry: the log in which it is, and the record whose log that is. `data` is the entry: see `entryOf`. */
  readonly log?: string;
  readonly record?: string;
  readonly data: RecordView;
}

/** Why a reader must list again before it goes on from `cursor`. */
export type ResetReason = 'epoch' | 'access' | 'compacted';

/** What poll and long poll answer. */
export interface ChangesPage {
  readonly results: readonly FeedEvent[];
  /**
   * With `include=snapshot`, to who does not go on from a cursor: a page of the records, and of the entries of logs, that
   * there are. Ask for `nextPage` until there is none, then go on from `cursor`. An event whose version is not above that
   * of what one holds tells nothing new.
   */
  readonly snapshot?: readonly SnapshotItem[];
  readonly nextPage?: string;
  /** Where to go on. It moves past what was filtered out. */
  readonly cursor: string;
  /** Feed entries behind `cursor`, of any kind. */
  readonly pending: number;
  /** The server's advice: wait this long before the next poll. */
  readonly pollAfterMs: number;
  /** False when the cursor could not be resumed exactly: `reset` says why; list again, then go on from `cursor`. */
  readonly resumed: boolean;
  readonly reset?: ResetReason;
}
