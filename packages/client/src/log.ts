import type { ConcordError, LogAttachment, LogDescription, LogEntry, LogSearchPage } from '@concord/protocol';
import type { Live } from './live.ts';
import type { Person } from './client.ts';

/** An entry as it is shown: one that the server has, or one that is on its way to it. */
export interface ShownEntry extends Omit<LogEntry, 'seq'> {
  /** Undefined until the server has it: then it stands behind all that have one. */
  readonly seq: number | undefined;
  /** `failed`: the server refuses it; it stays, for `retry` or `discard`. */
  readonly delivery: 'sent' | 'sending' | 'failed';
  readonly error?: { readonly code: string; readonly message: string };
  /** By the user who looks. */
  readonly isMine: boolean;
}

/** A stretch of a log: all entries from its first to its last, without a gap. */
export interface LogState {
  /** `loading`: nothing is there yet to show; `offline`: as it was when it last came; `live`: as it is. */
  readonly phase: 'loading' | 'offline' | 'live' | 'denied' | 'gone';
  /** In their order; at the newest end followed by those that are on their way. The objects of entries that have not changed stay the same. */
  readonly entries: readonly ShownEntry[];
  /** The number of the log's last entry. */
  readonly head: number;
  readonly hasOlder: boolean;
  /** The stretch does not reach the newest: `jump` has gone back. */
  readonly hasNewer: boolean;
  readonly pins: readonly LogEntry[];
  /** The user may post and react here, as the record is now; until the server has said it, as far as the config tells. */
  readonly mayWrite: boolean;
  /** The user may pin, and delete what others have written. */
  readonly mayModerate: boolean;
  readonly error?: ConcordError;
}

/** As long as nothing is known of a log. */
export const loadingLog: LogState = {
  phase: 'loading',
  entries: [],
  head: 0,
  hasOlder: false,
  hasNewer: false,
  pins: [],
  mayWrite: true,
  mayModerate: false,
};

export interface Draft {
  readonly text: string;
  /** The id of the entry to reply to. */
  readonly replyTo?: string;
  readonly attachments?: readonly LogAttachment[];
}

/** A log as it is read and written: it stays right until its `close`. */
export interface LiveLog extends Live<LogState> {
  readonly collection: string;
  readonly record: string;
  readonly name: string;
  readonly schema: LogDescription | undefined;
  /** Resolves when there is something to show; rejects where there never will be. */
  readonly ready: Promise<void>;
  /** Takes in older ones. Resolves when they are there. */
  older(): Promise<void>;
  newer(): Promise<void>;
  /** Has the stretch be around that entry; `newest` goes back to the end. */
  jump(to: number | 'newest'): Promise<void>;
  /**
   * Kept on this device and sent once, in order, when there is a network. Throws `invalid_record` where it breaks what the log
   * allows; before the log is `ready`, `done` rejects with it.
   */
  send(draft: Draft): { readonly id: string; readonly done: Promise<void> };
  retry(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  edit(id: string, text: string): Promise<void>;
  remove(id: string): Promise<void>;
  pin(id: string, isPinned: boolean): Promise<void>;
  /** Adds the user's reaction, or takes it back where it is there. */
  react(id: string, emoji: string): Promise<void>;
  /** All up to `seq` has been read. Lower than before: it is marked as unread. */
  read(seq: number, thread?: number): Promise<void>;
  search(query: string, before?: number): Promise<LogSearchPage>;
  /** The entry that began a thread, and its replies, until its `close`. */
  thread(root: number): LiveThread;
  upload(file: Blob, name: string, onProgress?: (share: number) => void): Promise<LogAttachment>;
  /** The bytes of an attachment, by the user's token. */
  file(attachment: LogAttachment): Promise<Blob>;
  /** Who is typing, others than the user: in the log, or in that thread. */
  readonly typing: Live<readonly Typist[]>;
  /** Tells the others, and takes it back by itself after some seconds without another call. */
  type(thread?: number): void;
  close(): void;
}

export interface Typist extends Person {
  readonly thread?: number;
}

export interface LiveThread extends Live<{ readonly phase: LogState['phase']; readonly entries: readonly ShownEntry[] }> {
  close(): void;
}
