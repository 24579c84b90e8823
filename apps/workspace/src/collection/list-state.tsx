import type { ClientCollection } from '@concord/client';
import type { QueryResult } from '@concord/react';
import type { ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { aOf, singularOf, wordsOf } from '../words/words.ts';
import type { RowRecord } from './pending-rows.ts';

interface ListStateProps {
  readonly collection: ClientCollection;
  readonly list: QueryResult<RowRecord>;
  readonly isEmpty: boolean;
  readonly isFiltered: boolean;
  onShowAll(): void;
  onNew(): void;
}

/** What is said below a list, or in its place: that it is on its way, empty, refused, or as it was a while ago. */
export function ListState({ collection, list, isEmpty, isFiltered, onShowAll, onNew }: ListStateProps): ReactNode {
  const words = wordsOf(collection.name).toLowerCase();
  if (list.phase === 'refused') {
    return (
      <div className="empty" role="alert" data-testid="list-refused">
        <Icon name="warning" />
        <h2>This list cannot be shown</h2>
        <p className="quiet">{list.error?.message}</p>
        {isFiltered && (
          <button type="button" className="button" onClick={onShowAll}>
            Show all {words}
          </button>
        )}
      </div>
    );
  }
  if (!isEmpty)
    return list.phase === 'offline' ? (
      <p className="list-offline" role="status" data-testid="list-offline">
        <Icon name="cloud" /> Offline: these {words} are as they were when they were last seen here.
      </p>
    ) : null;
  if (list.phase === 'loading') {
    return (
      <div className="grid-waiting" role="status" aria-label="Loading">
        {[0, 1, 2, 3, 4, 5, 6].map((line) => (
          <div key={line} className="row-waiting" />
        ))}
      </div>
    );
  }
  return (
    <div className="empty" data-testid="list-empty">
      <Icon name={list.phase === 'offline' ? 'cloud' : 'inbox'} />
      <h2>{list.phase === 'offline' ? 'Not seen on this device yet' : isFiltered ? 'Nothing fits' : `No ${words} yet`}</h2>
      <p className="quiet">
        {list.phase === 'offline'
          ? 'There is no connection, and this list was not opened here before.'
          : isFiltered
            ? `There is no ${singularOf(collection.name)} of that kind.`
            : `Make ${aOf(collection.name)}, and everybody sees it at once.`}
      </p>
      {isFiltered && list.phase !== 'offline' && (
        <button type="button" className="button" onClick={onShowAll}>
          Show all {words}
        </button>
      )}
      {!isFiltered && collection.may.create !== false && (
        <button type="button" className="button button-primary" onClick={onNew}>
          <Icon name="plus" /> New {singularOf(collection.name)}
        </button>
      )}
    </div>
  );
}
