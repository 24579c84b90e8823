import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Api } from '../api/api.ts';
import type { SessionStore } from '../session/session.ts';
import { createTicketFeed, emptyList, type TicketFeed, type TicketList } from './ticket-feed.ts';

/** One feed for as long as the caller is shown. `null` before it is opened. */
export function useTicketFeed(api: Api, session: SessionStore): { readonly feed: TicketFeed | null; readonly list: TicketList } {
  const [feed, setFeed] = useState<TicketFeed | null>(null);
  useEffect(() => {
    const opened = createTicketFeed(api, session);
    setFeed(opened);
    return () => opened.close();
  }, [api, session]);
  const list = useSyncExternalStore(feed?.subscribe ?? subscribeToNothing, feed?.get ?? getNothing);
  return { feed, list };
}

const subscribeToNothing = (): (() => void) => () => undefined;
const getNothing = (): TicketList => emptyList;
