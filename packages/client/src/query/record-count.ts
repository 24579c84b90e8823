import type { Effect } from './record-window.ts';

/**
 * How many records fit in all, where not all of them are held: as they were counted, and what has come and gone since.
 * Where that cannot be told, the number is left as it was last, and is to be counted again.
 */
export class RecordCount {
  #counted: number | undefined;
  #since = 0;
  /** Whether what was counted was counted exactly at the place from which events are told: undefined until it is known. */
  #isExact: boolean | undefined;
  #isLost = false;

  /** The server has counted. What comes from here on is added once `settle` says that it was not counted yet. */
  counted(total: number | undefined): void {
    this.#counted = total;
    this.#since = 0;
    this.#isExact = undefined;
    this.#isLost = false;
  }

  /** That many are held, and they are all. */
  known(total: number): void {
    this.counted(total);
    this.settle(true);
  }

  /** @param isExact nothing has happened between the list's place in the feed and its being read */
  settle(isExact: boolean): void {
    this.#isExact = isExact;
  }

  add(effect: Effect): void {
    if (effect === 'unknown') this.lose();
    else if (!this.#isLost) this.#since += effect === 'entered' ? 1 : effect === 'left' ? -1 : 0;
  }

  /** Something may have happened that is not told. */
  lose(): void {
    this.#isLost = true;
  }

  get isExact(): boolean {
    return this.#isExact === true && !this.#isLost;
  }

  /** It has to be counted again. */
  get isStale(): boolean {
    return this.#counted !== undefined && (this.#isExact === false || this.#isLost);
  }

  get total(): number | undefined {
    if (this.#counted === undefined || this.#isExact !== true) return this.#counted;
    return this.#counted + this.#since;
  }
}
