const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d)))?$/;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The instant of an RFC 3339 full-date (its midnight in UTC) or date-time, in milliseconds since 1970, or
 * null where `text` is neither. Leap seconds are not accepted: no clock here can tell them.
 */
export function instantOf(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const leapDay = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0) ? 1 : 0;
  if (month < 1 || month > 12 || day < 1 || day > (daysOfMonth[month - 1] ?? 0) + leapDay) return null;
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
