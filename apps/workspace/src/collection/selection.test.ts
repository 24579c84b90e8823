import { expect, it } from 'vitest';
import { selectionAfter, selectionWithin } from './selection.ts';

const ids = ['a', 'b', 'c', 'd'];
const none: ReadonlySet<string> = new Set();

it('selects one, or everything from the last one, in either direction', () => {
  const one = selectionAfter(none, ids, { id: 'c', from: null, isRange: false });
  expect([...one]).toEqual(['c']);
  expect([...selectionAfter(one, ids, { id: 'a', from: 'c', isRange: true })].toSorted()).toEqual(['a', 'b', 'c']);
  expect([...selectionAfter(one, ids, { id: 'c', from: 'c', isRange: false })]).toEqual([]);
  expect([...selectionAfter(one, ids, { id: 'd', from: 'gone', isRange: true })]).toEqual(['c', 'd']);
});

it('drops what has left the list', () => {
  const two = new Set(['a', 'z']);
  expect([...selectionWithin(two, new Set(ids))]).toEqual(['a']);
  expect(selectionWithin(two, new Set(['a', 'z', 'q']))).toBe(two);
});
