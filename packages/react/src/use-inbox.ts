import type { Inbox, InboxState } from '@concord/client';
import { useMemo } from 'react';
import { useClient } from './provider.tsx';
import { useLiveAfter } from './use-live.ts';

export interface InboxResult extends InboxState, Pick<Inbox, 'item' | 'thread' | 'follow'> {}

/** What is new for the user in all logs that they follow. It is connected as long as one such component is mounted. */
export function useInbox(): InboxResult {
  const { inbox } = useClient();
  const state = useLiveAfter<InboxState>(inbox, loading);
  return useMemo(
    () => ({
      ...state,
      item: (collection, record, log) => inbox.item(collection, record, log),
      thread: (collection, record, log, seq) => inbox.thread(collection, record, log, seq),
      follow: (collection, record, log, how) => inbox.follow(collection, record, log, how),
    }),
    [state, inbox],
  );
}

const loading: InboxState = { phase: 'loading', items: [], notifications: [], unread: 0, mentions: 0 };
