import type { Command } from '@concord/client';
import { expect, it } from 'vitest';
import { rowsOf } from './pending-rows.ts';

const items = [
  { id: '1', title: 'One', status: 'open' },
  { id: '2', title: 'Two', status: 'open' },
];
const command = (operation: Command['operation'], record: string, more: Partial<Command> = {}): Command => ({
  id: `c-${operation}-${record}`,
  operation,
  collection: 'tickets',
  record,
  at: 0,
  state: 'waiting',
  ...more,
});
const rows = (...pending: Command[]) => rowsOf(items, pending, 'tickets');

it('shows what waits as if it were done', () => {
  const shown = rows(
    command('create', '3', { values: { title: 'Three' } }),
    command('update', '1', { values: { status: 'closed' } }),
    command('delete', '2'),
  );
  expect(shown.map(({ id, record }) => [id, record['title'], record['status']])).toEqual([
    ['3', 'Three', undefined],
    ['1', 'One', 'closed'],
  ]);
  expect(shown.map(({ command: waiting }) => waiting?.operation)).toEqual(['create', 'update']);
});

it('shows what was refused as it is, and says so', () => {
  const shown = rows(
    command('update', '1', { values: { status: 'nonsense' }, state: 'failed' }),
    command('delete', '2', { state: 'failed' }),
  );
  expect(shown.map(({ id, record, command: failed }) => [id, record['status'], failed?.state])).toEqual([
    ['1', 'open', 'failed'],
    ['2', 'open', 'failed'],
  ]);
});

it('shows a new record once, when the list has come to hold it', () => {
  expect(rows(command('create', '2', { values: { title: 'Two' } })).map(({ id }) => id)).toEqual(['1', '2']);
});

it('keeps the rows of other collections, and of records that have not changed', () => {
  const elsewhere = command('update', '1', { collection: 'notes', values: { title: 'x' } });
  expect(rows(elsewhere)[0]?.record).toBe(items[0]);
  expect(rows(elsewhere)[0]).toBe(rows()[0]);
  expect(rows(command('update', '1', { values: {} }))[1]).toBe(rows()[1]);
});
