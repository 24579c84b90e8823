import { errorTable } from '@concord/protocol';
import type { ReactNode } from 'react';
import { ticketsHref } from '../routes.ts';
import { codeOf } from './refusal.ts';
import { changes } from './save-indicator.tsx';

interface RefusalNoticeProps {
  readonly reason: string;
  /** What was edited here and never saved. */
  readonly unsaved: number;
  onRestore(): void;
  onRetry(): void;
}

/** Why a record is not, or no longer, open, and what can be done. */
export function RefusalNotice({ reason, unsaved, onRestore, onRetry }: RefusalNoticeProps): ReactNode {
  const { heading, text, retry = false } = wordsFor(reason);
  const deleted = reason === 'record_deleted';
  return (
    <div className="refusal" role="alert" data-testid="refusal" data-reason={reason}>
      <h2>{heading}</h2>
      <p>
        {text}
        {unsaved > 0 && ` ${changes(unsaved)} of yours ${unsaved === 1 ? 'was' : 'were'} not saved; they are still on this page.`}
        {unsaved > 0 && deleted && ' Restoring the ticket saves them.'}
      </p>
      <div className="actions">
        {deleted && (
          <button type="button" className="button button-primary" onClick={onRestore}>
            Restore the ticket
          </button>
        )}
        {retry && (
          <button type="button" className="button button-primary" onClick={onRetry}>
            Try again
          </button>
        )}
        <a className="button" href={ticketsHref}>
          All tickets
        </a>
      </div>
    </div>
  );
}

function wordsFor(reason: string): { heading: string; text: string; retry?: boolean } {
  switch (reason) {
    case 'record_deleted':
      return { heading: 'This ticket was deleted', text: 'Nobody can change it while it is.' };
    case 'not_found':
    case 'invalid_name':
      return {
        heading: 'There is no such ticket',
        text: 'It was removed for good, or the address is wrong, or it is not for you to see.',
      };
    case 'forbidden':
      return { heading: 'This ticket is not open to you', text: 'Ask whoever runs this workspace.' };
    case 'unauthenticated':
    case 'token_expired':
      return { heading: 'You are signed out', text: 'Sign in again to go on.' };
    default: {
      const code = codeOf(reason);
      return {
        heading: 'The server closed this ticket',
        text: code === null ? reason : `${errorTable[code].message} (${code})`,
        retry: true,
      };
    }
  }
}
