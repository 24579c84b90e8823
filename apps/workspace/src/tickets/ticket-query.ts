import type { Status } from './ticket.ts';

export const sorts = [
  { value: '-updatedAt', label: 'Last changed' },
  { value: '-createdAt', label: 'Newest' },
  { value: '-priority', label: 'Priority' },
  { value: 'title', label: 'Title' },
] as const;
export type Sort = (typeof sorts)[number]['value'];

/** What the list is asked for. */
export interface TicketQuery {
  readonly text: string;
  readonly status: Status | null;
  readonly sort: Sort;
}

export const everyTicket: TicketQuery = { text: '', status: null, sort: '-updatedAt' };

const pageSize = 100;

/** The query in the server's filter language, or `null` where it leaves nothing out. */
export function filterOf({ text, status }: TicketQuery): string | null {
  const terms: string[] = [];
  if (text.trim() !== '') terms.push(`title contains ${quoted(text.trim())}`);
  if (status !== null) terms.push(`status = ${quoted(status)}`);
  return terms.length === 0 ? null : terms.join(' and ');
}

/** The path of the list, or of one more page of it. */
export function listPath(query: TicketQuery, page?: string): string {
  const parameters = new URLSearchParams({ sort: query.sort, limit: String(pageSize) });
  const filter = filterOf(query);
  if (filter !== null) parameters.set('filter', filter);
  if (page !== undefined) parameters.set('page', page);
  return `/records/tickets?${parameters.toString()}`;
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
