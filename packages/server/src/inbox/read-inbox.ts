import type { InboxItem, InboxNotification, InboxThread } from '@concord/protocol';
import { segmentOf, segmentSize } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { LogAddress } from '../logs/log-address.ts';
import { seqKey } from '../logs/log-keys.ts';
import { readHead } from '../logs/log-reader.ts';
import { decodeRow, factsOf, rowKey, type RecordRow } from '../records/record-row.ts';
import {
  countedPrefix,
  countsPrefix,
  cursorsPrefix,
  followerKey,
  lastStep,
  logOfPointer,
  mentionsPrefix,
  pointersPrefix,
  repliesPrefix,
} from './inbox-keys.ts';
import { countOf, decodeJson, type Follower, type Note, type ReplyNote, type SegmentCount } from './inbox-rows.ts';

/** What is new for one user in one log, and what of it names the user or answers it. */
export interface LogNews {
  readonly item: InboxItem;
  /** The latest, the newest first. */
  readonly notifications: readonly InboxNotification[];
}

/** So many notifications are told. */
const maxNotifications = 50;

/** What those who read a log have in common: it is read once for all of them. */
export interface LogShare {
  readonly record: Promise<RecordRow | undefined>;
  readonly head: Promise<number>;
  readonly counts: Promise<readonly (readonly [segment: number, count: SegmentCount])[]>;
  /** The number and the author of each entry of a segment that counts as unread. */
  segment(number: number): Promise<readonly (readonly [seq: number, author: string])[]>;
}

/** Reads what is new for people, from what the store holds of logs. */
export interface InboxReader {
  share(address: LogAddress): LogShare;
  /** What is new for the principal there; undefined where it does not follow the log, or may not read it. */
  read(principal: Principal, address: LogAddress, share?: LogShare): Promise<LogNews | undefined>;
  /** The logs that the user follows, and those that it does not want to hear of. */
  logsOf(account: string, user: string): Promise<readonly LogAddress[]>;
}

const decoder = new TextDecoder();

