import type { ShownEntry } from '@concord/client';

/** An entry as a row of the list, by what stands before it. */
export interface Row {
  readonly entry: ShownEntry;
  /** The first one of its day: that day, on this device's calendar, as `2026-11-21`. */
  readonly day: string | undefined;
  /** The first one that had not been read when the list was opened. */
  readonly isFirstUnread: boolean;
  /** Said by the same author shortly after the one before: without name and face. */
  readonly isContinued: boolean;
}

/** So shortly after one another, what somebody says belongs together. */
const togetherMs = 5 * 60_000;

interface Moment {
  readonly day: string;
  readonly ms: number;
}

const moments = new WeakMap<ShownEntry, Moment>();

function momentOf(entry: ShownEntry): Moment {
  const known = moments.get(entry);
  if (known !== undefined) return known;
  const date = new Date(entry.at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const moment = {
    day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    ms: date.getTime(),
  };
  moments.set(entry, moment);
  return moment;
}

/** @param unreadFrom the number of the first entry that had not been read */
export function rowsOf(entries: readonly ShownEntry[], unreadFrom: number | undefined): readonly Row[] {
  let before: ShownEntry | undefined;
  let isMarked = false;
  return entries.map((entry) => {
    const moment = momentOf(entry);
    const last = before === undefined ? undefined : momentOf(before);
    const isFirstUnread =
      !isMarked && unreadFrom !== undefined && entry.seq !== undefined && entry.seq >= unreadFrom && !entry.isMine;
    isMarked ||= isFirstUnread;
    const isNewDay = last?.day !== moment.day;
    const row = {
      entry,
      day: isNewDay ? moment.day : undefined,
      isFirstUnread,
      isContinued: !isNewDay && !isFirstUnread && isTogether(before, entry) && moment.ms - (last?.ms ?? 0) < togetherMs,
    };
    before = entry;
    return row;
  });
}

function isTogether(before: ShownEntry | undefined, entry: ShownEntry): boolean {
  if (before === undefined || before.author !== entry.author) return false;
  const isPlain = ({ system, deletedAt, pinnedAt }: ShownEntry): boolean =>
    system === undefined && deletedAt === undefined && pinnedAt === undefined;
  return isPlain(before) && isPlain(entry);
}
