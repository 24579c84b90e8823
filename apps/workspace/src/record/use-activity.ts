import type { ChangesPage, FeedEvent } from '@concord/protocol';
import { useEffect, useState } from 'react';
import type { Api } from '../api/api.ts';
import type { TicketFeed } from '../tickets/ticket-feed.ts';

const pageSize = 200;
/** A record with a longer history shows its beginning only up to here, and then what happens live. */
const mostPages = 10;
const kept = 400;

/** A record's events from the feed: those so far, then each as it happens. */
export function useActivity(api: Api, feed: TicketFeed | null, id: string): readonly FeedEvent[] {
  const [events, setEvents] = useState<readonly FeedEvent[]>([]);

  useEffect(() => {
    const stop = new AbortController();
    // Each once: what happens while the past is read comes both ways.
    const add = (more: readonly FeedEvent[]): void =>
      setEvents((all) => {
        const known = new Set(all.map((event) => event.id));
        const next = [...all, ...more.filter((event) => !known.has(event.id))];
        return next.sort((a, b) => a.version - b.version || (a.timestamp < b.timestamp ? -1 : 1)).slice(-kept);
      });

    async function readPast(): Promise<void> {
      let since = '0';
      for (let page = 0; page < mostPages; page += 1) {
        const parameters = new URLSearchParams({ collections: 'tickets', record: id, since, limit: String(pageSize) });
        const answer = await api.get<ChangesPage>(`/changes?${parameters.toString()}`, stop.signal);
        if (stop.signal.aborted) return;
        add(answer.results);
        if (answer.pending === 0 || !answer.resumed) return;
        since = answer.cursor;
      }
    }

    const stopListening = feed?.onEvent((event) => {
      if (event.record === id) add([event]);
    });
    // Without its history a record is as good to edit.
    readPast().catch(() => undefined);
    return () => {
      stop.abort();
      stopListening?.();
    };
  }, [api, feed, id]);

  return events;
}
