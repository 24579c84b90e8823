import type { ReactNode } from 'react';
import type { Api } from '../api/api.ts';
import { Avatar } from '../components/avatar.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { usePeople } from '../session/people.tsx';
import type { TicketFeed } from '../tickets/ticket-feed.ts';
import { entriesOf } from './activity-entries.ts';
import { useActivity } from './use-activity.ts';

const shown = 8;

/** What happened to a record, as the feed tells it. */
export function Activity({ api, feed, id }: { api: Api; feed: TicketFeed | null; id: string }): ReactNode {
  const { of } = usePeople();
  const entries = entriesOf(useActivity(api, feed, id), shown);
  if (entries.length === 0) return null;
  return (
    <section className="activity" aria-label="Activity">
      <h2>Activity</h2>
      <ol data-testid="activity">
        {entries.map((entry) => {
          const people = entry.actors.map(of);
          const [first] = people;
          return (
            <li key={entry.id}>
              {first !== undefined && <Avatar person={first} small decorative />}
              <span>
                {people.map((person) => person.name).join(' and ')} {entry.what}{' '}
                <span className="quiet">
                  <RelativeTime at={entry.at} />
                </span>
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
