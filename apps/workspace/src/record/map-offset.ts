/** Where a caret at `offset` of `before` belongs after the text became `after`: it stays by its neighbours. */
export function mapOffset(before: string, after: string, offset: number): number {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  if (offset <= head) return offset;
  if (offset >= before.length - tail) return offset + after.length - before.length;
  return Math.min(offset, after.length - tail);
}
