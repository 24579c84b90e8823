import { expect, it } from 'vitest';
import { placeAfter } from './list-keys.ts';

const size = { rows: 100, columns: 4, page: 10 };

it.each([
  ['ArrowDown', 3, 1, 4, 1],
  ['ArrowUp', 0, 1, 0, 1],
  ['ArrowRight', 3, 3, 3, 3],
  ['ArrowLeft', 3, 1, 3, 0],
  ['Home', 50, 2, 0, 2],
  ['End', 50, 2, 99, 2],
  ['PageDown', 95, 2, 99, 2],
  ['PageUp', 15, 2, 5, 2],
])('%s leads from %i, %i to %i, %i', (key, row, column, toRow, toColumn) => {
  expect(placeAfter(key, { row, column }, size)).toEqual({ row: toRow, column: toColumn });
});

it('leaves other keys alone, and stays within an empty list', () => {
  expect(placeAfter('a', { row: 0, column: 0 }, size)).toBeNull();
  expect(placeAfter('End', { row: 0, column: 0 }, { ...size, rows: 0 })).toEqual({ row: 0, column: 0 });
});
