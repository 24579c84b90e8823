import type { FeedEvent } from '@concord/protocol';
import { expect, it } from 'vitest';
import { entriesOf } from './activity-entries.ts';

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
  const entries = entriesOf([event(0, {}), event(1, {}), event(2, { actors: ['ada', 'ben'] }), event(3, {}), event(30, {})], 10);
  expect(entries.map(({ actors, at }) => [actors.join('+'), at.slice(14, 16)])).toEqual([
    ['ada', '30'],
    ['ada', '03'],
    ['ada+ben', '02'],
    ['ada', '01'],
  ]);
});

it('says what happened', () => {
  const view = { id: '1', version: 2, createdAt: '', createdBy: '', updatedAt: '', updatedBy: '', status: 'closed' };
  const said = (changes: Partial<FeedEvent>): string | undefined => entriesOf([event(0, changes)], 1)[0]?.what;
  expect(said({ type: 'tickets.create', version: 1 })).toBe('made the ticket');
  expect(said({ type: 'tickets.create', version: 5 })).toBe('restored the ticket');
  expect(said({ type: 'tickets.delete' })).toBe('deleted the ticket');
  expect(said({ changed: ['status'], data: view })).toBe('set the status to Closed');
  expect(said({ changed: ['title', 'estimate', 'notes'] })).toBe('edited the title, estimate and notes');
  expect(said({ changed: ['title'] })).toBe('edited the title');
});

it('keeps the latest', () => {
  const entries = entriesOf(
    [event(0, { changed: ['title'] }), event(1, { changed: ['notes'] }), event(2, { changed: ['status'] })],
    2,
  );
  expect(entries.map(({ what }) => what)).toEqual(['edited the status', 'edited the notes']);
});
