import { useState } from 'react';
import type { EntryPlace } from '../routes/route.ts';

const storageKey = 'concord.comments';
/** From this width on there is room for both without covering the record. */
const beside = '(width >= 66rem)';
const roomy = '(width >= 90rem)';

/**
 * Which log is open beside a record; null: none. As it was left last on a page where there is room; at first where there is
 * plenty; and in any case when the address leads to an entry.
 */
export function useOpenLog(
  logs: readonly string[],
  entry: EntryPlace | undefined,
): [string | null, (log: string | null) => void] {
  const [open, setOpen] = useState(() => (isWanted() ? (logs[0] ?? null) : null));
  const [ledTo, setLedTo] = useState<EntryPlace>();
  if (entry !== ledTo) {
    setLedTo(entry);
    if (entry !== undefined && logs.includes(entry.log)) setOpen(entry.log);
  }
  return [
    open,
    (log) => {
      setOpen(log);
      if (matchMedia(beside).matches) localStorage.setItem(storageKey, log === null ? 'closed' : 'open');
    },
  ];
}

function isWanted(): boolean {
  if (!matchMedia(beside).matches) return false;
  const kept = localStorage.getItem(storageKey);
  return kept === null ? matchMedia(roomy).matches : kept === 'open';
}
