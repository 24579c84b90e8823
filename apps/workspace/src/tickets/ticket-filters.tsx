import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { SearchIcon } from '../components/icons.tsx';
import { label, statuses } from './ticket.ts';
import { sorts, type TicketQuery } from './ticket-query.ts';

const typingMs = 150;

export function TicketFilters({ query, onChange }: { query: TicketQuery; onChange(query: TicketQuery): void }): ReactNode {
  const id = useId();
  const [text, setText] = useState(query.text);
  const [shown, setShown] = useState(query.text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  // Emptied from elsewhere ("Show all").
  if (shown !== query.text) {
    setShown(query.text);
    setText(query.text);
  }

  function search(next: string): void {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setShown(next);
      onChange({ ...query, text: next });
    }, typingMs);
  }

  return (
    <form role="search" className="filters" onSubmit={(event) => event.preventDefault()}>
      <div className="search">
        <SearchIcon />
        <input
          type="search"
          className="input"
          aria-label="Search titles"
          placeholder="Search titles"
          value={text}
          maxLength={200}
          onChange={(event) => search(event.target.value)}
        />
      </div>
      <fieldset className="segments">
        <legend className="hidden">Status</legend>
        {[null, ...statuses].map((status) => (
          <label key={status ?? 'all'} className="segment">
            <input
              type="radio"
              name={`${id}-status`}
              checked={query.status === status}
              onChange={() => onChange({ ...query, text, status })}
            />
            <span>{status === null ? 'All' : label(status)}</span>
          </label>
        ))}
      </fieldset>
      <label className="sort">
        <span className="quiet">Sort by</span>
        <select
          className="input"
          value={query.sort}
          onChange={(event) => {
            const sort = sorts.find(({ value }) => value === event.target.value);
            if (sort !== undefined) onChange({ ...query, text, sort: sort.value });
          }}
        >
          {sorts.map((sort) => (
            <option key={sort.value} value={sort.value}>
              {sort.label}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}
