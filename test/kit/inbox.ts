import type { InboxAnswer, InboxItem, InboxMessage, RealtimeMessage } from '@concord/protocol';
import type { RealtimeClient } from './realtime-client.ts';

/** What a live inbox has been told so far comes to. */
export function toldInbox(client: Pick<RealtimeClient, 'heard'>, id = 'inbox'): InboxAnswer {
  return inboxOf(client.heard.filter((message): message is InboxMessage => isOf(message, id)));
}

/** What these messages of one live inbox come to. */
export function inboxOf(messages: readonly InboxMessage[]): InboxAnswer {
  let items = new Map<string, InboxItem>();
  let notifications: InboxAnswer['notifications'] = [];
  for (const message of messages) {
    if (message.isWhole) items = new Map();
    for (const item of message.items) items.set(placeOf(item), item);
    for (const gone of message.removed) items.delete(placeOf(gone));
    notifications = message.notifications ?? notifications;
  }
  return { items: [...items.values()].toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)), notifications };
}

function isOf(message: RealtimeMessage, id: string): boolean {
  return message.type === 'inbox' && message.id === id;
}

function placeOf({ collection, record, log }: Pick<InboxItem, 'collection' | 'record' | 'log'>): string {
  return `${collection}/${record}/${log}`;
}
