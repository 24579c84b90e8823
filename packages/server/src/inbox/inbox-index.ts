import { segmentOf, type LogEntry } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import type { EntryChange, LogIndex } from '../logs/log-index.ts';
import { countedKey, countKey, cursorKey, followerKey, mentionKey, pointerKey, replyKey } from './inbox-keys.ts';
import {
  counted,
  decodeJson,
  encodeJson,
  inThread,
  noteOf,
  type Follower,
  type ReplyNote,
  type SegmentCount,
} from './inbox-rows.ts';

/** What the store holds of what a commit touches, with what is being written of it. */
interface Known {
  readonly followers: Map<string, Follower | undefined>;
  readonly counts: Map<number, SegmentCount | undefined>;
  /** Of the entries, by their numbers. */
  readonly authors: Map<number, string>;
}

const nothing: Uint8Array = new Uint8Array();

/**
 * Keeps, with the entries of logs, who follows them, whom they mention, and what their unread entries are counted by.
 *
 * @param onCommitted hears of changes that are durable
 */
export function createInboxIndex(store: Store, onCommitted: (changes: readonly EntryChange[]) => void): LogIndex {
  async function readAll<K, T>(keys: Iterable<K>, keyOf: (one: K) => string): Promise<Map<K, T | undefined>> {
    const found = [...new Set(keys)].map(async (one): Promise<[K, T | undefined]> => {
      const bytes = await store.get(keyOf(one));
      return [one, bytes && decodeJson<T>(bytes)];
    });
    return new Map(await Promise.all(found));
  }

  return {
    async prepare({ address, entries, segments, users }) {
      const authors = new Map([...entries].map(({ seq, author }) => [seq, author]));
      const known: Known = {
        authors,
        followers: await readAll<string, Follower>([...users, ...authors.values()], (user) => followerKey(address, user)),
        counts: await readAll<number, SegmentCount>(segments, (segment) => countKey(address, segment)),
      };
      return {
        write(tx, change) {
          known.authors.set(change.after.seq, change.after.author);
          writeCount(tx, change, known);
          writeMentions(tx, change);
          writeReply(tx, change);
          writeFollowers(tx, change, known);
        },
      };
    },
    committed: onCommitted,
  };
}

function isLive(entry: LogEntry | undefined): entry is LogEntry {
  return entry !== undefined && entry.deletedAt === undefined && entry.system === undefined;
}

function isCounted(entry: LogEntry | undefined): boolean {
  return isLive(entry) && entry.replyTo === undefined;
}

/** The people that a live entry mentions, others than its author. */
export function mentioned(entry: LogEntry | undefined): readonly string[] {
  if (!isLive(entry)) return [];
  const { author, mentions = [] } = entry;
  return mentions.flatMap((mention) => ('user' in mention && mention.user !== author ? [mention.user] : []));
}

function writeCount(tx: Transaction, { address, before, after }: EntryChange, { counts }: Known): void {
  const is = isCounted(after);
  if (isCounted(before) === is) return;
  const { seq, author } = after;
  const segment = segmentOf(seq);
  const count = counted(counts.get(segment), author, is ? 1 : -1);
  counts.set(segment, count);
  tx.put(countKey(address, segment), encodeJson(count));
  if (is) tx.put(countedKey(address, seq), new TextEncoder().encode(author));
  else tx.delete(countedKey(address, seq));
}

function writeMentions(tx: Transaction, { address, before, after }: EntryChange): void {
  if (after.replyTo !== undefined) return;
  const are = mentioned(after);
  for (const user of mentioned(before)) if (!are.includes(user)) tx.delete(mentionKey(address, user, after.seq));
  if (before?.text === after.text) return;
  for (const user of are) tx.put(mentionKey(address, user, after.seq), encodeJson(noteOf(after)));
}

function writeReply(tx: Transaction, { address, before, after }: EntryChange): void {
  if (after.replyTo === undefined || after.system !== undefined) return;
  const key = replyKey(address, after.replyTo.seq, after.seq);
  if (!isLive(after)) {
    if (isLive(before)) tx.delete(key);
    return;
  }
  if (before?.text === after.text) return;
  const mentions = mentioned(after);
  tx.put(key, encodeJson({ ...noteOf(after), ...(mentions.length === 0 ? {} : { mentions }) } satisfies ReplyNote));
}

/** Who posts, or is mentioned, follows from then on; what one has written oneself, and all before it, one has read. */
function writeFollowers(tx: Transaction, { address, before, after }: EntryChange, { followers, authors }: Known): void {
  if (!isLive(after)) return;
  const { seq, author, replyTo } = after;
  const root = replyTo?.seq;
  const keep = (user: string, follower: Follower): void => {
    followers.set(user, follower);
    tx.put(followerKey(address, user), encodeJson(follower));
  };
  const follow = (user: string, from: number): Follower => {
    const known = followers.get(user);
    if (known !== undefined) return known;
    if (!followers.has(user)) throw new Error('Whether somebody follows a log has to be read in front of the commit.');
    const follower: Follower = { level: 'all', threads: {} };
    keep(user, follower);
    tx.put(pointerKey(address, user), nothing);
    tx.put(cursorKey(address, user, 0), encodeJson(from));
    return follower;
  };
  const takePart = (user: string, follower: Follower, thread: number, from: number): void => {
    const after = inThread(follower, thread, from);
    if (after === follower) return;
    keep(user, after);
    tx.put(cursorKey(address, user, thread), encodeJson(from));
  };

  if (before === undefined) {
    const follower = follow(author, seq);
    if (root === undefined) tx.put(cursorKey(address, author, 0), encodeJson(seq));
    else {
      takePart(author, follower, root, seq);
      tx.put(cursorKey(address, author, root), encodeJson(seq));
      const asker = authors.get(root) ?? '';
      const asked = followers.get(asker);
      if (asked !== undefined) takePart(asker, asked, root, root);
    }
  }
  const were = mentioned(before);
  for (const user of mentioned(after)) {
    if (were.includes(user)) continue;
    const follower = follow(user, seq - 1);
    if (root !== undefined) takePart(user, follower, root, seq - 1);
  }
}
