import { instantOf } from '@concord/schema';

/** A date as two inputs of the browser show it: a day, and a time of day where there is one, on this device's clock. */
export interface DateParts {
  /** `2026-11-21`, or nothing. */
  readonly day: string;
  /** `10:30`, or nothing where the date is a whole day. */
  readonly time: string;
}

const noDate: DateParts = { day: '', time: '' };

/** An RFC 3339 date, which is the same day everywhere, or date-time, which is shown on this device's clock. */
export function datePartsOf(value: unknown): DateParts {
  if (typeof value !== 'string') return noDate;
  const instant = instantOf(value);
  if (instant === null) return noDate;
  if (!value.includes('T')) return { day: value, time: '' };
  const date = new Date(instant);
  const two = (part: number) => String(part).padStart(2, '0');
  const year = String(date.getFullYear()).padStart(4, '0');
  return {
    day: `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  };
}

/** The value of these inputs: a date, a date-time in UTC, or null where there is no day. */
export function dateOfParts({ day, time }: DateParts): string | null {
  if (day === '') return null;
  if (time === '') return day;
  const date = new Date(`${day}T${time}`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.000Z$/, 'Z');
}

/** A date for reading. */
export function formatDate(value: unknown, locale: string): string {
  if (typeof value !== 'string') return '';
  const instant = instantOf(value);
  if (instant === null) return '';
  return value.includes('T')
    ? new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(instant)
    : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(instant);
}
