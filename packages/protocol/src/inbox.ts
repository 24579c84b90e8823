/**
 * What a user wants to be told of in a log. `mentions`: those alone. `none`: of nothing, whatever happens there, until the
 * user says otherwise.
 */
export type InboxLevel = 'all' | 'mentions' | 'none';

/** What `PUT …/{log}/follow` takes. */
export interface LogFollow {
  readonly level: InboxLevel;
}

/** What is new for one user in one log. */
export interface InboxItem {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  /** The number of the log's last entry. */
  readonly head: number;
  /** All up to this one has been read. */
  readonly readSeq: number;
  /** Live entries by others behind `readSeq`, without replies and without what the server notes. */
  readonly unread: number;
  /** Those that mention the user, in threads, too. */
  readonly mentions: number;
  /** The threads that the user takes part in and in which there is something new. One does who has written there, or was mentioned. */
  readonly threads: readonly InboxThread[];
  /** The user wants to be told of mentions alone. */
  readonly isMuted: boolean;
}

export interface InboxThread {
  /** The number of the entry that began it. */
  readonly seq: number;
  readonly readSeq: number;
  readonly unread: number;
  readonly mentions: number;
}

/** An entry that mentions the user, or answers in a thread that the user takes part in; of a muted log, mentions alone. */
export interface InboxNotification {
  readonly kind: 'mention' | 'reply';
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  readonly seq: number;
  /** The entry that began the thread which it is in. */
  readonly thread?: number;
  readonly author: string;
  readonly authorName: string;
  readonly at: string;
  /** The beginning of it. */
  readonly text: string;
  readonly isRead: boolean;
}

/** What `GET /inbox` answers: the logs that the user follows. */
export interface InboxAnswer {
  readonly items: readonly InboxItem[];
  /** The latest 50, the newest first. */
  readonly notifications: readonly InboxNotification[];
}

/** What a live inbox is told: all of it at first, then the items that have changed, at most about twice a second. */
export interface InboxMessage {
  readonly type: 'inbox';
  /** The subscription's. */
  readonly id: string;
  readonly items: readonly InboxItem[];
  /** What is not followed, or may not be read, any more. */
  readonly removed: readonly Pick<InboxItem, 'collection' | 'record' | 'log'>[];
  /** Present when they have changed. */
  readonly notifications?: readonly InboxNotification[];
  /** True of the first: whatever is not in it is not there. */
  readonly isWhole: boolean;
}
