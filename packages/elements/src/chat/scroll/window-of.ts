/** Where a list stands: at its end, or with the top of one row so far below the top of what is in sight. */
export type Position = { readonly key: string; readonly offsetPx: number } | 'end';

/** The rows that are in the document, and how much room the others take. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly beforePx: number;
  readonly afterPx: number;
}

interface Sight {
  readonly viewportPx: number;
  /** So much above and below of what is in sight is there, too. */
  readonly overscanPx: number;
}

/** What is to be in the document where the row `anchor` (behind the last one: the end) is `offsetPx` below the top. */
export function windowOf(
  heights: readonly number[],
  anchor: number,
  offsetPx: number,
  { viewportPx, overscanPx }: Sight,
): Window {
  let start = anchor;
  for (let free = offsetPx + overscanPx; start > 0 && free > 0; start -= 1) free -= heights[start - 1] ?? 0;
  let end = anchor;
  for (let free = viewportPx - offsetPx + overscanPx; end < heights.length && free > 0; end += 1) free -= heights[end] ?? 0;
  return { start, end, beforePx: sum(heights, 0, start), afterPx: sum(heights, end, heights.length) };
}

/** The row that is so far below the top of all, and how far its own top is from there. */
export function rowAt(heights: readonly number[], topPx: number): { readonly index: number; readonly offsetPx: number } {
  let index = 0;
  let at = 0;
  while (index < heights.length - 1 && at + (heights[index] ?? 0) <= topPx) {
    at += heights[index] ?? 0;
    index += 1;
  }
  return { index, offsetPx: at - topPx };
}

function sum(heights: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index += 1) total += heights[index] ?? 0;
  return total;
}
