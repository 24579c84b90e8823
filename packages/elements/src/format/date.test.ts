import { expect, it } from 'vitest';
import { dateOfParts, datePartsOf, formatDate } from './date.ts';

it('leaves a day the same day in every time zone', () => {
  expect(datePartsOf('2026-11-21')).toEqual({ day: '2026-11-21', time: '' });
  expect(dateOfParts({ day: '2026-11-21', time: '' })).toBe('2026-11-21');
  expect(formatDate('2026-11-21', 'en-GB')).toBe('21 Nov 2026');
});

it('shows a time on the clock of this device, and writes it in UTC', () => {
  const parts = datePartsOf('2026-11-21T10:30:00+05:00');
  expect(parts.time).toMatch(/^\d\d:\d\d$/);
  expect(dateOfParts(parts)).toBe('2026-11-21T05:30:00Z');
});

it('is nothing where there is no date', () => {
  for (const value of [null, undefined, 7, '', 'tomorrow', '2026-02-30']) {
    expect(datePartsOf(value)).toEqual({ day: '', time: '' });
    expect(formatDate(value, 'en')).toBe('');
  }
  expect(dateOfParts({ day: '', time: '10:00' })).toBeNull();
});
