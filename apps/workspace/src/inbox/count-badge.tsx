import type { ReactNode } from 'react';
import type { Badge } from './item-badge.ts';

const most = 99;

/** How much is new; nothing, where nothing is. */
export function CountBadge({ badge: { count, isMention } }: { badge: Badge }): ReactNode {
  if (count === 0) return null;
  return (
    <span className={isMention ? 'count count-mention' : 'count'} data-testid="unread">
      {count > most ? `${most}+` : count}
      <span className="hidden">{isMention ? ' unread, with a mention' : ' unread'}</span>
    </span>
  );
}
