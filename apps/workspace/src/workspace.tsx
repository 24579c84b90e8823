import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from 'react';
import { Refusal, type Api } from './api/api.ts';
import { Avatar } from './components/avatar.tsx';
import { Mark } from './components/icons.tsx';
import { StreamBadge } from './components/stream-badge.tsx';
import { Toast, type Notice } from './components/toast.tsx';
import { routeOf, ticketHref, ticketsHref, useHash } from './routes.ts';
import type { SessionStore, User } from './session/session.ts';
import { TicketsPage } from './tickets/tickets-page.tsx';
import { useTicketFeed } from './tickets/use-ticket-feed.ts';

// The editor is most of the code, and the list does not need it.
const RecordPage = lazy(() => import('./record/record-page.tsx').then(({ RecordPage: page }) => ({ default: page })));

interface WorkspaceProps {
  readonly api: Api;
  readonly session: SessionStore;
  readonly user: User;
}

/** Everything behind the door: the bar, the list or one record, and what was just done. */
export function Workspace({ api, session, user }: WorkspaceProps): ReactNode {
  const route = routeOf(useHash());
  const { feed, list } = useTicketFeed(api, session);
  const [notice, setNotice] = useState<Notice | null>(null);
  const clearNotice = useCallback(() => setNotice(null), []);

  const { restore, remove } = useMemo(() => {
    const failed =
      (what: string) =>
      (error: unknown): void =>
        setNotice({ text: error instanceof Refusal ? `${what} ${error.message}` : what, bad: true });
    const bringBack = (id: string): void => {
      api.post(`/records/tickets/${id}/restore`).catch(failed('The ticket could not be restored.'));
    };
    return {
      restore: bringBack,
      remove(id: string, title: string): void {
        api.delete(`/records/tickets/${id}`).then(() => {
          if (location.hash === ticketHref(id)) location.hash = ticketsHref;
          setNotice({ text: `“${title}” was deleted.`, action: { label: 'Undo', run: () => bringBack(id) } });
        }, failed('The ticket could not be deleted.'));
      },
    };
  }, [api]);

  return (
    <div className="workspace">
      <header className="bar">
        <a className="brand" href={ticketsHref}>
          <Mark /> Concord
        </a>
        <StreamBadge status={list.stream} />
        <span className="bar-user" data-testid="me" data-user={user.id}>
          <Avatar person={user} small decorative />
          <span className="bar-name">{user.name}</span>
        </span>
        <button type="button" className="button button-quiet" onClick={() => session.close()}>
          Sign out
        </button>
      </header>
      {route.page === 'tickets' && <TicketsPage api={api} feed={feed} list={list} onDelete={remove} />}
      {route.page === 'ticket' && (
        <Suspense fallback={<p className="page quiet">Opening…</p>}>
          <RecordPage
            key={route.id}
            id={route.id}
            account={user.account}
            api={api}
            feed={feed}
            session={session}
            onDelete={remove}
            onRestore={restore}
          />
        </Suspense>
      )}
      {route.page === 'nowhere' && (
        <main className="page empty">
          <h1>Nothing here</h1>
          <p className="quiet">This address leads nowhere.</p>
          <a className="button" href={ticketsHref}>
            All tickets
          </a>
        </main>
      )}
      <Toast notice={notice} onGone={clearNotice} />
    </div>
  );
}
