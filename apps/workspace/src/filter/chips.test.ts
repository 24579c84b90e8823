import { compileConfig, field, type VisibleCollection } from '@concord/schema';
import { expect, it } from 'vitest';
import { chipsOf, chipWords, dayBeside, withChip } from './chips.ts';
import type { Condition } from './condition.ts';
import { readConditions } from './read-conditions.ts';

const tickets = compileConfig(
  {
    collections: {
      tickets: {
        fields: {
          title: field.string(),
          status: field.enum(['open', 'closed']),
          estimate: field.number(),
          assignee: field.string(),
        },
      },
    },
  },
  'test',
).collections.get('tickets') as VisibleCollection;
const read = (filter: string) => readConditions(tickets, filter) as readonly Condition[];
const words = (filter: string) => chipsOf(read(filter)).map((chip) => chipWords(tickets, chip, (id) => id.toUpperCase()));

it('says what is asked of each field', () => {
  expect(words("status in ('open', 'closed') and estimate >= 2 and title contains 'lamp' and estimate <= 5")).toEqual([
    'Open or Closed',
    'from 2 to 5',
    'contains “lamp”',
  ]);
  expect(words("assignee = 'ada' and title is null and createdBy != 'ben'")).toEqual(['ADA', 'is empty', 'is not BEN']);
});

it('puts a chip where it was, and takes it out', () => {
  const all = read("title contains 'a' and estimate >= 2 and status = 'open'");
  const next = withChip(all, { field: 'estimate', conditions: [{ field: 'estimate', operator: '<=', values: ['9'] }] });
  expect(next.map(({ field: name, operator }) => `${name} ${operator}`)).toEqual(['title contains', 'estimate <=', 'status =']);
  expect(withChip(next, { field: 'title', conditions: [] })).toHaveLength(2);
});

it('knows the days beside a day', () => {
  expect(dayBeside('2026-12-31', 1)).toBe('2027-01-01');
  expect(dayBeside('2026-03-01', -1)).toBe('2026-02-28');
});
