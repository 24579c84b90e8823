import { segmentOf, type LogEntry, type LogThread } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { LiveRecord } from '../documents/live-record.ts';
import type { Part } from '../documents/part.ts';
import type { Publication } from '../records/publication.ts';
import type { LogAddress } from './log-address.ts';
import type { EntryChange, EntryWriter } from './log-index.ts';
import { entryIdKey, entryKey, lastPostKey, pinKey, threadKey } from './log-keys.ts';
import { readHead, readId, readSeq } from './log-reader.ts';
import { encodeJson, type IdRow, type LogRow } from './log-row.ts';
import { writeToSegment } from './segment.ts';

/** What a commit needs to know of a log, read under the record's lock. */
export interface KnownLog {
  head: number;
  readonly ids: Map<string, IdRow>;
  readonly rows: Map<number, LogRow>;
  /** When whom of the askers has last posted, in milliseconds since the epoch. */
  readonly lastPosts: Map<string, number>;
}

/** What to read of a log. */
export interface Wanted {
  /** Entries, with those that began their threads. */
  readonly ids: ReadonlySet<string>;
  /** When they have last posted. */
  readonly users: ReadonlySet<string>;
  /** What its last entry may be. */
  readonly guess: number;
}

export async function readKnown(store: Store, address: LogAddress, { ids, users, guess }: Wanted): Promise<KnownLog> {
  const known: KnownLog = { head: 0, ids: new Map(), rows: new Map(), lastPosts: new Map() };
  const take = async (seq: number): Promise<LogRow | undefined> => {
    const row = await readSeq(store, address, seq);
    if (row !== undefined) known.rows.set(seq, row);
    return row;
  };
  const takeId = async (id: string): Promise<void> => {
    const found = await readId(store, address, id);
    if (found === undefined) return;
    known.ids.set(id, found);
    const root = (await take(found.seq))?.entry.replyTo;
    if (root !== undefined) await take(root.seq);
  };
  const takeUser = async (user: string): Promise<void> => {
    const bytes = await store.get(lastPostKey(address, user));
    if (bytes !== undefined) known.lastPosts.set(user, Number(decoder.decode(bytes)));
  };
  const takeHead = async (): Promise<void> => {
    known.head = await readHead(store, address, guess);
  };
  await Promise.all([takeHead(), ...[...ids].map(takeId), ...[...users].map(takeUser)]);
  return known;
}

/** What a new entry is made of; it is of now where it does not say when. */
export type NewEntry = Omit<LogEntry, 'seq' | 'version' | 'at'> & Partial<Pick<LogEntry, 'at'>>;

