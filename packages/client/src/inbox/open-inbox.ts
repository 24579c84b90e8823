import type { InboxAnswer, InboxItem, InboxMessage, InboxNotification, InboxThread, LogEntry } from '@concord/protocol';
import type { Clock } from '../clock.ts';
import type { FeedSocket } from '../feed-socket.ts';
import type { Http } from '../http.ts';
import type { Inbox, InboxState } from '../inbox.ts';
import { createCell, type LiveCell } from '../live.ts';
import type { OnRead } from '../logs/create-logs.ts';
import type { Transport } from '../client.ts';
import type { DocumentStorage } from '../storage.ts';
import { connectInbox } from './inbox-connection.ts';

export interface OpenInboxParts {
  readonly http: Http;
  readonly socket: FeedSocket;
  readonly clock: Clock;
  readonly storage: Pick<DocumentStorage, 'get' | 'put'>;
  readonly transports: readonly Transport[];
  readonly me: () => string | undefined;
  /** The network is back, or the page is. */
  readonly onWake: (listener: () => void) => () => void;
}

/** An inbox once it is loaded. */
export interface OpenInbox extends Inbox {
  /** Somebody wants it, or nobody does any more. */
  connect(isWanted: boolean): void;
  readonly onRead: OnRead;
}

const kept = 'inbox';

export async function openInbox(parts: OpenInboxParts): Promise<OpenInbox> {
  const { http, storage } = parts;
  const before = await storage.get<InboxAnswer>(kept).catch(() => undefined);
  const items = new Map<string, InboxItem>();
  let notifications: readonly InboxNotification[] = before?.notifications ?? [];
  let isLive = false;
  let isKnown = before !== undefined;
  let disconnect: (() => void) | undefined;
  for (const item of before?.items ?? []) items.set(keyOf(item), item);
  const cell: LiveCell<InboxState> = createCell(look());

  function look(): InboxState {
    const all = [...items.values()];
    const heard = all.filter(({ isMuted }) => !isMuted);
    return {
      phase: isLive ? 'live' : isKnown ? 'offline' : 'loading',
      items: all,
      notifications,
      unread: heard.reduce((sum, { unread }) => sum + unread, 0),
      mentions: all.reduce((sum, { mentions }) => sum + mentions, 0),
    };
  }

  function show(): void {
    cell.set(look());
  }

  function take(message: Omit<InboxMessage, 'type' | 'id'>): void {
    isLive = true;
    isKnown = true;
    if (message.isWhole) items.clear();
    for (const item of message.items) items.set(keyOf(item), item);
    for (const item of message.removed) items.delete(keyOf(item));
    notifications = message.notifications ?? notifications;
    show();
    const answer: InboxAnswer = { items: [...items.values()], notifications };
    // What cannot be kept is asked for again.
    void storage.put(kept, answer).catch(() => undefined);
  }

  function connect(isWanted: boolean): void {
    if (isWanted === (disconnect !== undefined)) return;
    disconnect?.();
    disconnect = undefined;
    isLive = false;
    if (isWanted) {
      disconnect = connectInbox(parts, {
        onMessage: take,
        onLost() {
          isLive = false;
          show();
        },
      });
    }
    show();
  }

  function onRead(log: Parameters<OnRead>[0], seq: number, thread: number | undefined, unread: readonly LogEntry[]): void {
    const item = items.get(keyOf(log));
    if (item === undefined) return;
    items.set(keyOf(log), thread === undefined ? afterReading(item, seq, unread, parts.me()) : afterThread(item, seq, thread));
    notifications = notifications.map((one) => (keyOf(one) === keyOf(log) && one.seq <= seq ? { ...one, isRead: true } : one));
    show();
  }

  return {
    get: cell.get,
    subscribe: cell.subscribe,
    connect,
    onRead,
    item: (collection, record, log) => items.get(keyOf({ collection, record, log })),
    thread(collection, record, log, seq): InboxThread | undefined {
      return items.get(keyOf({ collection, record, log }))?.threads.find((one) => one.seq === seq);
    },
    async follow(collection, record, log, level) {
      await http.json('PUT', `/records/${collection}/${record}/${log}/follow`, { level });
    },
  };
}

function keyOf({
  collection,
  record,
  log,
}: {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
}): string {
  return `${collection}/${record}/${log}`;
}

/** Until the server says: what lies behind, as far as it is here. */
function afterReading(item: InboxItem, seq: number, unread: readonly LogEntry[], me: string | undefined): InboxItem {
  const live = unread.filter(({ deletedAt }) => deletedAt === undefined);
  return {
    ...item,
    readSeq: seq,
    unread: live.filter(({ replyTo, system }) => replyTo === undefined && system === undefined).length,
    mentions: live.filter(({ mentions = [] }) => mentions.some((one) => 'user' in one && one.user === me)).length,
  };
}

function afterThread(item: InboxItem, seq: number, thread: number): InboxItem {
  return { ...item, threads: item.threads.filter((one) => one.seq !== thread || seq < one.readSeq) };
}
