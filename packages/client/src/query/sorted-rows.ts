import type { RecordView } from '@concord/protocol';
import { jsonEqual } from '@concord/schema';

/** Below 0 where `a` comes first. No two records are equal. */
export type Compare = (a: RecordView, b: RecordView) => number;

export const byId: Compare = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Records in order. Each has one place, found by halving: a change costs the same few comparisons whatever it is. A record
 * that is put again as it was stays the object that it was.
 */
export class SortedRows {
  readonly compare: Compare;
  #rows: RecordView[] = [];
  readonly #byId = new Map<string, RecordView>();

  constructor(compare: Compare) {
    this.compare = compare;
  }

  get length(): number {
    return this.#rows.length;
  }

  get last(): RecordView | undefined {
    return this.#rows.at(-1);
  }

  get(id: string): RecordView | undefined {
    return this.#byId.get(id);
  }

  first(count: number): readonly RecordView[] {
    return this.#rows.slice(0, count);
  }

  /** Answers the object that stands for the record from now on. */
  put(row: RecordView): RecordView {
    const before = this.#byId.get(row.id);
    if (before !== undefined && jsonEqual(before, row)) return before;
    if (before !== undefined) this.delete(row.id);
    this.#rows.splice(this.#placeOf(row), 0, row);
    this.#byId.set(row.id, row);
    return row;
  }

  delete(id: string): boolean {
    const row = this.#byId.get(id);
    if (row === undefined) return false;
    this.#rows.splice(this.#placeOf(row), 1);
    return this.#byId.delete(id);
  }

  /** Lets go of all behind the first so many. */
  cut(length: number): void {
    for (const { id } of this.#rows.splice(length)) this.#byId.delete(id);
  }

  /** How many come before it. */
  #placeOf(row: RecordView): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(this.#rows[middle] as RecordView, row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
