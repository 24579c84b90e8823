import type { FeedEvent, Json } from '@concord/protocol';
import type { VisibleCollection } from '@concord/schema';
import { holdsPeople } from '../people/person.ts';
import { dateWords } from '../words/dates.ts';
import { numbers, singularOf, wordsOf } from '../words/words.ts';

/** One line of a record's history. */
export interface ActivityEntry {
  readonly id: string;
  readonly actors: readonly string[];
  readonly what: string;
  readonly at: string;
}

/** Typing makes an event each quarter of a second; within this time the same thing by the same people is one line. */
const joinMs = 10 * 60_000;

/** What `events` (in feed order) tell, newest first. */
export function entriesOf(collection: VisibleCollection, events: readonly FeedEvent[]): readonly ActivityEntry[] {
  const entries: (ActivityEntry & { readonly topic: string })[] = [];
  for (const event of events) {
    const topic = `${event.type.split('.').at(-1)}:${event.changed.join()}`;
    const entry = { id: event.id, topic, actors: event.actors, what: wordsFor(collection, event), at: event.timestamp };
    const last = entries.at(-1);
    const isSame =
      last !== undefined &&
      last.topic === topic &&
      last.actors.join() === entry.actors.join() &&
      Date.parse(entry.at) - Date.parse(last.at) < joinMs;
    if (isSame) entries[entries.length - 1] = { ...entry, id: last.id };
    else entries.push(entry);
  }
  return entries.toReversed();
}

function wordsFor(collection: VisibleCollection, event: FeedEvent): string {
  const word = singularOf(collection.name);
  if (event.type.endsWith('.delete')) return `deleted the ${word}`;
  if (event.type.endsWith('.create')) return event.version === 1 ? `made the ${word}` : `restored the ${word}`;
  const [only, ...others] = event.changed;
  if (only === undefined) return `restored the ${word}`;
  const said = others.length === 0 ? valueWords(collection, only, event.data?.[only]) : null;
  return said === null ? `edited ${joined(event.changed)}` : `set ${nameOf(only)} to ${said}`;
}

/** Small words are told, sentences are not. */
function valueWords(collection: VisibleCollection, name: string, value: Json | undefined): string | null {
  const field = collection.fields.get(name);
  if (field === undefined || value === undefined || value === null || holdsPeople(field)) return null;
  switch (field.kind) {
    case 'enum':
      return wordsOf(String(value));
    case 'number':
    case 'counter':
      return typeof value === 'number' ? numbers.format(value) : null;
    case 'date':
      return dateWords(String(value));
    case 'boolean':
      return value === true ? 'yes' : 'no';
    default:
      return null;
  }
}

const nameOf = (field: string): string => wordsOf(field).toLowerCase();
const conjunction = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const joined = (names: readonly string[]): string => conjunction.format(names.map(nameOf));