export interface TurnOptions {
  readonly address: LogAddress;
  readonly record: LiveRecord;
  readonly publication: Publication;
  readonly known: KnownLog;
  /** The parts of all segments that are written to. */
  readonly segments: ReadonlyMap<number, Part>;
  /** Of what is derived from the entries. */
  readonly writers: readonly EntryWriter[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A log within the build of one commit: as the store has it, and as the commands that were carried out so far have left
 * it. Each change is written three times: as a row, into its segment's document, and as an event.
 */
export class LogTurn {
  readonly address: LogAddress;
  readonly record: LiveRecord;
  readonly changes: EntryChange[] = [];
  /** Files that entries of this commit have taken. */
  readonly takenFiles: Set<string> = new Set();
  readonly #publication: Publication;
  readonly #known: KnownLog;
  readonly #segments: ReadonlyMap<number, Part>;
  readonly #writers: readonly EntryWriter[];

  constructor({ address, record, publication, known, segments, writers }: TurnOptions) {
    this.address = address;
    this.record = record;
    this.#publication = publication;
    this.#known = known;
    this.#segments = segments;
    this.#writers = writers;
  }

  /** The time of the commit: RFC 3339, UTC, milliseconds. */
  get at(): string {
    return this.#publication.at;
  }

  /** The entry of that id, among those that the commands have named, and those that they have made. */
  find(id: string): LogEntry | undefined {
    const seq = this.#known.ids.get(id)?.seq;
    return seq === undefined ? undefined : this.entryAt(seq);
  }

  digestOf(id: string): string | undefined {
    return this.#known.ids.get(id)?.digest;
  }

  entryAt(seq: number): LogEntry | undefined {
    return this.#known.rows.get(seq)?.entry;
  }

  lastPostOf(user: string): number | undefined {
    return this.#known.lastPosts.get(user);
  }

  /** The user has posted, where it has to wait before it does again. */
  notePost(user: string): void {
    const now = Date.parse(this.at);
    this.#known.lastPosts.set(user, now);
    this.#tx.put(lastPostKey(this.address, user), encoder.encode(String(now)));
  }

  /** Adds an entry at the end. `thread` is that of the root of a reply, with it. */
  append(entry: NewEntry, digest: string, threadWith?: (made: LogEntry) => LogThread): LogEntry {
    const seq = ++this.#known.head;
    const { id, ...said } = entry;
    const made: LogEntry = { id, seq, version: 1, at: this.at, ...said };
    this.#known.ids.set(made.id, { seq, digest });
    this.#tx.put(entryIdKey(this.address, made.id), encodeJson({ seq, digest }));
    if (made.pinnedAt !== undefined) this.#tx.put(pinKey(this.address, seq), new Uint8Array());
    this.#publish(undefined, made, made.author);
    const { replyTo } = made;
    if (replyTo !== undefined && threadWith !== undefined) {
      this.#tx.put(threadKey(this.address, replyTo.seq, seq), encoder.encode(made.author));
      this.#setThread(replyTo.seq, threadWith(made), made.author);
    }
    return made;
  }

  /** Has an entry become `after`, which is of the next version. */
  change(before: LogEntry, after: LogEntry, actor: string): LogEntry {
    if (before.pinnedAt === undefined && after.pinnedAt !== undefined)
      this.#tx.put(pinKey(this.address, after.seq), new Uint8Array());
    if (before.pinnedAt !== undefined && after.pinnedAt === undefined) this.#tx.delete(pinKey(this.address, after.seq));
    this.#publish(before, after, actor);
    return after;
  }

  /** Makes a tombstone of an entry. `thread` is what is left of the one that it was a reply in. */
  bury(before: LogEntry, tombstone: LogEntry, actor: string, thread: LogThread | undefined): void {
    this.change(before, tombstone, actor);
    const { replyTo, seq } = tombstone;
    if (replyTo === undefined) return;
    // It keeps its place in the thread, and is nobody's.
    this.#tx.put(threadKey(this.address, replyTo.seq, seq), new Uint8Array());
    this.#setThread(replyTo.seq, thread, actor);
  }

  get #tx(): Publication['tx'] {
    return this.#publication.tx;
  }

  #publish(before: LogEntry | undefined, after: LogEntry, actor: string): void {
    const { log } = this.address;
    const { seq: lastEvent } = this.#publication.publishEntry(this.record, { log, before, after, actor });
    this.#write(before, { entry: after, lastEvent }, actor);
    const change: EntryChange = { address: this.address, before, after, actor };
    for (const writer of this.#writers) writer.write(this.#tx, change);
    this.changes.push(change);
  }

  /** What a thread comes to follows from its replies: it is no change of the entry that began it, and no event. */
  #setThread(root: number, thread: LogThread | undefined, actor: string): void {
    const row = this.#known.rows.get(root);
    if (row === undefined) throw new Error(`The entry ${root} of ${this.address.log} was not read.`);
    const { thread: _before, ...rest } = row.entry;
    this.#write(row.entry, { ...row, entry: thread === undefined ? rest : { ...rest, thread } }, actor);
  }

  #write(before: LogEntry | undefined, row: LogRow, actor: string): void {
    const { seq } = row.entry;
    this.#known.rows.set(seq, row);
    this.#tx.put(entryKey(this.address, seq), encodeJson(row));
    const part = this.#segments.get(segmentOf(seq));
    if (part === undefined) throw new Error(`The segment of entry ${seq} of ${this.address.log} is not open.`);
    part.write(this.#tx, actor, () => writeToSegment(part.document, before, row.entry));
    part.clearMark(this.#tx);
  }
}
