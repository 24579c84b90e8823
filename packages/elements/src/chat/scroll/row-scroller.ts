import { rowAt, windowOf, type Position, type Window } from './window-of.ts';

/**
 * A list of rows of any height, of which only those near to what is in sight are in the document. Where it stands is a row
 * and how far below the top that row is (or the end): whatever comes, goes or grows elsewhere, that stays.
 */
export interface RowScroller {
  /** Which of these are to be rendered, in order. */
  window(keys: readonly string[]): Window;
  /** After each rendering: the element that scrolls, and the one whose children are the rows. */
  rendered(scroller: HTMLElement | null, rows: HTMLElement | null): void;
  /** What the element that scrolls calls at each scrolling. */
  onScroll(): void;
  /** Puts a row into sight. */
  show(key: string): void;
  toEnd(): void;
  readonly isAtEnd: boolean;
  close(): void;
}

export interface RowScrollerOptions {
  /** Has the list rendered again. */
  update(): void;
  /** There is more behind the last row: its end is not the end. */
  hasMore(): boolean;
}

const overscanPx = 700;
/** So near to the end counts as the end. */
const nearEndPx = 16;
/** Until rows have been measured. */
const likelyPx = 56;

export function createRowScroller({ update, hasMore }: RowScrollerOptions): RowScroller {
  const measured = new Map<string, number>();
  let keys: readonly string[] = [];
  let position: Position = 'end';
  let lastIndex = 0;
  let shown: Window = { start: 0, end: 0, beforePx: 0, afterPx: 0 };
  let scroller: HTMLElement | null = null;
  let rows: HTMLElement | null = null;
  let widthPx = 0;
  /** Where it was scrolled to when that was last looked at, or set here. */
  let topPx = 0;
  const observer = new ResizeObserver(() => settle());

  function heights(): readonly number[] {
    let total = 0;
    for (const height of measured.values()) total += height;
    const average = measured.size === 0 ? likelyPx : total / measured.size;
    return keys.map((key) => measured.get(key) ?? average);
  }

  function computed(): Window {
    const viewportPx = scroller?.clientHeight ?? 0;
    const sight = { viewportPx, overscanPx };
    if (position === 'end') return windowOf(heights(), keys.length, viewportPx, sight);
    const index = keys.indexOf(position.key);
    // A row that is gone: what has come into its place stands there.
    if (index !== -1) lastIndex = index;
    else if (keys.length > 0) {
      lastIndex = Math.min(lastIndex, keys.length - 1);
      position = { key: keys[lastIndex] ?? '', offsetPx: position.offsetPx };
    }
    return windowOf(heights(), lastIndex, position.offsetPx, sight);
  }

  /** The top of what a row says: what stands above of that in it, as the day does, comes and goes with its neighbours. */
  function topOf(row: Element): number {
    return (row.lastElementChild ?? row).getBoundingClientRect().top - (scroller?.getBoundingClientRect().top ?? 0);
  }

  function measure(): void {
    if (scroller === null || rows === null) return;
    if (scroller.clientWidth !== widthPx) {
      widthPx = scroller.clientWidth;
      measured.clear();
    }
    for (const [index, row] of Array.from(rows.children).entries()) {
      const key = keys[shown.start + index];
      if (key !== undefined) measured.set(key, row.getBoundingClientRect().height);
    }
  }

  function place(): void {
    if (scroller === null || rows === null) return;
    const row = position === 'end' ? undefined : rows.children[keys.indexOf(position.key) - shown.start];
    const away = row === undefined || position === 'end' ? 0 : topOf(row) - position.offsetPx;
    if (position === 'end') scroller.scrollTop = scroller.scrollHeight;
    else if (Math.abs(away) >= 1) scroller.scrollTop += away;
    topPx = scroller.scrollTop;
  }

  /** Somebody has scrolled: from here on it stands where they have. */
  function follow(): void {
    position = look();
    topPx = scroller?.scrollTop ?? 0;
  }

  /** After anything has another size: everything where it belongs, and rendered again where other rows are in sight now. */
  function settle(): void {
    if (scroller === null || scroller.clientHeight === 0) return;
    measure();
    place();
    updateIfMoved();
  }

  function updateIfMoved(): void {
    const next = computed();
    if (next.start !== shown.start || next.end !== shown.end) update();
  }

  function look(): Position {
    if (scroller === null || rows === null || keys.length === 0) return 'end';
    const fromEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (fromEnd <= nearEndPx && !hasMore()) return 'end';
    const box = scroller.getBoundingClientRect();
    for (const [index, row] of Array.from(rows.children).entries()) {
      const { bottom, top } = row.getBoundingClientRect();
      if (bottom > box.top + 1 && top < box.bottom) return { key: keys[shown.start + index] ?? '', offsetPx: topOf(row) };
    }
    const { index, offsetPx } = rowAt(heights(), scroller.scrollTop);
    return { key: keys[index] ?? '', offsetPx };
  }

  return {
    get isAtEnd() {
      return position === 'end';
    },
    window(next) {
      // The event that tells of it comes later than this rendering.
      if (scroller !== null && Math.abs(scroller.scrollTop - topPx) > 1) follow();
      keys = next;
      return (shown = computed());
    },
    rendered(nextScroller, nextRows) {
      if (nextScroller !== scroller || nextRows !== rows) {
        observer.disconnect();
        scroller = nextScroller;
        rows = nextRows;
        for (const element of [scroller, rows]) if (element !== null) observer.observe(element);
      }
      settle();
    },
    onScroll() {
      const wasAtEnd = position === 'end';
      follow();
      if (wasAtEnd !== (position === 'end')) update();
      else updateIfMoved();
    },
    show(key) {
      position = { key, offsetPx: Math.round((scroller?.clientHeight ?? 0) / 3) };
      update();
    },
    toEnd() {
      position = 'end';
      update();
    },
    close: () => observer.disconnect(),
  };
}
