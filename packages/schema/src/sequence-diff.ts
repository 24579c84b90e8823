/** A place in the old sequence and the place in the new one that goes on from it. */
export type Pair = readonly [oldIndex: number, newIndex: number];

const maxDistance = 1000;

/**
 * The pairs of a longest common subsequence, in order (Myers, "An O(ND) Difference Algorithm", 1986). Where
 * more than 1,000 items differ, only what is common at both ends: the time stays linear in the length.
 */
export function matchEqual(before: ArrayLike<number>, after: ArrayLike<number>): readonly Pair[] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const pairs: Pair[] = [];
  for (let index = 0; index < start; index += 1) pairs.push([index, index]);
  pairs.push(...matchMiddle(before, after, start, end));
  for (let index = end; index > 0; index -= 1) pairs.push([before.length - index, after.length - index]);
  return pairs;
}

function matchMiddle(before: ArrayLike<number>, after: ArrayLike<number>, start: number, end: number): readonly Pair[] {
  const oldCount = before.length - start - end;
  const newCount = after.length - start - end;
  if (oldCount === 0 || newCount === 0) return [];
  const limit = Math.min(oldCount + newCount, maxDistance);
  // reach[k + limit]: how far into the old sequence the diagonal k (old index − new index) has come.
  const reach = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let distance = 0; distance <= limit; distance += 1) {
    trace.push(reach.slice(limit - distance, limit + distance + 2));
    for (let k = -distance; k <= distance; k += 2) {
      const down = k === -distance || (k !== distance && (reach[k - 1 + limit] ?? 0) < (reach[k + 1 + limit] ?? 0));
      let x = down ? (reach[k + 1 + limit] ?? 0) : (reach[k - 1 + limit] ?? 0) + 1;
      let y = x - k;
      while (x < oldCount && y < newCount && before[start + x] === after[start + y]) {
        x += 1;
        y += 1;
      }
      reach[k + limit] = x;
      if (x >= oldCount && y >= newCount) return backtrack(trace, oldCount, newCount, start);
    }
  }
  return [];
}

function backtrack(trace: readonly Int32Array[], oldCount: number, newCount: number, offset: number): readonly Pair[] {
  const pairs: Pair[] = [];
  let [x, y] = [oldCount, newCount];
  for (let distance = trace.length - 1; distance >= 0; distance -= 1) {
    const reach = trace[distance];
    const at = (k: number): number => reach?.[k + distance] ?? 0;
    const k = x - y;
    const down = k === -distance || (k !== distance && at(k - 1) < at(k + 1));
    const previousX = distance === 0 ? 0 : at(down ? k + 1 : k - 1);
    const previousY = distance === 0 ? 0 : previousX - (down ? k + 1 : k - 1);
    while (x > previousX && y > previousY) {
      x -= 1;
      y -= 1;
      pairs.push([offset + x, offset + y]);
    }
    x = previousX;
    y = previousY;
  }
  return pairs.reverse();
}
