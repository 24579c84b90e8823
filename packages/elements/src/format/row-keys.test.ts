import { expect, it } from 'vitest';
import { createRowKeys } from './row-keys.ts';

it('gives a row the same key wherever others put it, and however it changes', () => {
  const keysOf = createRowKeys<{ readonly item: string }>();
  const keys = (...items: string[]) => keysOf(items.map((item) => ({ item }))).map(({ key }) => key);
  expect(keys('a', 'b', 'c')).toEqual([0, 1, 2]);
  expect(keys('new', 'a', 'b', 'c'), 'one in front').toEqual([3, 0, 1, 2]);
  expect(keys('new', 'a', 'B', 'c'), 'one that has changed').toEqual([3, 0, 1, 2]);
  expect(keys('a', 'B!', 'c', 'last'), 'one gone, one changed, one behind').toEqual([0, 1, 2, 4]);
  expect(keys('a', 'c', 'B!', 'last'), 'two that have changed places').toEqual([0, 2, 1, 4]);
  expect(keys('last', 'a', 'c', 'B!'), 'one that has moved to the front').toEqual([4, 0, 2, 1]);
  expect(keys()).toEqual([]);
  expect(new Set(keys('a', 'a', 'a')).size, 'equal rows').toBe(3);
});

it('is quick with as many rows as there can be', () => {
  const keysOf = createRowKeys<number>();
  const rows = Array.from({ length: 5000 }, (_, index) => index);
  keysOf(rows);
  const changed = keysOf(rows.map((row) => row + 10_000));
  expect(changed.map(({ key }) => key)).toEqual(rows);
});
