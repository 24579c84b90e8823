import { expect, it } from 'vitest';
import { counterEntryProblem, rootRules, scalarEntryProblem, setEntryProblem } from './guard.ts';
import { tickets } from './testing.ts';

const rules = rootRules(tickets);

it('[R1] names every root that a document may have', () => {
  expect([...rules.keys()].toSorted()).toEqual(['fields', 'likes', 'lines', 'notes', 'source', 'tags']);
});

it('[R1] judges the entries of fields', () => {
  const scalars = rules.get('fields');
  if (scalars?.kind !== 'fields') throw new TypeError('no scalars');
  const problem = (name: string, value: unknown): string | null => scalarEntryProblem(scalars.fields, name, value);
  expect(problem('title', 'fine')).toBeNull();
  expect(problem('title', null)).toBeNull();
  expect(problem('title', undefined)).toBe('must be a string');
  expect(problem('title', 'x'.repeat(21))).toBe('must have at most 20 characters');
  expect(problem('status', 'lost')).toBe('must be one of open, waiting, closed');
  expect(problem('estimate', -1)).toBe('must be at least 0');
  for (const name of ['other', 'notes', '__proto__', 'constructor', '']) expect(problem(name, 1)).toBe('is no field');
});

it('[R1] judges the entries of counters', () => {
  expect(counterEntryProblem('0', 7)).toBeNull();
  expect(counterEntryProblem('4294967295', -7)).toBeNull();
  for (const client of ['', '01', '-1', '1.5', 'ann', '4294967296']) {
    expect(counterEntryProblem(client, 7)).toBe('must be kept by client id');
  }
  for (const sum of [0.5, '7', null, 2 ** 53, NaN, {}]) expect(counterEntryProblem('7', sum)).toBe('must be a whole number');
});

it('[R1] judges the entries of sets', () => {
  const tags = rules.get('tags');
  if (tags?.kind !== 'set') throw new TypeError('no set');
  expect(setEntryProblem(tags, 'red', true)).toBeNull();
  expect(setEntryProblem(tags, 'red', 1)).toBe('must hold true for each member');
  expect(setEntryProblem(tags, 'x'.repeat(11), true)).toBe('must have at most 10 characters');
  expect(setEntryProblem(tags, '', true)).toBe('must be a string with something in it');
});
