import type { ChatWords } from '../chat-scope.ts';

const kept = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(locale, options);
  kept.set(key, format);
  return format;
}

/** The time of day. */
export function timeOf(at: string, locale: string): string {
  return formatOf(locale, 'time', { timeStyle: 'short' }).format(new Date(at));
}

/** The time of day where there is little room: without what says which half of it. */
export function clockOf(at: string, locale: string): string {
  const parts = formatOf(locale, 'time', { timeStyle: 'short' }).formatToParts(new Date(at));
  return parts
    .filter(({ type }) => type !== 'dayPeriod')
    .map(({ value }) => value)
    .join('')
    .trim();
}

/** The day and the time. */
export function momentText(at: string, locale: string): string {
  return formatOf(locale, 'moment', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));
}

/** As short as one still knows when it was: the time of today, the day else. */
export function shortMoment(at: string, locale: string, now: Date): string {
  const date = new Date(at);
  if (date.toDateString() === now.toDateString()) return timeOf(at, locale);
  return formatOf(locale, 'short', { day: 'numeric', month: 'short' }).format(date);
}

/** A day as it is said above of what was written on it. @param day as `2026-11-21` */
export function dayText(day: string, locale: string, now: Date, words: ChatWords): string {
  const date = new Date(`${day}T12:00`);
  if (date.toDateString() === now.toDateString()) return words.chatToday;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === yesterday.toDateString()) return words.chatYesterday;
  const isThisYear = date.getFullYear() === now.getFullYear();
  return isThisYear
    ? formatOf(locale, 'day', { weekday: 'long', day: 'numeric', month: 'long' }).format(date)
    : formatOf(locale, 'year', { dateStyle: 'long' }).format(date);
}

/** A number of bytes as one reads it. */
export function sizeText(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1e6 ? [Math.max(bytes / 1e3, 1), 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}
