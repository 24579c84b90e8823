import type { ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { peopleOf, type Visitor } from './presence.ts';

/** Who has this record open, each person once. */
export function PresenceList({ visitors }: { visitors: readonly Visitor[] }): ReactNode {
  return (
    <ul className="presence" aria-label="People here" data-testid="presence">
      {peopleOf(visitors).map(({ clientId, person, self }) => (
        <li key={clientId} data-person={person.id}>
          <Avatar person={self ? { ...person, name: `${person.name} (you)` } : person} small />
        </li>
      ))}
    </ul>
  );
}
