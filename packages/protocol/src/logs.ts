import type { FeedEvent, Json } from './events.ts';

/** So many entries lie in one segment of a log. */
export const segmentSize = 200;

/** The segment in which the entry with that number lies. Of a log whose last entry it is, `seq + 1` asks for the newest. */
export function segmentOf(seq: number): number {
  return Math.floor((seq - 1) / segmentSize);
}

/** The part that holds that segment: `messages.12`. */
export function segmentPart(log: string, segment: number): string {
  return `${log}.${segment}`;
}

/** What {@link segmentPart} has made of; undefined of parts that are no segments. */
export function segmentAt(part: string): { readonly log: string; readonly segment: number } | undefined {
  const [log = '', segment] = part.split('.');
  return segment === undefined ? undefined : { log, segment: Number(segment) };
}

/** The root Y.Maps of a segment's document. Each has the entries' numbers, as decimal strings, for keys. */
export const segmentRoots = {
  /** What {@link LogEntry} says, but for what the other two hold. Its `version` does not count reactions. */
  entries: 'entries',
  /** {@link LogEntry.reactions} */
  reactions: 'reactions',
  /** {@link LogEntry.thread} */
  threads: 'threads',
} as const;

/** How a log is named where changes are asked for: `rooms.messages`. */
export function logName(collection: string, log: string): string {
  return `${collection}.${log}`;
}

/** The entry that an event, or an item of a snapshot, is about; undefined of those of records, and where it is `truncated`. */
export function entryOf({ log, data }: Pick<FeedEvent, 'log' | 'data'>): LogEntry | undefined {
  return log === undefined ? undefined : (data as unknown as LogEntry | undefined);
}

/** The author of what the server itself has noted. */
export const systemAuthor = 'system';

/** One entry of a log: a message, a comment. Everything but `id`, `text`, `replyTo` and `attachments` is the server's word. */
export interface LogEntry {
  /** Made by the client: who sends the same one twice has sent it once. */
  readonly id: string;
  /** The place in the log: dense from 1, the one order of all. */
  readonly seq: number;
  /** Rises by one at each change of the entry. */
  readonly version: number;
  /** A user's id, or {@link systemAuthor}. */
  readonly author: string;
  /** As the author was called then. */
  readonly authorName: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** Plain text with `<@user>` for people and `<#collection/record>` for records. Empty once it is deleted. */
  readonly text: string;
  /** The entry that began the thread which this one is in. */
  readonly replyTo?: { readonly id: string; readonly seq: number };
  /** Whom and what the text names, each once. */
  readonly mentions?: readonly LogMention[];
  readonly attachments?: readonly LogAttachment[];
  /** Who has reacted with what, in the order in which they did. */
  readonly reactions?: { readonly [emoji: string]: readonly string[] };
  /** Of an entry that began a thread: the live replies. It follows from their events, and its change is no event of its own. */
  readonly thread?: LogThread;
  readonly pinnedAt?: string;
  readonly pinnedBy?: string;
  readonly editedAt?: string;
  /** A tombstone, which keeps its place. */
  readonly deletedAt?: string;
  readonly deletedBy?: string;
  /** What the server notes here; `text` says the same in English, for who does not know the type. */
  readonly system?: LogNote;
}

export type LogMention = { readonly user: string } | { readonly collection: string; readonly record: string };

export interface LogThread {
  readonly count: number;
  readonly lastSeq: number;
  readonly lastAt: string;
  /** The authors of the latest replies, the latest last, each once; at most five. */
  readonly authors: readonly string[];
}

/** A file that was uploaded before the entry was sent. Its bytes are at `…/{log}/files/{id}`. */
export interface LogAttachment {
  readonly id: string;
  readonly name: string;
  /** Told by its bytes where they tell it. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Pixels, of an image. */
  readonly width?: number;
  readonly height?: number;
}

/** What has happened to the record: `field` of it has changed; or somebody has come, gone, or become something else. */
export type LogNote =
  | { readonly type: 'changed'; readonly field: string; readonly value: Json; readonly by: string }
  | { readonly type: 'joined' | 'left'; readonly user: string; readonly by: string }
  | { readonly type: 'role'; readonly user: string; readonly role: string; readonly by: string }
  | { readonly type: 'pinned' | 'unpinned'; readonly seq: number; readonly by: string };

/** What `POST …/{log}` takes. */
export interface LogEntryInput {
  /** A record name; made by the server where there is none, and then nothing keeps a repetition from being another entry. */
  readonly id?: string;
  readonly text: string;
  /** The id of an entry. A reply to a reply goes to the thread that it is in. */
  readonly replyTo?: string;
  /** Ids of uploaded files. */
  readonly attachments?: readonly string[];
}

/** What `GET …/{log}` answers. */
export interface LogPage {
  /** In their order, whatever was asked for. */
  readonly items: readonly LogEntry[];
  /** The number of the log's last entry; 0 where there is none. */
  readonly head: number;
  /** There are older ones, or newer ones, that fit. */
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  readonly may: LogRights;
}

/** What who asks may do with a log, as its record is. */
export interface LogRights {
  /** Post, react, and change or delete what is one's own. */
  readonly write: boolean;
  /** Pin, and delete what others have written; slow mode does not hold for them. */
  readonly moderate: boolean;
}

/** A stateless message on the document of a segment: what its user may do with the log, once it is open and when that changes. */
export interface LogRightsNotice {
  readonly type: 'log_rights';
  readonly may: LogRights;
}

/** What `GET …/{log}?query=` answers: the newest first. */
export interface LogSearchPage {
  readonly items: readonly LogEntry[];
  /** `before` of the next page; absent when this was the last. */
  readonly before?: number;
}

/** What `PUT …/{log}/read` takes: all up to `seq` has been read, and nothing behind it. */
export interface LogRead {
  readonly seq: number;
  /** The number of the entry that began a thread: then it is said of its replies. */
  readonly thread?: number;
}
