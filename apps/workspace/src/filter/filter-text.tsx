import { ConcordError } from '@concord/protocol';
import { parseFilter, type VisibleCollection } from '@concord/schema';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';

interface FilterTextProps {
  readonly collection: VisibleCollection;
  readonly filter: string;
  readonly leaveLabel: string;
  onChange(filter: string): void;
  onLeave(): void;
}

/** The filter in the server's language, with what is wrong with it as one types. */
export function FilterText({ collection, filter, leaveLabel, onChange, onLeave }: FilterTextProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState(filter);
  const problem = filterProblem(collection, typed);

  function submit(event: SubmitEvent): void {
    event.preventDefault();
    if (problem === null) onChange(typed.trim());
  }

  return (
    <form className="filters filters-text" role="search" onSubmit={submit}>
      <label htmlFor={id} className="hidden">
        Filter
      </label>
      <input
        id={id}
        className="input code"
        data-testid="filter-text"
        autoFocus
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder="status = 'open' and (estimate >= 3 or assignee is null)"
        value={typed}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => setTyped(target.value)}
      />
      <button type="submit" className="button" disabled={problem !== null || typed.trim() === filter}>
        Apply
      </button>
      <button type="button" className="button button-quiet" onClick={onLeave}>
        {leaveLabel}
      </button>
      <p id={`${id}-problem`} className="field-error" role="status">
        {problem}
      </p>
    </form>
  );
}

/** What is wrong with a filter, and where; null where it is right, or empty. */
function filterProblem(collection: VisibleCollection, filter: string): string | null {
  if (filter.trim() === '') return null;
  try {
    parseFilter(filter, collection);
    return null;
  } catch (error) {
    if (error instanceof ConcordError) return error.message;
    throw error;
  }
}
