import { useSyncExternalStore, type ReactNode } from 'react';
import { timeAgo } from './time-ago.ts';

const tickMs = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for every time on the page; it stands still while none is shown. */
function subscribe(listener: () => void): () => void {
  if (timer === undefined) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

export function RelativeTime({ at }: { at: string }): ReactNode {
  const seen = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {timeAgo(at, seen)}
    </time>
  );
}
