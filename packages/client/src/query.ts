import type { ConcordError } from '@concord/protocol';
import type { Live } from './live.ts';

export interface QueryOptions {
  /** As in `status = 'open' and estimate >= 3`. All when left out. */
  readonly filter?: string;
  /** As in `-updatedAt,title`. By id when left out. */
  readonly sort?: string;
  /** Only these fields of each record, beside the system's. */
  readonly fields?: readonly string[];
  /** How many are held at first, and how many more each `more` gets. 100 when left out, at most 1000. */
  readonly limit?: number;
}

export interface QueryState<T> {
  /** `loading`: the first are being asked for; `offline`: as they were when they last came. */
  readonly phase: 'loading' | 'live' | 'offline' | 'refused';
  /** In order. The objects of records that have not changed stay the same. */
  readonly items: readonly T[];
  /** There are more behind the last one. */
  readonly hasMore: boolean;
  /** All that fit, as of when they were last counted; undefined until they were. */
  readonly total?: number;
  /** Why it is `refused`. */
  readonly error?: ConcordError;
}

/** A list that stays right: what enters the filter appears, what leaves it disappears, what changes moves to its place. */
export interface LiveQuery<T> extends Live<QueryState<T>> {
  /** Holds more of them. Resolves when they are there. */
  more(): Promise<void>;
  close(): void;
}
