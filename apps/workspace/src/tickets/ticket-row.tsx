import { memo, type ReactNode } from 'react';
import { Avatar } from '../components/avatar.tsx';
import { TrashIcon } from '../components/icons.tsx';
import { RelativeTime } from '../components/relative-time.tsx';
import { ticketHref } from '../routes.ts';
import { usePeople } from '../session/people.tsx';
import { label } from './ticket.ts';
import type { TicketRow } from './ticket-rows.ts';

interface TicketRowItemProps {
  readonly row: TicketRow;
  onDelete(id: string, title: string): void;
}

export const TicketRowItem = memo(function TicketRowItem({ row: { ticket, live }, onDelete }: TicketRowItemProps): ReactNode {
  const { of } = usePeople();
  const title = ticket.title === '' ? 'Untitled' : ticket.title;
  return (
    <li className="row" data-testid="ticket-row" data-record={ticket.id} data-version={ticket.version}>
      {/* A new key at each version starts the glow anew. */}
      {live && <span key={ticket.version} className="row-glow" aria-hidden="true" />}
      <span className="pill" data-status={ticket.status} data-testid="row-status">
        {label(ticket.status)}
      </span>
      <a className="row-title" href={ticketHref(ticket.id)}>
        {title}
      </a>
      <span className="row-facts">
        {ticket.priority !== 'normal' && (
          <span className="priority" data-priority={ticket.priority}>
            {label(ticket.priority)}
          </span>
        )}
        {ticket.estimate !== null && (
          <span className="quiet" title="Estimate">
            {ticket.estimate} h
          </span>
        )}
      </span>
      <span className="row-assignee">{ticket.assignee !== null && <Avatar person={{ ...of(ticket.assignee) }} small />}</span>
      <span className="row-changed quiet" data-testid="row-changed">
        {of(ticket.updatedBy).name} · <RelativeTime at={ticket.updatedAt} />
      </span>
      <button
        type="button"
        className="button button-icon row-delete"
        aria-label={`Delete “${title}”`}
        onClick={() => onDelete(ticket.id, title)}
      >
        <TrashIcon />
      </button>
    </li>
  );
});
