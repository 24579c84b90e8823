import type { InboxItem, InboxNotification } from '@concord/protocol';

/** What one is told of wherever one is. */
export interface Heard {
  readonly notifications: readonly InboxNotification[];
  /** Of the rooms between two. */
  readonly direct: readonly InboxItem[];
}

/** Something that has just come. */
export type News =
  | { readonly kind: 'mention' | 'reply'; readonly notification: InboxNotification }
  | { readonly kind: 'message'; readonly item: InboxItem };

/** What `after` has that `before` had not, and that was not read meanwhile on another device. */
export function newsOf(before: Heard, after: Heard): readonly News[] {
  const known = new Set(before.notifications.map(keyOf));
  const told = after.notifications.filter((notification) => !notification.isRead && !known.has(keyOf(notification)));
  const last = new Map(before.direct.map((item) => [logOf(item), item]));
  const places = new Set(after.notifications.map((notification) => `${logOf(notification)}/${notification.seq}`));
  const messages = after.direct.filter((item) => {
    const { head, unread } = last.get(logOf(item)) ?? { head: 0, unread: 0 };
    // A message that mentions one is told of as a mention.
    return item.head > head && item.unread > unread && !item.isMuted && !places.has(`${logOf(item)}/${item.head}`);
  });
  return [
    ...told.map((notification): News => ({ kind: notification.kind, notification })),
    ...messages.map((item): News => ({ kind: 'message', item })),
  ];
}

const logOf = ({ collection, record, log }: Pick<InboxItem, 'collection' | 'record' | 'log'>): string =>
  `${collection}/${record}/${log}`;
const keyOf = (notification: InboxNotification): string => `${logOf(notification)}/${notification.seq}/${notification.kind}`;
