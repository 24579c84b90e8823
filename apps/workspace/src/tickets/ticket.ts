import type { Json, RecordView } from '@concord/protocol';
import type { RecordOf } from '@concord/schema';
import type config from '../../concord.config.ts';

type TicketRecord = RecordOf<typeof config, 'tickets'>;

export type Status = TicketRecord['status'];
export type Priority = TicketRecord['priority'];

/** What the list shows of a record of the collection `tickets`. */
export type Ticket = Omit<TicketRecord, 'notes' | 'createdBy'>;

// Of the config only the types come along: the rest of it is the server's.
export const statuses: readonly Status[] = ['open', 'waiting', 'closed'];
export const priorities: readonly Priority[] = ['low', 'normal', 'high', 'urgent'];
export const defaultStatus: Status = 'open';
export const defaultPriority: Priority = 'normal';
export const maxTitleLength = 200;

/** Reads a view; whatever is missing or of another type falls back to the schema's default. */
export function ticketOf(view: RecordView): Ticket {
  return {
    id: view.id,
    version: view.version,
    title: text(view['title']) ?? '',
    status: asStatus(view['status']),
    priority: asPriority(view['priority']),
    assignee: text(view['assignee']),
    estimate: typeof view['estimate'] === 'number' ? view['estimate'] : null,
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
    updatedBy: view.updatedBy,
  };
}

const asStatus = (value: unknown): Status => statuses.find((status) => status === value) ?? defaultStatus;
const asPriority = (value: unknown): Priority => priorities.find((priority) => priority === value) ?? defaultPriority;

function text(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** `waiting` → `Waiting`. */
export const label = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
