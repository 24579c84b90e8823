import { parentPort, workerData } from 'node:worker_threads';
import recheck from 'recheck';

export interface PatternQuestion {
  readonly source: string;
  readonly flags: string;
}

/** How the work grows with the length of a value: with which power of it, or exponentially. */
export type PatternAnswer = number | 'exponential' | 'unknown';

/**
 * Attacks are counted in steps and not in time, so that a pattern gets the same answer on every machine: one that
 * takes more than a million steps (some milliseconds) has succeeded. `(a{0,12}){0,12}` takes no more than a
 * certain number, and that is far too many: what repeats a number of times is therefore attacked, not reasoned about.
 */
const parameters = { attackLimit: 1_000_000, attackTimeout: null, incubationTimeout: null, maxRepeatCount: 1, timeout: 30_000 };

function answerTo({ source, flags }: PatternQuestion): PatternAnswer {
  // Whether it says where its groups lie changes nothing.
  const diagnostics = recheck.checkSync(source, flags.replace('d', ''), parameters);
  if (diagnostics.status === 'unknown') return 'unknown';
  const { complexity } = diagnostics;
  if (complexity.type === 'exponential') return 'exponential';
  return complexity.type === 'polynomial' ? complexity.degree : 1;
}

parentPort?.postMessage((workerData as readonly PatternQuestion[]).map(answerTo));
