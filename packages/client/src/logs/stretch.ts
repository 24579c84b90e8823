import { ConcordError, segmentOf, segmentSize, type LogEntry } from '@concord/protocol';
import type { LogSource } from './log-source.ts';

/** So many segments are shown at once at most; with the newest two, which are always open, there are five. */
const maxShown = 3;
/** What is nearer to the end of a segment shows the next one, too. */
const nearEntries = 25;
/** As many as are shown at least, where there are so many. */
const leastEntries = 50;

/** The entries that one reader looks at: those around a place, without a gap. */
export class Stretch {
  readonly #source: LogSource;
  /** An entry that is in it; without one it ends with the newest. */
  #anchor: number | undefined;
  /** The first segment of it, and the last; undefined for the newest. */
  #from: number | undefined;
  #to: number | undefined;

  constructor(source: LogSource) {
    this.#source = source;
  }

  get isNewest(): boolean {
    return this.#anchor === undefined;
  }

  /** To be called when the source has changed: what is to be open follows the newest. */
  arrange(): void {
    const { head } = this.#source;
    if (head === undefined) return;
    const tail = Math.max(0, segmentOf(head));
    this.#from ??= Math.max(0, segmentOf(Math.max(1, head - leastEntries)));
    // It ends with the newest again once nothing lacks in between.
    if (this.#to === undefined && this.entries().at(-1)?.seq === head) this.#anchor = undefined;
    if (this.#to === undefined) this.#from = Math.max(Math.min(this.#from, tail), tail - maxShown);
    this.#source.segments.want(this, range(this.#from, this.#to ?? tail));
  }

  entries(): readonly LogEntry[] {
    const { head } = this.#source;
    if (head === undefined || this.#from === undefined) return [];
    const first = this.#from * segmentSize + 1;
    const last = this.#to === undefined ? head : Math.min(head, (this.#to + 1) * segmentSize);
    let at = this.#anchor ?? head;
    // What is kept here may end before what is kept of its number.
    while (this.#anchor === undefined && at >= first && this.#source.entry(at) === undefined) at--;
    const entries: LogEntry[] = [];
    for (let seq = at; seq >= first; seq--) {
      const entry = this.#source.entry(seq);
      if (entry === undefined) break;
      entries.push(entry);
    }
    entries.reverse();
    for (let seq = at + 1; entries.length > 0 && seq <= last; seq++) {
      const entry = this.#source.entry(seq);
      if (entry === undefined) break;
      entries.push(entry);
    }
    return entries;
  }

  async older(): Promise<void> {
    // Between two connections there may be nothing for a moment, of which nothing would be older.
    await this.#source.until(() => this.#source.head === 0 || this.entries().length > 0);
    const [first] = this.entries();
    if (first === undefined || first.seq === 1) return;
    const number = segmentOf(first.seq - 1);
    if (this.#from === undefined || number < this.#from) {
      const tail = this.#to ?? segmentOf(this.#source.head ?? 1);
      this.#from = number;
      if (tail - number > maxShown || (this.#to !== undefined && tail - number >= maxShown)) {
        this.#to = number + maxShown - 1;
        this.#anchor = first.seq;
      }
      this.arrange();
    }
    const reaches = (seq: number): boolean => (this.entries()[0]?.seq ?? 0) <= seq;
    await this.#synced(number, () => reaches(number * segmentSize + 1));
    if (!reaches(first.seq - 1)) await this.#fetch(() => reaches(first.seq - 1), { before: first.seq, limit: leastEntries });
    this.#source.changed.call();
  }

  async newer(): Promise<void> {
    const last = this.entries().at(-1);
    const { head = 0 } = this.#source;
    if (last === undefined || last.seq >= head || this.#to === undefined) return;
    const number = segmentOf(last.seq + 1);
    if (number > this.#to) {
      this.#to = number >= segmentOf(head) ? undefined : number;
      this.#from = Math.max(this.#from ?? 0, number - maxShown + 1);
      this.#anchor = last.seq;
      this.arrange();
    }
    const isThere = (): boolean => this.#source.entry(last.seq + 1) !== undefined;
    await this.#synced(number, isThere);
    if (!isThere()) await this.#fetch(isThere, { after: last.seq, limit: leastEntries });
    this.#source.changed.call();
  }

  async jump(to: number | 'newest'): Promise<void> {
    if (to === 'newest') return this.#showNewest();
    await this.#source.until(() => this.#source.head !== undefined);
    const { head = 0 } = this.#source;
    if (!Number.isSafeInteger(to) || to < 1 || to > head)
      throw new ConcordError('not_found', { message: 'There is no such entry.' });
    if (this.entries().some(({ seq }) => seq === to)) return;
    const from = segmentOf(Math.max(1, to - nearEntries));
    const until = segmentOf(Math.min(head, to + nearEntries));
    // What is shown stays until there is something else to show.
    const coming = {};
    this.#source.segments.want(coming, range(from, until));
    try {
      const isThere = (): boolean => this.#source.entry(to) !== undefined;
      if (!isThere()) await this.#fetch(isThere, { around: to, limit: 2 * nearEntries });
    } finally {
      this.#source.segments.want(coming, []);
    }
    this.#from = from;
    this.#to = until >= segmentOf(head) ? undefined : until;
    this.#anchor = to;
    this.arrange();
    this.#source.changed.call();
  }

  close(): void {
    this.#source.segments.want(this, []);
  }

  #showNewest(): void {
    this.#from = undefined;
    this.#to = undefined;
    this.#anchor = undefined;
    this.arrange();
    this.#source.changed.call();
  }

  /** Resolves when the document has brought it, or cannot bring it now. */
  async #synced(number: number, isThere: () => boolean): Promise<void> {
    await this.#source.until(() => isThere() || !this.#source.isConnected || this.#source.isSettled(number));
  }

  /** By a request or by the document, whichever is first. */
  async #fetch(isThere: () => boolean, query: Readonly<Record<string, number>>): Promise<void> {
    await Promise.any([this.#source.until(isThere), this.#source.load(query)]).catch((error: AggregateError) => {
      throw error.errors[0];
    });
  }
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
