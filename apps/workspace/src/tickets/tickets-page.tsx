import { useEffect, useState, type ReactNode } from 'react';
import type { Api } from '../api/api.ts';
import { PlusIcon } from '../components/icons.tsx';
import { NewTicket } from './new-ticket.tsx';
import { TicketFilters } from './ticket-filters.tsx';
import type { TicketFeed, TicketList } from './ticket-feed.ts';
import { everyTicket, filterOf } from './ticket-query.ts';
import { TicketRowItem } from './ticket-row.tsx';

interface TicketsPageProps {
  readonly api: Api;
  readonly feed: TicketFeed | null;
  readonly list: TicketList;
  onDelete(id: string, title: string): void;
}

export function TicketsPage({ api, feed, list, onDelete }: TicketsPageProps): ReactNode {
  const [adding, setAdding] = useState(false);
  const [moreFailed, setMoreFailed] = useState(false);
  useEffect(() => {
    document.title = 'Tickets · Concord';
  }, []);

  return (
    <main className="page">
      <div className="page-head">
        <h1>Tickets</h1>
        <button type="button" className="button button-primary" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          <PlusIcon /> New ticket
        </button>
      </div>
      {adding && <NewTicket api={api} onDone={() => setAdding(false)} />}
      <TicketFilters query={list.query} onChange={(query) => feed?.ask(query)} />
      {list.failure !== null && (
        <p className="notice notice-bad" role="alert">
          {list.failure === 'unreachable'
            ? 'The server cannot be reached. Trying again…'
            : `The list could not be read (${list.failure}).`}
        </p>
      )}
      {list.rows.length > 0 ? (
        <>
          <ul className="rows" aria-label="Tickets" aria-busy={!list.loaded} data-testid="ticket-list">
            {list.rows.map((row) => (
              <TicketRowItem key={row.ticket.id} row={row} onDelete={onDelete} />
            ))}
          </ul>
          {list.nextPage !== null && (
            <button
              type="button"
              className="button more"
              onClick={() => {
                setMoreFailed(false);
                feed?.more().catch(() => setMoreFailed(true));
              }}
            >
              {moreFailed ? 'That did not work. Try again' : 'Show more'}
            </button>
          )}
        </>
      ) : (
        <Nothing list={list} onShowAll={() => feed?.ask({ ...everyTicket, sort: list.query.sort })} />
      )}
    </main>
  );
}

function Nothing({ list, onShowAll }: { list: TicketList; onShowAll(): void }): ReactNode {
  if (!list.loaded) {
    return list.failure === null ? (
      <div className="rows rows-waiting" role="status" aria-label="Loading">
        {[0, 1, 2, 3, 4].map((line) => (
          <div key={line} className="row-waiting" />
        ))}
      </div>
    ) : null;
  }
  const filtered = filterOf(list.query) !== null;
  return (
    <div className="empty" data-testid="no-tickets">
      <h2>{filtered ? 'No ticket fits' : 'No tickets yet'}</h2>
      <p className="quiet">{filtered ? 'Nothing here has that title and status.' : 'What is broken, promised or waited for?'}</p>
      {filtered && (
        <button type="button" className="button" onClick={onShowAll}>
          Show all
        </button>
      )}
    </div>
  );
}
