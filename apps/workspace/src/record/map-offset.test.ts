import { expect, it } from 'vitest';
import { mapOffset } from './map-offset.ts';

it.each([
  ['what comes in behind the caret leaves it', 'abc', 'abcd', 1, 1],
  ['what comes in before it moves it on', 'abc', 'xxabc', 1, 3],
  ['what goes before it moves it back', 'hello world', 'world', 8, 2],
  ['in what was replaced it stays inside', 'one two three', 'one 2 three', 6, 5],
  ['at the end it stays where it was', 'abc', 'abcd', 3, 3],
  ['nothing is left', 'abc', '', 2, 0],
])('%s', (_what, before, after, offset, expected) => {
  expect(mapOffset(before, after, offset)).toBe(expected);
});
