import type { Change } from '@concord/client';
import type { FeedEvent } from '@concord/protocol';
import { useChanges } from '@concord/react';
import type { VisibleCollection } from '@concord/schema';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { usePerson } from '../people/people.tsx';
import { entriesOf, type ActivityEntry } from './activity-entries.ts';

const shownAtFirst = 6;
const shownMore = 20;
/** The latest of a record's events that are held; a longer history than that is for the feed's own readers. */
const kept = 500;

/** What happened to a record, as the feed tells it: from its beginning on, and as it happens. */
export function Activity({ collection, id }: { collection: VisibleCollection; id: string }): ReactNode {
  const [events, setEvents] = useState<readonly FeedEvent[]>([]);
  const [shown, setShown] = useState(shownAtFirst);
  const add = useCallback((change: Change) => {
    if (change.type === 'reset' || change.type === 'snapshot' || !('actors' in change)) return;
    // At a repeat the same event comes again.
    setEvents((all) => (all.some((event) => event.id === change.id) ? all : [...all, change].slice(-kept)));
  }, []);
  const refusal = useChanges({ collections: [collection.name], record: id, since: '0' }, add);
  const entries = useMemo(() => entriesOf(collection, events), [collection, events]);

  return (
    <section className="activity" aria-label="Activity">
      <h2>Activity</h2>
      {entries.length === 0 && (
        <p className="quiet small">{refusal === undefined ? 'What happens to it is told here.' : refusal.message}</p>
      )}
      <ol data-testid="activity">
        {entries.slice(0, shown).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {entries.length > shown && (
        <button type="button" className="button button-quiet button-small" onClick={() => setShown((count) => count + shownMore)}>
          Show older
        </button>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: ActivityEntry }): ReactNode {
  const [first = '', ...others] = entry.actors;
  const person = usePerson(first);
  return (
    <li>
      <Avatar person={person} size="tiny" isDecorative />
      <span>
        <b>
          {person.name}
          {others.map((id, at) => (
            <span key={id}>
              {at === others.length - 1 ? ' and ' : ', '}
              <Name id={id} />
            </span>
          ))}
        </b>{' '}
        {entry.what}{' '}
        <span className="quiet">
          <RelativeTime at={entry.at} />
        </span>
      </span>
    </li>
  );
}

function Name({ id }: { id: string }): ReactNode {
  return usePerson(id).name;
}
