import type { FeedEvent } from '@concord/protocol';
import { priorities, type Ticket } from './ticket.ts';
import type { Sort } from './ticket-query.ts';

export interface TicketRow {
  readonly ticket: Ticket;
  /** Changed by an event while the list was shown. */
  readonly live: boolean;
}

/** How an event bears on a record: what it is now, or that it is gone as of a version. */
export type TicketChange = { readonly ticket: Ticket } | { readonly gone: string; readonly version: number };

/**
 * The rows after a change, in order. Versions make it safe to meet what the list held already: a change
 * older than its row is left out. With `keepOut`, a record that is not in the list stays out of it: whether
 * it fits the filter is the server's to say.
 */
export function changeRows(rows: readonly TicketRow[], change: TicketChange, sort: Sort, keepOut: boolean): readonly TicketRow[] {
  const id = 'gone' in change ? change.gone : change.ticket.id;
  const version = 'gone' in change ? change.version : change.ticket.version;
  const row = rows.find(({ ticket }) => ticket.id === id);
  if (row !== undefined && row.ticket.version > version) return rows;
  if (row?.ticket.version === version && !('gone' in change)) return rows;
  const others = rows.filter((other) => other !== row);
  if ('gone' in change) return row === undefined ? rows : others;
  if (row === undefined && keepOut) return rows;
  return [...others, { ticket: change.ticket, live: true }].sort((a, b) => compare(a.ticket, b.ticket, sort));
}

/** Rows of one more page, without those that are shown already. */
export function appendRows(rows: readonly TicketRow[], page: readonly Ticket[]): readonly TicketRow[] {
  const known = new Set(rows.map(({ ticket }) => ticket.id));
  return [...rows, ...page.filter(({ id }) => !known.has(id)).map((ticket) => ({ ticket, live: false }))];
}

/** Whether an event says that the record is gone. */
export const isDelete = (event: FeedEvent): boolean => event.type === 'tickets.delete';

function compare(a: Ticket, b: Ticket, sort: Sort): number {
  switch (sort) {
    case '-updatedAt':
      return order(b.updatedAt, a.updatedAt) || order(a.id, b.id);
    case '-createdAt':
      return order(b.createdAt, a.createdAt) || order(a.id, b.id);
    case '-priority':
      return priorities.indexOf(b.priority) - priorities.indexOf(a.priority) || order(a.id, b.id);
    case 'title':
      return order(a.title, b.title) || order(a.id, b.id);
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
