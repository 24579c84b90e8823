import type { Person } from '@concord/client';
import { useClient } from '@concord/react';
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { personOf } from './person.ts';

interface PersonPickerProps {
  readonly label: string;
  /** Who is not offered. */
  readonly without: ReadonlySet<string>;
  readonly autoFocus?: boolean;
  onPick(person: Person): void;
}

const mostPeople = 50;

/** People of the account, found by the beginnings of their names, to pick one after the other. */
export function PersonPicker({ label, without, autoFocus = false, onPick }: PersonPickerProps): ReactNode {
  const id = useId();
  const client = useClient();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const [people, setPeople] = useState<readonly Person[] | 'offline'>([]);

  useEffect(() => {
    let isOver = false;
    client.people({ query: query.trim(), limit: mostPeople }).then(
      (found) => isOver || setPeople(found),
      () => isOver || setPeople('offline'),
    );
    return () => {
      isOver = true;
    };
  }, [client, query]);

  const offered = people === 'offline' ? [] : people.filter((person) => !without.has(person.id));
  const chosen = Math.min(at, offered.length - 1);

  function pick(person: Person | undefined): void {
    if (person === undefined) return;
    setQuery('');
    setAt(0);
    onPick(person);
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Enter') pick(offered[chosen]);
    else if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, offered.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
    else return;
    event.preventDefault();
  }

  const optionId = (user: string): string => `${id}-${user}`;
  const active = offered[chosen];
  return (
    <div className="person-picker">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active === undefined ? undefined : optionId(active.id)}
        aria-autocomplete="list"
        placeholder="Find by name"
        autoComplete="off"
        autoFocus={autoFocus}
        value={query}
        onChange={({ target }) => {
          setQuery(target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} className="person-options">
        {offered.map((person, index) => (
          <li
            key={person.id}
            id={optionId(person.id)}
            role="option"
            aria-selected={index === chosen}
            className="person-option"
            onPointerMove={() => setAt(index)}
            onClick={() => pick(person)}
          >
            <Avatar person={personOf(person.id, person.name)} size="tiny" isDecorative />
            <span className="clip">{person.name}</span>
            {person.name !== person.id && <span className="quiet small clip">{person.id}</span>}
          </li>
        ))}
      </ul>
      <p className="quiet small" role="status">
        {people === 'offline'
          ? 'There is no connection: people are found again when there is one.'
          : offered.length === 0 && query !== ''
            ? 'Nobody is called so.'
            : ''}
      </p>
    </div>
  );
}
