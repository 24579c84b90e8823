import { errorTable, type ChangesPage, type FeedEvent, type RecordView } from '@concord/protocol';
import { Refusal, type Api } from '../api/api.ts';
import { createEventStream, type StreamStatus } from '../api/event-stream.ts';
import { watchNetwork } from '../api/network.ts';
import type { SessionStore } from '../session/session.ts';
import { ticketOf } from './ticket.ts';
import { everyTicket, filterOf, listPath, type TicketQuery } from './ticket-query.ts';
import { appendRows, changeRows, isDelete, type TicketChange, type TicketRow } from './ticket-rows.ts';

export interface TicketList {
  readonly query: TicketQuery;
  readonly rows: readonly TicketRow[];
  /** The rows answer `query`; until then they are of the query before. */
  readonly loaded: boolean;
  readonly failure: Refusal['code'] | null;
  readonly nextPage: string | null;
  readonly stream: StreamStatus;
}

/** The list of tickets, kept in step with the feed, and the feed's events for whoever else is interested. */
export interface TicketFeed {
  get(): TicketList;
  subscribe(listener: () => void): () => void;
  onEvent(listener: (event: FeedEvent) => void): () => void;
  ask(query: TicketQuery): void;
  /** Lists again; the stream goes on. */
  refresh(): void;
  more(): Promise<void>;
  close(): void;
}

/** Before anything was asked for. */
export const emptyList: TicketList = {
  query: everyTicket,
  rows: [],
  loaded: false,
  failure: null,
  nextPage: null,
  stream: 'connecting',
};

interface ListAnswer {
  readonly items: readonly RecordView[];
  readonly nextPage?: string;
  readonly cursor: string;
}

/** How long events are gathered before a filtered list is asked for anew. */
const relistMs = 200;
/** How long until a list that failed is asked for again. */
const retryMs = 3_000;

export function createTicketFeed(api: Api, session: SessionStore): TicketFeed {
  const listeners = new Set<() => void>();
  const eventListeners = new Set<(event: FeedEvent) => void>();
  let list = emptyList;
  let streaming = false;
  let closed = false;
  let request: AbortController | null = null;
  let relist: ReturnType<typeof setTimeout> | undefined;
  /** What came in while a list was being taken: it may be missing in the answer. */
  let missed: TicketChange[] = [];

  function set(next: Partial<TicketList>): void {
    if (closed) return;
    list = { ...list, ...next };
    for (const listener of listeners) listener();
  }

  const stream = createEventStream({
    url: (since) => `/api/v1/changes?${changesQuery({ feed: 'sse', since, token: session.get().session?.token ?? '' })}`,
    async mayResume(since) {
      const page = await api.get<ChangesPage>(`/changes?${changesQuery({ since, limit: '1' })}`);
      if (!page.resumed) startOver();
      return page.resumed;
    },
    onEvent(event) {
      for (const listener of eventListeners) listener(event);
      void changeOf(event).then(apply, () => refresh());
    },
    onReset: startOver,
    onExpired: () => session.expire(),
    onStatus: (status) => set({ stream: status }),
  });

  /** A truncated event names the record only; it is read as it is now, which is never older than the event. */
  async function changeOf(event: FeedEvent): Promise<TicketChange> {
    if (isDelete(event)) return { gone: event.record, version: event.version };
    if (event.data !== undefined) return { ticket: ticketOf(event.data) };
    try {
      return { ticket: ticketOf(await api.get<RecordView>(`/records/tickets/${event.record}`)) };
    } catch (error) {
      if (error instanceof Refusal && (error.code === 'not_found' || error.code === 'record_deleted'))
        return { gone: event.record, version: event.version };
      throw error;
    }
  }

  function apply(change: TicketChange): void {
    const filtered = filterOf(list.query) !== null;
    if (request !== null) missed.push(change);
    const rows = changeRows(list.rows, change, list.query.sort, filtered);
    if (rows !== list.rows) set({ rows });
    if (filtered) relist ??= setTimeout(refresh, relistMs);
  }

  function startOver(): void {
    streaming = false;
    refresh();
  }

  function refresh(): void {
    clearTimeout(relist);
    relist = undefined;
    request?.abort();
    if (closed) return;
    const mine = new AbortController();
    request = mine;
    missed = [];
    api.get<ListAnswer>(listPath(list.query), mine.signal).then(
      (answer) => {
        if (request !== mine) return;
        request = null;
        const shown = new Map(list.rows.map((row) => [row.ticket.id, row]));
        let rows: readonly TicketRow[] = answer.items.map((view) => {
          const ticket = ticketOf(view);
          return { ticket, live: shown.get(ticket.id)?.live ?? false };
        });
        for (const change of missed) rows = changeRows(rows, change, list.query.sort, filterOf(list.query) !== null);
        missed = [];
        set({ rows, loaded: true, failure: null, nextPage: answer.nextPage ?? null });
        if (!streaming) {
          streaming = true;
          stream.start(answer.cursor);
        }
      },
      (error: unknown) => {
        if (request !== mine) return;
        request = null;
        const code = error instanceof Refusal ? error.code : 'unreachable';
        set({ failure: code });
        if (code === 'unreachable' || errorTable[code].retry === 'backoff') relist = setTimeout(refresh, retryMs);
      },
    );
  }

  const stopWatching = watchNetwork({ onUnreachable: stream.nudge, onBack: stream.nudge });
  const stopListening = session.subscribe(() => {
    if (session.get().status === 'open') startOver();
    else stream.close();
  });
  refresh();

  return {
    get: () => list,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    ask(query) {
      set({ query, loaded: false, nextPage: null });
      refresh();
    },
    refresh,
    async more() {
      const { query, nextPage } = list;
      if (nextPage === null) return;
      const answer = await api.get<ListAnswer>(listPath(query, nextPage));
      if (list.query !== query || list.nextPage !== nextPage) return;
      set({ rows: appendRows(list.rows, answer.items.map(ticketOf)), nextPage: answer.nextPage ?? null });
    },
    close() {
      closed = true;
      stopWatching();
      stopListening();
      request?.abort();
      clearTimeout(relist);
      stream.close();
    },
  };
}

const changesQuery = (parameters: Record<string, string>): string =>
  new URLSearchParams({ collections: 'tickets', ...parameters }).toString();
