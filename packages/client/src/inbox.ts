import type { InboxItem, InboxNotification, InboxThread } from '@concord/protocol';
import type { Live } from './live.ts';

/** What is new, as of now. */
export interface InboxState {
  readonly phase: 'loading' | 'live' | 'offline';
  readonly items: readonly InboxItem[];
  readonly notifications: readonly InboxNotification[];
  /** Of all logs that are not muted; for a badge. */
  readonly unread: number;
  readonly mentions: number;
}

/** What is new for the user in all logs that it follows: right on every device, as long as somebody subscribes. */
export interface Inbox extends Live<InboxState> {
  item(collection: string, record: string, log: string): InboxItem | undefined;
  thread(collection: string, record: string, log: string, seq: number): InboxThread | undefined;
  /** Follows a log, or mutes it: mentions alone are told of then. */
  follow(collection: string, record: string, log: string, how: 'all' | 'mentions' | 'none'): Promise<void>;
}
