import type { Clock } from '../clock.ts';

/** What is shown is drawn so often at most: what happens in between is told together. */
const frameMs = 16;
/** A page that nobody looks at draws nothing; it is told all the same. */
const hiddenMs = 100;

/** Runs `task` once, before the next frame is drawn; answers what calls it off. */
export function onNextFrame(task: () => void, clock: Clock): () => void {
  if (typeof requestAnimationFrame !== 'function') return clock.after(frameMs, task);
  const run = (): void => {
    stop();
    task();
  };
  const frame = requestAnimationFrame(run);
  const cancel = clock.after(hiddenMs, run);
  const stop = (): void => {
    cancelAnimationFrame(frame);
    cancel();
  };
  return stop;
}
