import { matchEqual, type Pair } from './sequence-diff.ts';

const maxCells = 10_000;

/**
 * Finds which old items live on as which new ones, in order: first the equal ones (by their ids), then,
 * between two of those, the pairs with the highest sum of scores. A score of 0 forbids a pair. Gaps of more
 * than 10,000 combinations are paired one by one, so that the time stays linear in the length.
 */
export function align(
  oldIds: readonly number[],
  newIds: readonly number[],
  score: (oldIndex: number, newIndex: number) => number,
): readonly Pair[] {
  const pairs: Pair[] = [];
  let [oldNext, newNext] = [0, 0];
  for (const [i, j] of [...matchEqual(oldIds, newIds), [oldIds.length, newIds.length] as const]) {
    pairs.push(...alignGap(oldNext, i, newNext, j, score));
    if (i < oldIds.length) pairs.push([i, j]);
    oldNext = i + 1;
    newNext = j + 1;
  }
  return pairs;
}

function alignGap(
  oldStart: number,
  oldEnd: number,
  newStart: number,
  newEnd: number,
  score: (i: number, j: number) => number,
): readonly Pair[] {
  const [oldCount, newCount] = [oldEnd - oldStart, newEnd - newStart];
  const pairs: Pair[] = [];
  if (oldCount * newCount > maxCells) {
    for (let index = 0; index < Math.min(oldCount, newCount); index += 1) {
      if (score(oldStart + index, newStart + index) > 0) pairs.push([oldStart + index, newStart + index]);
    }
    return pairs;
  }
  const width = newCount + 1;
  const scores = new Float64Array(oldCount * newCount);
  const best = new Float64Array((oldCount + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = oldCount - 1; i >= 0; i -= 1) {
    for (let j = newCount - 1; j >= 0; j -= 1) {
      const pair = score(oldStart + i, newStart + j);
      scores[i * newCount + j] = pair;
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), pair > 0 ? pair + at(i + 1, j + 1) : 0);
    }
  }
  for (let i = 0, j = 0; i < oldCount && j < newCount;) {
    const pair = scores[i * newCount + j] ?? 0;
    if (pair > 0 && at(i, j) === pair + at(i + 1, j + 1)) pairs.push([oldStart + i++, newStart + j++]);
    else if (at(i, j) === at(i + 1, j)) i += 1;
    else j += 1;
  }
  return pairs;
}

export interface SequenceEditor {
  /** Replaces `count` old items from `start` on by the new items from `newStart` up to `newEnd`. */
  replace(start: number, count: number, newStart: number, newEnd: number): void;
  /** Turns an old item into a new one. */
  edit(oldIndex: number, newIndex: number): void;
}

/** Carries an alignment out, from the end on, so that the indexes of what is still to do stay right. */
export function applyAlignment(oldCount: number, newCount: number, pairs: readonly Pair[], editor: SequenceEditor): void {
  let [oldNext, newNext] = [oldCount, newCount];
  for (const [i, j] of [[-1, -1] as const, ...pairs].toReversed()) {
    if (oldNext > i + 1 || newNext > j + 1) editor.replace(i + 1, oldNext - i - 1, j + 1, newNext);
    if (i >= 0) editor.edit(i, j);
    oldNext = i;
    newNext = j;
  }
}

/** Gives equal keys equal numbers. */
export function createInterner(): (key: string) => number {
  const ids = new Map<string, number>();
  return (key) => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, ids.size);
    return ids.size - 1;
  };
}
