import type { RecordView } from '@concord/protocol';
import { useId, useState, type ReactNode, type SubmitEvent } from 'react';
import { Refusal, type Api } from '../api/api.ts';
import { ticketHref } from '../routes.ts';
import { checkTitle } from './ticket-checks.ts';

/** Asks for the title, makes the ticket and opens it. */
export function NewTicket({ api, onDone }: { api: Api; onDone(): void }): ReactNode {
  const id = useId();
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function create(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const checked = checkTitle(title.trim());
    if (!checked.ok) {
      setFailure(checked.problem);
      return;
    }
    setBusy(true);
    try {
      const made = await api.post<RecordView>('/records/tickets', { title: checked.value });
      onDone();
      location.hash = ticketHref(made.id);
    } catch (error) {
      setFailure(error instanceof Refusal ? error.message : 'The ticket could not be made.');
      setBusy(false);
    }
  }

  return (
    <form
      className="new-ticket"
      onSubmit={(event) => void create(event)}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      <label htmlFor={id}>Title of the new ticket</label>
      <div className="new-ticket-line">
        <input
          id={id}
          className="input"
          autoFocus
          value={title}
          aria-invalid={failure !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => {
            setTitle(event.target.value);
            setFailure(null);
          }}
        />
        <button type="submit" className="button button-primary" disabled={busy}>
          Create
        </button>
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
      </div>
      <p id={`${id}-problem`} className="field-error" role="alert">
        {failure}
      </p>
    </form>
  );
}
