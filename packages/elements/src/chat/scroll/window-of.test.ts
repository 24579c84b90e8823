import { expect, it } from 'vitest';
import { rowAt, windowOf } from './window-of.ts';

const heights = Array.from({ length: 1000 }, () => 50);
const sight = { viewportPx: 500, overscanPx: 200 };

it('has what is in sight in the document, and some more on either side', () => {
  expect(windowOf(heights, 100, 0, sight)).toEqual({ start: 96, end: 114, beforePx: 96 * 50, afterPx: 886 * 50 });
});

it('ends with the last row where it stands at the end', () => {
  expect(windowOf(heights, 1000, 500, sight)).toEqual({ start: 986, end: 1000, beforePx: 986 * 50, afterPx: 0 });
});

it('begins with the first one', () => {
  expect(windowOf(heights, 0, 0, sight)).toMatchObject({ start: 0, end: 14, beforePx: 0 });
  expect(windowOf([], 0, 0, sight)).toEqual({ start: 0, end: 0, beforePx: 0, afterPx: 0 });
});

it('knows which row stands where', () => {
  expect(rowAt(heights, 0)).toEqual({ index: 0, offsetPx: 0 });
  expect(rowAt(heights, 120)).toEqual({ index: 2, offsetPx: -20 });
  expect(rowAt(heights, 1_000_000)).toMatchObject({ index: 999 });
});
