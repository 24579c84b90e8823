import { expect, it } from 'vitest';
import { timeAgo } from './time-ago.ts';

const now = Date.parse('2026-11-21T10:00:00.000Z');

it.each([
  ['2026-11-21T09:59:30.000Z', 'just now'],
  ['2026-11-21T10:05:00.000Z', 'just now'],
  ['2026-11-21T09:57:10.000Z', '2 min. ago'],
  ['2026-11-21T05:00:00.000Z', '5 hr. ago'],
  ['2026-11-20T08:00:00.000Z', 'yesterday'],
  ['2025-01-01T00:00:00.000Z', 'last yr.'],
])('%s is %s', (at, said) => {
  expect(timeAgo(at, now)).toBe(said);
});
