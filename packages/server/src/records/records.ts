import type { Filter, Sort } from '@concord/schema';
import type { Json, RecordView } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';

/** What a conditional write demands: the version that `If-Match` names, or any when absent. */
export interface Condition {
  readonly version?: number;
  /** And that of the parts which are not shown with every record, these are. */
  readonly variant?: string;
}

export interface ListQuery {
  readonly filter?: Filter;
  readonly sort?: Sort;
  readonly limit: number;
  /** A `nextPage` of the same query. */
  readonly page?: string;
  readonly total?: boolean;
}

export interface RecordPage {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
  /** How many records match, when asked for. */
  readonly total?: number;
  /** The feed position at which the list was taken: events after it are not all in the list. */
  readonly seq: number;
}

export type BatchItem =
  | { readonly operation: 'create'; readonly input: unknown }
  | { readonly operation: 'update'; readonly id: string; readonly input: unknown; readonly condition?: Condition }
  | { readonly operation: 'delete'; readonly id: string; readonly condition?: Condition };

/**
 * Reads and writes of records by request. Each write takes the record's lock, closes an open quiet period
 * as an event of its own, checks, writes, and makes exactly one event, committed with its effect.
 *
 * All methods answer `not_found` alike for what does not exist and for what belongs to another account.
 * A write is refused with `invalid_record`, `record_exists`, `record_deleted`, `not_deleted`,
 * `version_mismatch` or `forbidden`.
 */
export interface Records {
  get(principal: Principal, collection: string, id: string): Promise<RecordView>;
  list(principal: Principal, collection: string, query: ListQuery): Promise<RecordPage>;
  /** `input` may carry the record's `id`; else one is made. */
  create(principal: Principal, collection: string, input: unknown): Promise<RecordView>;
  update(principal: Principal, collection: string, id: string, input: unknown, condition?: Condition): Promise<RecordView>;
  /** Leaves a tombstone. Answers the last view. */
  remove(principal: Principal, collection: string, id: string, condition?: Condition): Promise<RecordView>;
  /** Makes somebody a member in that role, the last one when left out. May throw `last_owner`. */
  appoint(principal: Principal, collection: string, id: string, user: string, role?: string): Promise<RecordView>;
  /** Takes somebody out of the members. May throw `last_owner`. */
  dismiss(principal: Principal, collection: string, id: string, user: string): Promise<RecordView>;
  /** The record that the principal has with that one other person, and whether it was made now. */
  direct(
    principal: Principal,
    collection: string,
    other: string,
  ): Promise<{ readonly view: RecordView; readonly isNew: boolean }>;
  /**
   * Makes a record by the word of the config: of these values, and with these members, whatever the principal may do, in
   * whose name it is.
   */
  found(
    principal: Principal,
    collection: string,
    input: { readonly id: string; readonly [field: string]: Json },
  ): Promise<RecordView>;
  restore(principal: Principal, collection: string, id: string): Promise<RecordView>;
  /** Erases content, history and event data of a deleted record; the bare tombstone stays. */
  purge(principal: Principal, collection: string, id: string): Promise<void>;
  /** All or nothing; answers in the order of the items. */
  batch(principal: Principal, collection: string, items: readonly BatchItem[]): Promise<readonly RecordView[]>;
}
