import type { ClientCollection } from '@concord/client';
import { useStatus } from '@concord/react';
import { useEffect, type ReactNode } from 'react';
import { ListPage } from '../collection/list-page.tsx';
import { Icon } from '../components/icons.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { useRooms } from '../rooms/rooms-provider.tsx';
import { Link } from '../routes/link.tsx';
import { go } from '../routes/location.ts';
import { listPath, type Route } from '../routes/route.ts';
import { deferred } from './deferred.tsx';

// What edits a record is most of the code, and the list does not need it.
const recordPage = deferred(() => import('../record/record-page.tsx').then(({ RecordPage }) => RecordPage));
const roomPage = deferred(() => import('../rooms/room-page.tsx').then(({ RoomPage }) => RoomPage));

/** The list comes first. */
const prefetchMs = 1_500;

interface PageProps {
  readonly route: Route;
  readonly collections: readonly ClientCollection[];
  readonly isKnown: boolean;
}

/** What the address leads to. */
export function Page({ route, collections, isKnown }: PageProps): ReactNode {
  const { shape } = useRooms();
  const first = (collections.find(({ name }) => name !== shape?.collection.name) ?? collections[0])?.name;
  useEffect(() => {
    if (route.page === 'home' && first !== undefined) go(listPath(first), { replace: true });
  }, [route.page, first]);

  useEffect(() => {
    // Before it is asked for, so that the first record opens as fast as the next ones.
    const timer = setTimeout(recordPage.prefetch, prefetchMs);
    return () => clearTimeout(timer);
  }, []);

  if (!isKnown) return <Unknown />;
  const collection =
    route.page === 'list' || route.page === 'record' ? collections.find(({ name }) => name === route.collection) : undefined;
  if (route.page === 'list' && collection !== undefined)
    return <ListPage key={collection.name} collection={collection} view={route.view} />;
  if (route.page === 'record' && collection !== undefined) {
    const { id, view, entry } = route;
    return shape?.collection.name === collection.name ? (
      <roomPage.Page key={id} shape={shape} id={id} entry={entry} />
    ) : (
      <recordPage.Page collection={collection} id={id} view={view} entry={entry} />
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
