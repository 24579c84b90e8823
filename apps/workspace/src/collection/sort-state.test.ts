import { expect, it } from 'vitest';
import { askedSort, sortAfter, sortStateOf } from './sort-state.ts';

it('goes from ascending to descending, and back to what is usual', () => {
  expect(sortAfter('', 'title')).toBe('title');
  expect(sortAfter('title', 'title')).toBe('-title');
  expect(sortAfter('-title', 'title')).toBe('');
  expect(sortAfter('-title', 'status')).toBe('status');
});

it('has the latest change first, unless told otherwise', () => {
  expect(askedSort('')).toBe('-updatedAt');
  expect(sortStateOf('')).toEqual({ field: 'updatedAt', direction: 'descending' });
  expect(sortAfter('', 'updatedAt')).toBe('updatedAt');
  expect(sortAfter('updatedAt', 'updatedAt')).toBe('');
  expect(sortAfter('title', 'updatedAt')).toBe('');
  expect(sortStateOf('-priority,title')).toEqual({ field: 'priority', direction: 'descending' });
});
