const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** `21 Nov 2026`; with the time, in the zone of who looks, where the value has one. */
export function dateWords(value: string): string {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? day.format(at) : moment.format(at);
}