export function createInboxReader({
  store,
  schema,
  access,
}: {
  readonly store: Store;
  readonly schema: Schema;
  readonly access: Access;
}): InboxReader {
  async function read<T>(key: string): Promise<T | undefined> {
    const bytes = await store.get(key);
    return bytes && decodeJson<T>(bytes);
  }

  async function all<T>(range: Parameters<Store['range']>[0], decode: (value: Uint8Array) => T): Promise<[number, T][]> {
    const found: [number, T][] = [];
    for await (const [key, value] of store.range(range)) found.push([Number(lastStep(key)), decode(value)]);
    return found;
  }

  async function readRecord(address: LogAddress): Promise<RecordRow | undefined> {
    const bytes = await store.get(rowKey(address));
    return bytes && decodeRow(bytes);
  }

  function share(address: LogAddress): LogShare {
    const once = <T>(work: () => Promise<T>): (() => Promise<T>) => {
      let begun: Promise<T> | undefined;
      return () => (begun ??= work());
    };
    const record = once(() => readRecord(address));
    const head = once(() => readHead(store, address));
    const counts = once(() => all({ prefix: countsPrefix(address) }, (value) => decodeJson<SegmentCount>(value)));
    const segments = new Map<number, Promise<[number, string][]>>();
    return {
      get record() {
        return record();
      },
      get head() {
        return head();
      },
      get counts() {
        return counts();
      },
      segment(number) {
        let found = segments.get(number);
        if (found === undefined) {
          const prefix = countedPrefix(address);
          const first = number * segmentSize + 1;
          const range = { prefix, gte: prefix + seqKey(first), lt: prefix + seqKey(first + segmentSize) };
          segments.set(number, (found = all(range, (value) => decoder.decode(value))));
        }
        return found;
      },
    };
  }

  /** The live replies of others behind that number, the newest first. */
  async function repliesBehind(
    address: LogAddress,
    root: number,
    after: number,
    user: string,
    most = Infinity,
  ): Promise<[number, ReplyNote][]> {
    const prefix = repliesPrefix(address, root);
    const found: [number, ReplyNote][] = [];
    for await (const [key, value] of store.range({ prefix, gt: prefix + seqKey(after), reverse: true })) {
      const note = decodeJson<ReplyNote>(value);
      if (note.author !== user) found.push([Number(lastStep(key)), note]);
      if (found.length === most) break;
    }
    return found;
  }

  /** Whole segments by their counts, the one in which the cursor lies entry by entry. */
  async function unreadOf(user: string, readSeq: number, log: LogShare): Promise<number> {
    const at = segmentOf(readSeq + 1);
    let unread = 0;
    for (const [segment, { live, by }] of await log.counts) if (segment > at) unread += live - countOf(by, user);
    for (const [seq, author] of await log.segment(at)) if (seq > readSeq && author !== user) unread++;
    return unread;
  }

  return {
    share,
    async read(principal, address, log = share(address)) {
      const { user } = principal;
      const follower = await read<Follower>(followerKey(address, user));
      if (follower === undefined || follower.level === 'none') return undefined;
      const row = await log.record;
      const collection = schema.collections.get(address.collection);
      if (row === undefined || row.deleted !== undefined || collection === undefined) return undefined;
      if (!access.mayLog(principal, collection, address.log, 'read', factsOf(row, collection))) return undefined;

      const { account: _, ...place } = address;
      const isMuted = follower.level === 'mentions';
      const cursors = new Map(await all({ prefix: cursorsPrefix(address, user) }, (value) => decodeJson<number>(value)));
      const readSeq = cursors.get(0) ?? 0;
      const prefix = mentionsPrefix(address, user);
      const unreadMentions = await all({ prefix, gt: prefix + seqKey(readSeq) }, () => undefined);
      const latest = await all({ prefix, reverse: true, limit: maxNotifications }, (value) => decodeJson<Note>(value));
      const notifications = latest.map(([seq, note]): InboxNotification => ({
        kind: 'mention',
        ...place,
        seq,
        ...note,
        isRead: seq <= readSeq,
      }));

      const threads: InboxThread[] = [];
      for (const [name, since] of Object.entries(follower.threads)) {
        const root = Number(name);
        const cursor = cursors.get(root) ?? since;
        const unread = await repliesBehind(address, root, cursor, user);
        const mentions = unread.filter(([, { mentions: named }]) => named?.includes(user)).length;
        if (unread.length > 0) threads.push({ seq: root, readSeq: cursor, unread: unread.length, mentions });
        const notes = await repliesBehind(address, root, since, user, maxNotifications);
        for (const [seq, { mentions: named, ...note }] of notes) {
          const kind = named?.includes(user) === true ? 'mention' : 'reply';
          if (isMuted && kind === 'reply') continue;
          notifications.push({ kind, ...place, seq, thread: root, ...note, isRead: seq <= cursor });
        }
      }

      const item: InboxItem = {
        ...place,
        head: await log.head,
        readSeq,
        unread: await unreadOf(user, readSeq, log),
        mentions: unreadMentions.length + threads.reduce((sum, { mentions }) => sum + mentions, 0),
        threads,
        isMuted,
      };
      return { item, notifications: latestOf(notifications) };
    },
    async logsOf(account, user) {
      const logs: LogAddress[] = [];
      for await (const [key] of store.range({ prefix: pointersPrefix(account, user) })) logs.push(logOfPointer(account, key));
      return logs;
    },
  };
}

/** The latest of them, the newest first; by their places where they are of one moment. */
export function latestOf(notifications: readonly InboxNotification[]): readonly InboxNotification[] {
  return notifications.toSorted(newestFirst).slice(0, maxNotifications);
}

function newestFirst(one: InboxNotification, other: InboxNotification): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  const [place, otherPlace] = [placeOf(one), placeOf(other)];
  if (place !== otherPlace) return place < otherPlace ? -1 : 1;
  return other.seq - one.seq;
}

/** Names a log among those of its account. */
export function placeOf({ collection, record, log }: Pick<LogAddress, 'collection' | 'record' | 'log'>): string {
  return `${collection}/${record}/${log}`;
}
