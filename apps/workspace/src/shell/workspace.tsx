import type { ClientCollection } from '@concord/client';
import { useClient, useSchema, useStatus } from '@concord/react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { ListPage } from '../collection/list-page.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Icon, Mark } from '../components/icons.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { Palette } from '../palette/palette.tsx';
import { NewRecord } from '../record/new-record.tsx';
import { Link } from '../routes/link.tsx';
import { go, useRoute } from '../routes/location.ts';
import { listPath, type Route } from '../routes/route.ts';
import type { User } from '../session/session.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { Sidebar } from './sidebar.tsx';

// What edits a record is most of the code, and the list does not need it.
const loadRecordPage = () => import('../record/record-page.tsx').then(({ RecordPage: page }) => ({ default: page }));
const RecordPage = lazy(loadRecordPage);

/** The list comes first. */
const prefetchMs = 1_500;

interface WorkspaceProps {
  readonly user: User;
  /** Erases what is kept on this device. */
  onSignOut(): void;
}

const none: readonly ClientCollection[] = [];

/** Everything behind the door. */
export function Workspace({ user, onSignOut }: WorkspaceProps): ReactNode {
  const schema = useSchema();
  const route = useRoute();
  const { commands } = useClient();
  const { phase } = useStatus();
  const [opened, setOpened] = useState<'palette' | 'drawer' | 'sign-out' | ClientCollection | null>(null);
  const close = useCallback(() => setOpened(null), []);
  const collections = useMemo(
    () => (schema === undefined ? none : [...schema.collections.values()].filter(({ fields }) => fields.size > 0)),
    [schema],
  );
  const current = route.page === 'list' || route.page === 'record' ? route.collection : null;

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.metaKey || event.ctrlKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setOpened((before) => (before === 'palette' ? null : 'palette'));
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);

  useEffect(() => {
    // Before it is asked for, so that the first record opens as fast as the next ones. If it cannot be had now, it is then.
    const timer = setTimeout(() => void loadRecordPage().catch(() => undefined), prefetchMs);
    return () => clearTimeout(timer);
  }, []);

  const signOut = useCallback(() => {
    // What waits for a connection would be erased with everything else of theirs on this device.
    if (phase !== 'live' || commands.pending.get().length > 0) setOpened('sign-out');
    else onSignOut();
  }, [phase, commands, onSignOut]);

  const sidebar = (
    <Sidebar
      collections={collections}
      current={current}
      user={user}
      onSearch={() => setOpened('palette')}
      onSignOut={signOut}
      onChosen={() => setOpened((before) => (before === 'drawer' ? null : before))}
    />
  );
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="sidebar">{sidebar}</div>
      <header className="top">
        <button type="button" className="button button-icon" aria-label="Menu" onClick={() => setOpened('drawer')}>
          <Icon name="menu" />
        </button>
        <Link className="brand" to="/">
          <Mark /> Concord
        </Link>
        <ConnectionBadge />
        <button type="button" className="button button-icon" aria-label="Search" onClick={() => setOpened('palette')}>
          <Icon name="search" />
        </button>
      </header>
      <Page route={route} collections={collections} isKnown={schema !== undefined} />
      {opened === 'drawer' && (
        <Dialog title="Menu" className="drawer" isBare onClose={close}>
          {sidebar}
        </Dialog>
      )}
      {opened === 'palette' && <Palette collections={collections} onNew={setOpened} onSignOut={signOut} onClose={close} />}
      {opened === 'sign-out' && (
        <Dialog title="Sign out?" onClose={close}>
          <p>
            Signing out erases what this device keeps for you. What was edited here and has not reached the server would be lost
            with it.
          </p>
          <footer className="dialog-foot">
            <button type="button" className="button" onClick={close}>
              Stay
            </button>
            <button type="button" className="button button-bad" onClick={onSignOut}>
              Sign out all the same
            </button>
          </footer>
        </Dialog>
      )}
      {typeof opened === 'object' && opened !== null && <NewRecord collection={opened} onClose={close} />}
    </div>
  );
}

interface PageProps {
  readonly route: Route;
  readonly collections: readonly ClientCollection[];
  readonly isKnown: boolean;
}

function Page({ route, collections, isKnown }: PageProps): ReactNode {
  const first = collections[0]?.name;
  useEffect(() => {
    if (route.page === 'home' && first !== undefined) go(listPath(first), { replace: true });
  }, [route.page, first]);

  if (!isKnown) return <Unknown />;
  const collection =
    route.page === 'list' || route.page === 'record' ? collections.find(({ name }) => name === route.collection) : undefined;
  if (route.page === 'list' && collection !== undefined)
    return <ListPage key={collection.name} collection={collection} view={route.view} />;
  if (route.page === 'record' && collection !== undefined) {
    return (
      <Suspense fallback={<main className="page record-page" id="main" />}>
        <RecordPage collection={collection} id={route.id} view={route.view} />
      </Suspense>
    );
  }
  if (route.page === 'home') return <Home isEmpty={collections.length === 0} />;
  return (
    <main className="page" id="main">
      <div className="empty" data-testid="nowhere">
        <Icon name="search" />
        <PageHeading title="Nothing here" />
        <p className="quiet">This address leads nowhere, or to what you may not see.</p>
        <Link className="button" to="/">
          To the beginning
        </Link>
      </div>
    </main>
  );
}

function Home({ isEmpty }: { isEmpty: boolean }): ReactNode {
  return (
    <main className="page" id="main">
      {isEmpty && (
        <div className="empty">
          <Icon name="inbox" />
          <PageHeading title="There is nothing for you to see yet" />
          <p className="quiet">Whoever looks after this server gives access to collections by roles.</p>
        </div>
      )}
    </main>
  );
}

/** What one may see is not known: for a moment, or as long as there is no connection and nothing was seen here before. */
function Unknown(): ReactNode {
  const { phase, error } = useStatus();
  return (
    <main className="page" id="main">
      {phase === 'offline' || phase === 'denied' ? (
        <div className="empty" role="status">
          <Icon name="cloud" />
          <PageHeading title={phase === 'offline' ? 'There is no connection' : 'The server does not let you in'} />
          <p className="quiet">{error?.message ?? 'Nothing was seen on this device before. It is tried again by itself.'}</p>
        </div>
      ) : (
        <div className="grid-waiting" role="status" aria-label="Loading">
          {[0, 1, 2, 3, 4, 5, 6].map((line) => (
            <div key={line} className="row-waiting" />
          ))}
        </div>
      )}
    </main>
  );
}
