/** Time, passed in, so that a test decides how much of it goes by. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; returns what calls it off. Does not keep the process alive. */
  after(ms: number, task: () => void): () => void;
}

/** The longest delay that a timer takes; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(ms, maxTimerMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
