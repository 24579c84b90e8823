import type { FeedEvent } from '@concord/protocol';
import { label } from '../tickets/ticket.ts';

/** One line of a record's history. */
export interface ActivityEntry {
  readonly id: string;
  readonly actors: readonly string[];
  readonly what: string;
  readonly at: string;
}

/** Typing makes an event each quarter of a second; within this time the same thing by the same people is one line. */
const joinMs = 10 * 60_000;

/** The latest of `events` (in feed order), newest first. */
export function entriesOf(events: readonly FeedEvent[], most: number): readonly ActivityEntry[] {
  const entries: ActivityEntry[] = [];
  for (const event of events) {
    const entry = { id: event.id, actors: event.actors, what: wordsFor(event), at: event.timestamp };
    const last = entries.at(-1);
    const same =
      last !== undefined &&
      last.what === entry.what &&
      last.actors.join() === entry.actors.join() &&
      Date.parse(entry.at) - Date.parse(last.at) < joinMs;
    if (same) entries[entries.length - 1] = { ...entry, id: last.id };
    else entries.push(entry);
  }
  return entries.slice(-most).reverse();
}

function wordsFor(event: FeedEvent): string {
  if (event.type === 'tickets.delete') return 'deleted the ticket';
  if (event.type === 'tickets.create') return event.version === 1 ? 'made the ticket' : 'restored the ticket';
  if (event.changed.length === 0) return 'restored the ticket';
  const [only, ...others] = event.changed;
  const value = event.data?.[only ?? ''];
  // Small words are told, sentences are not.
  if (others.length === 0 && (only === 'status' || only === 'priority') && typeof value === 'string')
    return `set the ${only} to ${label(value)}`;
  return `edited ${joined(event.changed)}`;
}

function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? `the ${last}` : `the ${names.slice(0, -1).join(', ')} and ${last}`;
}
