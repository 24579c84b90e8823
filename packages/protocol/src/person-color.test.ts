import { expect, it } from 'vitest';
import { personColor } from './person-color.ts';

it('is the same each time, and fit for a style', () => {
  for (const id of ['ada', 'ben', '', '😀', 'x'.repeat(128)]) {
    expect(personColor(id)).toBe(personColor(id));
    expect(personColor(id)).toMatch(/^#[0-9a-f]{6}$/);
  }
});

it('tells a handful of people apart', () => {
  expect(new Set(['ada', 'ben', 'chloe', 'dan'].map(personColor)).size).toBe(4);
});
