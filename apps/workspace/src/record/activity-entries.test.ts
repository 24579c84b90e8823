import type { FeedEvent } from '@concord/protocol';
import { compileConfig, field, type VisibleCollection } from '@concord/schema';
import { expect, it } from 'vitest';
import { entriesOf } from './activity-entries.ts';

const tickets = compileConfig(
  {
    collections: {
      tickets: {
        fields: { title: field.string(), status: field.enum(['open', 'closed']), dueDate: field.date(), notes: field.richText() },
      },
    },
  },
  'test',
).collections.get('tickets') as VisibleCollection;

let count = 0;
const event = (minute: number, changes: Partial<FeedEvent>): FeedEvent => ({
  id: `evt_${(count += 1)}`,
  cursor: String(count),
  type: 'tickets.update',
  timestamp: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  collection: 'tickets',
  record: '1',
  version: 2,
  changed: ['notes'],
  previous: {},
  actors: ['ada'],
  ...changes,
});

it('makes one line of a stretch of typing, and another when somebody else joins in', () => {
  const entries = entriesOf(tickets, [
    event(0, {}),
    event(1, {}),
    event(2, { actors: ['ada', 'ben'] }),
    event(3, {}),
    event(30, {}),
  ]);
  expect(entries.map(({ actors, at }) => [actors.join('+'), at.slice(14, 16)])).toEqual([
    ['ada', '30'],
    ['ada', '03'],
    ['ada+ben', '02'],
    ['ada', '01'],
  ]);
});

it('says what happened', () => {
  const view = {
    id: '1',
    version: 2,
    createdAt: '',
    createdBy: '',
    updatedAt: '',
    updatedBy: '',
    status: 'closed',
    dueDate: '2026-11-21',
  };
  const said = (changes: Partial<FeedEvent>): string | undefined => entriesOf(tickets, [event(0, changes)])[0]?.what;
  expect(said({ type: 'tickets.create', version: 1 })).toBe('made the ticket');
  expect(said({ type: 'tickets.create', version: 5 })).toBe('restored the ticket');
  expect(said({ type: 'tickets.delete' })).toBe('deleted the ticket');
  expect(said({ changed: ['status'], data: view })).toBe('set status to Closed');
  expect(said({ changed: ['dueDate'], data: view })).toBe('set due date to 21 Nov 2026');
  expect(said({ changed: ['title', 'dueDate', 'notes'] })).toBe('edited title, due date and notes');
});

it('tells the last of several values that follow each other', () => {
  const set = (minute: number, status: string): FeedEvent =>
    event(minute, {
      changed: ['status'],
      data: { id: '1', version: 2, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '', status },
    });
  expect(entriesOf(tickets, [set(0, 'closed'), set(1, 'open')]).map(({ what }) => what)).toEqual(['set status to Open']);
});
