import type { Progress } from './endpoint.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** An endpoint that has taken nothing for so long is disabled. */
const hopelessMs = 5 * dayMs;

/** A failure that is so much later than the one before begins anew: in between nothing was tried. Longer than any delay. */
const gapMs = 2 * dayMs;

/** Something was taken. Answers whether that has changed anything. */
export function noteSuccess(progress: Progress): boolean {
  if (progress.failingSince === undefined) return false;
  delete progress.failingSince;
  delete progress.failedAt;
  return true;
}

/** Answers whether there is no hope any more. */
export function noteFailure(progress: Progress, now: number): boolean {
  const { failingSince = now, failedAt = now } = progress;
  progress.failingSince = now - failedAt <= gapMs ? failingSince : now;
  progress.failedAt = now;
  return now - progress.failingSince >= hopelessMs;
}
