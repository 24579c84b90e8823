import { expect, it } from 'vitest';
import { checkEstimate, checkTitle } from './ticket-checks.ts';

it('needs a title of at most 200 UTF-16 units, with no half characters', () => {
  expect(checkTitle('A')).toEqual({ ok: true, value: 'A' });
  expect(checkTitle('x'.repeat(200)).ok).toBe(true);
  for (const typed of ['', '   ', 'x'.repeat(201), '😀'.repeat(101), 'a\ud83d']) expect(checkTitle(typed).ok).toBe(false);
});

it.each([
  ['', null],
  [' 3 ', 3],
  ['0', 0],
  ['2,5', 2.5],
  ['2.', 2],
  ['1.50', 1.5],
])('takes %j as an estimate of %j', (typed, value) => {
  expect(checkEstimate(typed)).toEqual({ ok: true, value });
});

it.each(['-1', 'two', '1e3', '1.2.3', '.', 'NaN', '9999999999'])('takes %j for no estimate', (typed) => {
  expect(checkEstimate(typed).ok).toBe(false);
});
