import type { InboxAnswer, InboxItem, InboxLevel, InboxNotification, LogEntry } from '@concord/protocol';

export type LogPlace = Pick<InboxItem, 'collection' | 'record' | 'log'>;

/** What a user has said of a log so far, and what has been said of it there. */
interface Follower {
  level: InboxLevel;
  cursor: number;
  readonly threads: Map<number, { readonly since: number; cursor: number }>;
}

/** One log as its users see it: everything that is not in its entries. */
export class InboxModel {
  readonly room: LogPlace;
  readonly #isOpen: boolean;
  readonly members = new Set<string>();
  readonly followers = new Map<string, Follower>();
  entries: readonly LogEntry[] = [];

  /** @param isOpen everybody may read it; members alone, otherwise */
  constructor(room: LogPlace, isOpen: boolean) {
    this.room = room;
    this.#isOpen = isOpen;
  }

  get head(): number {
    return this.entries.length;
  }

  mayRead(user: string): boolean {
    return this.#isOpen || this.members.has(user);
  }

  follow(user: string, cursor: number): Follower {
    const known = this.followers.get(user) ?? { level: 'all', cursor, threads: new Map() };
    this.followers.set(user, known);
    return known;
  }

  takePart(user: string, root: number, since: number): void {
    const threads = this.followers.get(user)?.threads;
    if (threads?.has(root) === false) threads.set(root, { since, cursor: since });
  }

  posted({ seq, author, replyTo }: LogEntry): void {
    const follower = this.follow(author, seq);
    if (replyTo === undefined) follower.cursor = seq;
    else {
      this.takePart(author, replyTo.seq, seq);
      (follower.threads.get(replyTo.seq) as { cursor: number }).cursor = seq;
      this.takePart(this.entries[replyTo.seq - 1]?.author ?? '', replyTo.seq, replyTo.seq);
    }
  }

  mentioned({ seq, author, replyTo }: LogEntry, named: readonly string[]): void {
    for (const user of named) {
      if (user === author) continue;
      this.follow(user, seq - 1);
      if (replyTo !== undefined) this.takePart(user, replyTo.seq, seq - 1);
    }
  }

  /** Counted from scratch. */
  itemOf(user: string): InboxItem | undefined {
    const follower = this.followers.get(user);
    if (follower === undefined || follower.level === 'none' || !this.mayRead(user)) return undefined;
    const others = this.#livingOf(user);
    const top = others.filter(({ seq, replyTo }) => replyTo === undefined && seq > follower.cursor);
    const threads = [...follower.threads]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([root, { cursor }]) => {
        const unread = others.filter(({ seq, replyTo }) => replyTo?.seq === root && seq > cursor);
        const mentions = unread.filter((entry) => namedIn(entry).includes(user)).length;
        return unread.length === 0 ? [] : [{ seq: root, readSeq: cursor, unread: unread.length, mentions }];
      });
    return {
      ...this.room,
      head: this.head,
      readSeq: follower.cursor,
      unread: top.length,
      mentions:
        top.filter((entry) => namedIn(entry).includes(user)).length + threads.reduce((sum, { mentions }) => sum + mentions, 0),
      threads,
      isMuted: follower.level === 'mentions',
    };
  }

  notificationsOf(user: string): InboxNotification[] {
    const follower = this.followers.get(user);
    if (follower === undefined || this.itemOf(user) === undefined) return [];
    return this.#livingOf(user).flatMap((entry): InboxNotification[] => {
      const { seq, author, authorName, at, text, replyTo } = entry;
      const thread = replyTo && follower.threads.get(replyTo.seq);
      const kind = namedIn(entry).includes(user) ? 'mention' : 'reply';
      const isTold = replyTo === undefined ? kind === 'mention' : thread !== undefined && seq > thread.since;
      if (!isTold || (kind === 'reply' && follower.level === 'mentions')) return [];
      const isRead = seq <= (thread ?? follower).cursor;
      const place = replyTo === undefined ? this.room : { ...this.room, thread: replyTo.seq };
      return [{ kind, ...place, seq, author, authorName, at, text, isRead }];
    });
  }

  #livingOf(user: string): readonly LogEntry[] {
    return this.entries.filter(
      ({ author, deletedAt, system }) => author !== user && deletedAt === undefined && system === undefined,
    );
  }
}

/** The people whom an entry mentions. */
export function namedIn({ mentions = [] }: LogEntry): readonly string[] {
  return mentions.flatMap((mention) => ('user' in mention ? [mention.user] : []));
}

/** What the inbox of that user has to say of these logs. */
export function expectedOf(models: readonly InboxModel[], user: string): InboxAnswer {
  const notifications = models.flatMap((model) => model.notificationsOf(user));
  return {
    items: models.flatMap((model) => model.itemOf(user) ?? []),
    notifications: notifications.toSorted(newestFirst).slice(0, 50),
  };
}

function newestFirst(one: InboxNotification, other: InboxNotification): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1;
  const [place, otherPlace] = [`${one.collection}/${one.record}`, `${other.collection}/${other.record}`];
  return place === otherPlace ? other.seq - one.seq : place < otherPlace ? -1 : 1;
}
