import { compileConfig, field, parseFilter, type VisibleCollection } from '@concord/schema';
import { expect, it } from 'vitest';
import { filterOf, type Condition } from './condition.ts';
import { readConditions } from './read-conditions.ts';

const tickets = compileConfig(
  {
    collections: {
      tickets: {
        fields: {
          title: field.string(),
          status: field.enum(['open', 'waiting', 'closed']),
          estimate: field.number(),
          rush: field.boolean(),
          due: field.date(),
          tags: field.set(),
          rows: field.list({ a: field.string() }),
        },
      },
    },
  },
  'test',
).collections.get('tickets') as VisibleCollection;

const conditions: readonly Condition[] = [
  { field: 'title', operator: 'contains', values: ["parents' or status = 'open'"] },
  { field: 'status', operator: 'in', values: ['open', 'waiting'] },
  { field: 'estimate', operator: '>=', values: ['-2.5'] },
  { field: 'rush', operator: '=', values: ['true'] },
  { field: 'due', operator: '<', values: ['2026-11-21'] },
  { field: 'tags', operator: 'contains', values: ['a "b"'] },
  { field: 'updatedBy', operator: '=', values: ['ada'] },
  { field: 'estimate', operator: 'is not null', values: [] },
];

it('says in the server’s language what the chips say, and reads it back', () => {
  const filter = filterOf(tickets, conditions);
  expect(() => parseFilter(filter, tickets)).not.toThrow();
  expect(readConditions(tickets, filter)).toEqual(conditions);
  for (const condition of conditions) expect(readConditions(tickets, filterOf(tickets, [condition]))).toEqual([condition]);
  expect(readConditions(tickets, '')).toEqual([]);
});

it('reads what people type', () => {
  expect(readConditions(tickets, `title  CONTAINS "it's" AND estimate>=3`)).toEqual([
    { field: 'title', operator: 'contains', values: ["it's"] },
    { field: 'estimate', operator: '>=', values: ['3'] },
  ]);
});

it.each([
  "status = 'open' or estimate >= 3",
  "not status = 'open'",
  "(status = 'open')",
  "rows = 'x'",
  "nothing = 'x'",
  "title = 'x",
  'title',
  'title =',
  "status in ('open'",
  "status = 'open' estimate = 3",
  'title = null',
  'title ~ 3',
])('leaves %j to be shown as text', (filter) => {
  expect(readConditions(tickets, filter)).toBeNull();
});
