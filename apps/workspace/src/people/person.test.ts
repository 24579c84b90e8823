import { expect, it } from 'vitest';
import { holdsPeople, personOf } from './person.ts';

it('falls back to the id for a name, and to the same colour each time', () => {
  expect(personOf('u-1', '  ')).toEqual(personOf('u-1'));
  expect(personOf('u-1').name).toBe('u-1');
});

it('takes strings and sets with certain names for people', () => {
  expect(holdsPeople({ name: 'assignee', kind: 'string' })).toBe(true);
  expect(holdsPeople({ name: 'members', kind: 'set' })).toBe(true);
  expect(holdsPeople({ name: 'title', kind: 'string' })).toBe(false);
  expect(holdsPeople({ name: 'owner', kind: 'ref' })).toBe(false);
});
