import { segmentOf, type LogEntry } from '@concord/protocol';
import type { Store, Transaction } from '@concord/store';
import type { LogAddress } from '../logs/log-address.ts';
import type { EntryChange, LogIndex } from '../logs/log-index.ts';
import { entryKey, logPrefix } from '../logs/log-keys.ts';
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

/** What the store holds of what changes touch, with what is being written of it. */
interface Prepared {
  readonly followers: Map<string, Follower | undefined>;
  readonly counts: Map<number, SegmentCount | undefined>;
  readonly rootAuthors: Map<number, string>;
}

const nothing: Uint8Array = new Uint8Array();

/** Keeps, with the entries of logs, who follows them, whom they mention, and what their unread entries are counted by. */
export function createInboxIndex(store: Store, onCommitted: (changes: readonly EntryChange[]) => void): LogIndex {
  // One log has one commit at a time.
  const prepared = new Map<string, Prepared>();

  async function read<T>(key: string): Promise<T | undefined> {
    const bytes = await store.get(key);
    return bytes && decodeJson<T>(bytes);
  }

  async function prepareLog(address: LogAddress, changes: readonly EntryChange[]): Promise<void> {
    const found: Prepared = { followers: new Map(), counts: new Map(), rootAuthors: new Map() };
    const users = new Set<string>();
    const roots = new Set<number>();
    const segments = new Set<number>();
    for (const { before, after } of changes) {
      users.add(after.author);
      for (const user of mentioned(after)) users.add(user);
      if (after.replyTo !== undefined) roots.add(after.replyTo.seq);
      if (isCounted(before) !== isCounted(after)) segments.add(segmentOf(after.seq));
    }
    for (const root of roots) {
      const author = (await read<{ readonly entry: LogEntry }>(entryKey(address, root)))?.entry.author;
      if (author === undefined) continue;
      found.rootAuthors.set(root, author);
      users.add(author);
    }
    for (const user of users) found.followers.set(user, await read<Follower>(followerKey(address, user)));
    for (const segment of segments) found.counts.set(segment, await read<SegmentCount>(countKey(address, segment)));
    prepared.set(logPrefix(address), found);
  }

  return {
    async prepare(changes) {
      for (const [, ofLog] of Map.groupBy(changes, ({ address }) => logPrefix(address)))
        await prepareLog((ofLog[0] as EntryChange).address, ofLog);
    },
    write(tx, change) {
      const found = prepared.get(logPrefix(change.address));
      if (found === undefined) throw new Error('What is to be written of a log has to be prepared.');
      writeCount(tx, change, found);
      writeMentions(tx, change);
      writeReply(tx, change);
      writeFollowers(tx, change, found);
    },
    committed(changes) {
      for (const { address } of changes) prepared.delete(logPrefix(address));
      onCommitted(changes);
    },
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

function writeCount(tx: Transaction, { address, before, after }: EntryChange, { counts }: Prepared): void {
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
function writeFollowers(tx: Transaction, { address, before, after }: EntryChange, { followers, rootAuthors }: Prepared): void {
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
      const rootAuthor = rootAuthors.get(root);
      const asked = rootAuthor === undefined ? undefined : followers.get(rootAuthor);
      if (rootAuthor !== undefined && asked !== undefined) takePart(rootAuthor, asked, root, root);
    }
  }
  const were = mentioned(before);
  for (const user of mentioned(after)) {
    if (were.includes(user)) continue;
    const follower = follow(user, seq - 1);
    if (root !== undefined) takePart(user, follower, root, seq - 1);
  }
}
