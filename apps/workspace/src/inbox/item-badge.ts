import type { InboxItem } from '@concord/protocol';

export interface Badge {
  readonly count: number;
  /** One is meant by name. */
  readonly isMention: boolean;
}

/** What is said of a log beside its name: how much is new in it and in one's threads; of a muted one, mentions alone. */
export function badgeOf(item: InboxItem | undefined): Badge {
  if (item === undefined) return { count: 0, isMention: false };
  const { unread, mentions, threads, isMuted } = item;
  const inThreads = threads.reduce((sum, thread) => sum + thread.unread, 0);
  return { count: isMuted ? mentions : unread + inThreads, isMention: mentions > 0 };
}
