import { compileConfig, field, type VisibleCollection } from '@concord/schema';
import { expect, it } from 'vitest';
import { draftProblems, saidValues, valueProblem } from './draft.ts';

const tickets = compileConfig(
  {
    collections: { tickets: { fields: { title: field.string({ required: true, max: 5 }), estimate: field.number({ min: 0 }) } } },
  },
  'test',
).collections.get('tickets') as VisibleCollection;

it('says what is wrong with a value while it is typed', () => {
  expect(valueProblem(tickets, 'estimate', -1)).toBe('Must be at least 0.');
  expect(valueProblem(tickets, 'estimate', null)).toBeNull();
  expect(valueProblem(tickets, 'title', undefined)).toBeNull();
});

it('says everything that keeps a draft from being a record, and what is missing last', () => {
  expect([...draftProblems(tickets, { title: 'too long', estimate: -1 }).keys()]).toEqual(['title', 'estimate']);
  expect([...draftProblems(tickets, {})]).toEqual([['title', 'Is required.']]);
  expect(draftProblems(tickets, saidValues({ title: 'Lamp', estimate: null })).size).toBe(0);
});
