import type { Live } from './live.ts';

/** Somebody who is there now, by one tab of theirs. The server vouches for `user`. */
export interface Visitor {
  /** Of the tab: the same as long as it has the record open. */
  readonly key: string;
  readonly user: { readonly id: string; readonly name: string; readonly color: string };
  /** Another tab of the one who looks. */
  readonly isMe: boolean;
  /** Nobody sits in front of that tab: it is hidden, or has not been touched for five minutes. */
  readonly isAway?: true;
  /** The record's id, where it is asked for a whole collection. */
  readonly record?: string;
  /** The field that has the focus. */
  readonly field?: string;
}

export interface RecordPresence {
  /** The other tabs that have the record open. */
  readonly others: Live<readonly Visitor[]>;
  /** Tells the others which field has the focus, or that none has. */
  focus(field: string | null): void;
}

export interface CollectionPresence {
  /** The other tabs that are on a record of the collection. */
  readonly others: Live<readonly Visitor[]>;
  /** Tells the others where one is; null: on none of them. An open record does that by itself. */
  enter(record: string | null): void;
  close(): void;
}
