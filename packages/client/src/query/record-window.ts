import type { RecordView } from '@concord/protocol';
import type { ChangeEvent } from '../changes.ts';
import { SortedRows, type Compare } from './sorted-rows.ts';

/** What an event has done to the records that fit, as far as it tells. */
export type Effect = 'entered' | 'left' | 'stayed' | 'unknown';

/**
 * The beginning of a sorted list: all records that fit up to an `edge`. What sorts behind the edge is not held, as others
 * that are not known may stand in front of it.
 *
 * Pages that were read are newer than what the feed has told by then: of a record that came by one, events from before are
 * no news. What came by an event is followed by events alone, which are in order.
 */
export class RecordWindow {
  #rows: SortedRows;
  /** Undefined: there are no others. */
  #edge: RecordView | undefined;
  /** Those that came by a page. */
  #read = new WeakSet<RecordView>();

  constructor(compare: Compare) {
    this.#rows = new SortedRows(compare);
  }

  get length(): number {
    return this.#rows.length;
  }

  get isWhole(): boolean {
    return this.#edge === undefined;
  }

  has(id: string): boolean {
    return this.#rows.get(id) !== undefined;
  }

  first(count: number): readonly RecordView[] {
    return this.#rows.first(count);
  }

  /** Holds these in place of all. What has not changed stays the object that it was. */
  replace(rows: readonly RecordView[], isWhole: boolean, compare: Compare): void {
    const before = this.#rows;
    this.#rows = new SortedRows(compare);
    for (const row of rows) {
      const known = before.get(row.id);
      // `put` compares with what is held by the same id.
      if (known !== undefined) this.#rows.put(known);
      this.#read.add(this.#rows.put(row));
    }
    this.#edge = isWhole ? undefined : rows.at(-1);
  }

  /** Holds the page that follows the edge, too. */
  extend(rows: readonly RecordView[], isWhole: boolean): void {
    this.#edge = isWhole ? undefined : (rows.at(-1) ?? this.#edge);
    for (const row of rows) this.putRead(row);
  }

  /** A record that was just read. */
  putRead(row: RecordView): void {
    const held = this.#rows.get(row.id);
    if (held !== undefined && !isNewer(row, held)) return;
    this.#put(row);
    const put = this.#rows.get(row.id);
    if (put !== undefined) this.#read.add(put);
  }

  /** There are no others than those that are held. */
  complete(): void {
    this.#edge = undefined;
  }

  /** Lets go of all behind the first so many. */
  cut(length: number): void {
    if (this.#rows.length <= length) return;
    this.#rows.cut(length);
    this.#edge = this.#rows.last;
  }

  /** Whether the event is older than what is held of its record. */
  isOld({ record, version, timestamp }: ChangeEvent): boolean {
    const held = this.#rows.get(record);
    // Versions may fall when access to a part of the record is taken away, and clocks may be set back: hardly both at once.
    return held !== undefined && this.#read.has(held) && version <= held.version && timestamp < held.updatedAt;
  }

  /** @param row the record behind the event; undefined where the event does not tell, and it has left or is to be read */
  apply(event: ChangeEvent, row: RecordView | undefined): Effect {
    const held = this.#rows.get(event.record);
    if (leaves(event)) {
      this.#rows.delete(event.record);
      if (held !== undefined) return 'left';
      // That a record was purged takes the data from its deletion, too, and looks the same.
      if (event.match === undefined) return event.data === undefined && event.truncated !== true ? 'unknown' : 'left';
      return isSure(event) ? 'left' : 'unknown';
    }
    if (row !== undefined) this.#put(row);
    if (!enters(event)) return 'stayed';
    // A page that was read ahead of the feed may have brought it uncounted.
    if (held !== undefined) return this.#read.has(held) ? 'unknown' : 'stayed';
    return event.match === undefined || isSure(event) ? 'entered' : 'unknown';
  }

  #put(row: RecordView): void {
    const { compare } = this.#rows;
    if (this.#edge === undefined || compare(row, this.#edge) <= 0) this.#rows.put(row);
    else this.#rows.delete(row.id);
  }
}

export function leaves({ match, type }: ChangeEvent): boolean {
  return match === undefined ? type.endsWith('.delete') : match === 'leave';
}

export function enters({ match, type }: ChangeEvent): boolean {
  return match === undefined ? type.endsWith('.create') : match === 'enter';
}

/**
 * Whether a record of which nothing is held has come or gone with this event, and not before: where it is told what was
 * changed to what, the server knows. It may not where a text, or a record that is large, was the one that decides.
 */
function isSure({ type, data, changed, previous }: ChangeEvent): boolean {
  if (data === undefined) return false;
  return !type.endsWith('.update') || changed.every((name) => Object.hasOwn(previous, name));
}

function isNewer(row: RecordView, held: RecordView): boolean {
  return row.version > held.version || row.updatedAt > held.updatedAt;
}
