import type { ResetReason } from '@concord/protocol';
import type { Cursors } from './cursor.ts';
import type { Feed } from './feed.ts';
import type { Selection } from './selection.ts';

/** One who reads an account's feed, whatever the transport. */
export interface Reader {
  readonly account: string;
  /** See `Access.digest`: who shares it may see the same. */
  readonly digest: string;
  readonly selection: Selection;
}

/** Where a reader wants to begin: behind a cursor, at the beginning, or now. */
export type Since = { readonly cursor: string } | 'beginning' | 'now';

/** How a resume went (F3). After a reset, `seq` is where to go on once everything has been listed again. */
export interface Resume {
  readonly seq: number;
  readonly head: number;
  /** It goes on exactly where its cursor is. */
  readonly goesOn: boolean;
  readonly reset?: ResetReason;
}

export interface ResumeParts {
  readonly feed: Feed;
  readonly cursors: Cursors;
  readonly epoch: string;
}

/** Throws `invalid_cursor`. */
export async function resume({ feed, cursors, epoch }: ResumeParts, reader: Reader, since: Since): Promise<Resume> {
  const { account, digest, selection } = reader;
  const place = typeof since === 'string' ? undefined : cursors.parse(account, since.cursor);
  const head = await feed.head(account);
  if (since === 'now') return { seq: head, head, goesOn: false };
  if (place !== undefined) {
    if (place.epoch !== epoch || place.seq > head) return { seq: head, head, goesOn: false, reset: 'epoch' };
    if (place.digest !== digest) return { seq: head, head, goesOn: false, reset: 'access' };
  }
  const seq = place?.seq ?? 0;
  if (await isCompacted(feed, account, selection, seq)) return { seq: head, head, goesOn: false, reset: 'compacted' };
  return { seq, head, goesOn: place !== undefined };
}

/**
 * Whether what lies after `seq` may lack something for this reader (F4). To be asked again after reading:
 * compaction may have come in between, and what was read before it moved the horizon is whole.
 */
export async function isCompacted(feed: Feed, account: string, selection: Selection, seq: number): Promise<boolean> {
  return selection.limited && seq < (await feed.horizon(account));
}
