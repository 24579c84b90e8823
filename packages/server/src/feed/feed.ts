import type { FeedEvent, RecordAddress } from '@concord/protocol';
import type { Fields } from '@concord/schema';
import type { Transaction } from '@concord/store';
import type { PartState } from '../records/record-row.ts';

/**
 * An event as it is kept: whole, whoever may read what of it. `version`, `changed`, `previous` and `data` are the content
 * part's; what a reader gets is put together from these and `parts` on the way out, when its cursor is added, too.
 */
export interface StoredEvent extends Omit<FeedEvent, 'cursor' | 'match'> {
  /** The other parts of the record after the change, in which there was anything. */
  readonly parts?: { readonly [part: string]: PartShare };
  /** The number of the record's event before this one, from which it can be told what the record was. */
  readonly prior?: number;
  /** The values that policies ask for, where they cannot be taken from the event: after the change, and before it where they differ. */
  readonly decisive?: { readonly after?: Fields; readonly before?: Fields };
}

/** One part's share of an event. */
export interface PartShare extends PartState {
  readonly changed: readonly string[];
  readonly previous: Fields;
  /** Left out where they are too large. */
  readonly fields?: Fields;
}

/** An event before it has its place; the feed gives it `id`. */
export type EventDraft = Omit<StoredEvent, 'id'>;

/** An event in its place: `seq` counts an account's events from 1, in commit order. */
export interface Placed {
  readonly seq: number;
  readonly event: StoredEvent;
  /** What it takes up in the store. */
  readonly bytes: number;
}

/** Events of one record. */
export interface RecordEvents {
  /** Their numbers, in order. */
  readonly seqs: readonly number[];
  /** The keys under which compaction may have noted one of them. */
  readonly keptKeys: readonly string[];
}

/** Every account's ordered, durable list of changes (rules F1–F4). */
export interface Feed {
  /** The store scope of an account's feed: whoever calls `append` or `erase` names it in its commit. */
  scope(account: string): string;
  /**
   * Adds an event within a commit. Readers see it after {@link Feed.published}. A part's share that is over the
   * limit is kept without its data; the answer is the event as it is kept.
   */
  append(tx: Transaction, account: string, draft: EventDraft): Placed;
  /** To be called once the commit of these events, of one account, is durable; in commit order (F1). */
  published(account: string, events: readonly Placed[]): void;
  /** The number of the last durable event. */
  head(account: string): Promise<number>;
  /** Durable events after `after` in order, at most `limit`. Fewer means that there were no more. */
  read(account: string, after: number, limit: number): Promise<readonly Placed[]>;
  /** Calls `listener` each time the head has moved. Returns what ends it. */
  onPublished(account: string, listener: (head: number) => void): () => void;
  /** Below and at this number only the latest event of each record and of each entry is kept (F4); 0 if none was compacted. */
  horizon(account: string): Promise<number>;
  /** All events of a record, and of the entries of its logs, that are kept. Complete while its record's lock is held. */
  eventsOf(address: RecordAddress): Promise<RecordEvents>;
  /**
   * Erases events of a record within a commit (R3). The same commit must append its `delete` event, without
   * data, as the record's latest: who has not read the erased ones yet ends in the same state by it.
   */
  erase(tx: Transaction, account: string, events: RecordEvents): void;
  /** Forgets everything cached: the store was reopened after a failure (J3). */
  reset(): void;
}
