import { expect, it } from 'vitest';
import { formatNumber, parseNumber } from './number.ts';

it.each([
  ['en', '1,234.5', 1234.5],
  ['en', '1,234', 1234],
  ['en', ' 1 234.5 ', 1234.5],
  ['en', '-.5', -0.5],
  ['en', '−3', -3],
  ['en', '1e3', 1000],
  ['de', '1,5', 1.5],
  ['de', '1.234,5', 1234.5],
  ['de', '1.234.567', 1_234_567],
  // One point may be a decimal point, as on a keyboard that has no comma.
  ['de', '1.234', 1.234],
  ['de', '2.5', 2.5],
  ['fr', '1 234,5', 1234.5],
  ['de-CH', "1'234.5", 1234.5],
  ['hi', '12,34,567.5', 1_234_567.5],
  ['ar-EG', '١٬٢٣٤٫٥', 1234.5],
])('in %s understands "%s"', (locale, text, value) => {
  expect(parseNumber(text, locale)).toBe(value);
});

it.each(['', 'abc', '1.2.3', '1,2', '12 apples', '--1', '1,23,4', 'NaN', '0x10'])(
  'in English takes "%s" for no number',
  (text) => {
    expect(parseNumber(text, 'en')).toBeNaN();
  },
);

it('writes what it reads back', () => {
  for (const locale of ['en', 'de', 'fr', 'hi', 'ar-EG', 'sv'])
    for (const value of [0, -1.25, 1_234_567.875, 0.1, 1e-7, Number.MAX_SAFE_INTEGER])
      expect(parseNumber(formatNumber(value, locale), locale), `${value} in ${locale}`).toBe(value);
});
