import { ConcordError, type RecordView } from '@concord/protocol';
import { createBackoff } from '../backoff.ts';
import type { Change, ChangeEvent, Feed } from '../changes.ts';
import type { ClientSchema } from '../client-schema.ts';
import type { Clock } from '../clock.ts';
import type { Http } from '../http.ts';
import { createCell, type Live, type LiveCell } from '../live.ts';
import type { QueryOptions, QueryState } from '../query.ts';
import { onNextFrame } from './frame.ts';
import { createListRequest, type ListRequest } from './list-request.ts';
import { isQuietSince, orderOf, readJson, readListing, readPage, type ListReader } from './listing.ts';
import { RecordCount } from './record-count.ts';
import { enters, leaves, RecordWindow } from './record-window.ts';
import { byId } from './sorted-rows.ts';

export interface RecordListParts {
  readonly http: Http;
  readonly feed: Feed;
  readonly schema: Live<ClientSchema | undefined>;
  readonly clock: Clock;
  readonly onWake?: ((listener: () => void) => () => void) | undefined;
}

const defaultLimit = 100;
/** The name of a page holds what its list is sorted by: where that is a long text, no server takes it. All is read again then. */
const maxPageChars = 4096;
/** A page that replaces what has left is asked for with a few more: the next ones to leave cost nothing. */
const spare = 20;
/** So many more than are shown may be held before the rest is let go of. */
const maxSpare = 1000;
/** The feed may be lost for so long before that is shown. */
const graceMs = 2_000;
/** After so long without the feed, what has come and gone is not told one by one any more. */
const longAwayMs = 3_600_000;
/** What is to be counted again is, once nothing has happened for so long: else it might have to be once more … */
const quietMs = 2_000;
/** … but after this in any case. */
const maxStaleMs = 60_000;

/**
 * One live list: a listing, then the feed from the cursor that came with it.
 *
 *     listing ──► following ─a reset; what is to be counted again─► listing, with what is held still shown
 *        │            └─refused─► refused
 *        ├─unreachable─► waiting ─due, or woken─► listing
 *        └─refused─► refused
 *
 * While a page is asked for, events go on: the answer may be older than they are, so they are applied to it once more.
 */
export class RecordList implements Live<QueryState<RecordView>> {
  readonly #parts: RecordListParts;
  readonly #collection: string;
  readonly #options: QueryOptions;
  readonly #request: ListRequest;
  readonly #state: LiveCell<QueryState<RecordView>>;
  readonly #window = new RecordWindow(byId);
  readonly #count = new RecordCount();
  readonly #backoff: ReturnType<typeof createBackoff>;
  readonly #closing = new AbortController();
  #wanted: number;
  #phase: QueryState<RecordView>['phase'] = 'loading';
  #error: ConcordError | undefined;
  /** The page behind the edge. */
  #nextPage: string | undefined;
  /** Of the schema by which records are sorted. */
  #version: string | undefined;
  #isLoaded = false;
  /** Aborts the listing that is under way, and what depends on it. */
  #round = new AbortController();
  /** The last events of the records that changed while a page is asked for. */
  #meanwhile: Map<string, ChangeEvent> | undefined;
  /** The events whose records are being read. */
  readonly #reading = new Map<string, ChangeEvent>();
  #heardAt = 0;
  #lostAt: number | undefined;
  #waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  #stopFollowing: () => void = () => undefined;
  #cancelRetry: (() => void) | undefined;
  #cancelRecount: (() => void) | undefined;
  #cancelGrace: () => void = () => undefined;
  #cancelFrame: (() => void) | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(collection: string, options: QueryOptions, parts: RecordListParts) {
    this.#parts = parts;
    this.#collection = collection;
    this.#options = options;
    this.#request = createListRequest(collection, options);
    this.#wanted = options.limit ?? defaultLimit;
    this.#state = createCell<QueryState<RecordView>>({ phase: 'loading', items: [], hasMore: false }, isSame);
    this.#backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: parts.clock.random });
    if (parts.onWake !== undefined) this.#stops.push(parts.onWake(() => this.#woken()));
    if (options.sort !== undefined) this.#stops.push(parts.schema.subscribe(() => this.#schemaChanged()));
    void this.#list();
  }

  get(): QueryState<RecordView> {
    return this.#state.get();
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener);
  }

  /** Holds so many more. Resolves when they are there; rejects where the list is refused. */
  more(): Promise<void> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#closing.signal.aborted) return Promise.resolve();
    this.#wanted += this.#options.limit ?? defaultLimit;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#changed();
    });
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#halt();
    for (const stop of this.#stops) stop();
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  // --- listing ---

  /** Lists what there is, then follows the feed from there. What is held stays until then. */
  async #list(): Promise<void> {
    this.#halt();
    if (this.#closing.signal.aborted) return;
    const { signal } = (this.#round = new AbortController());
    const { schema } = this.#parts;
    try {
      const listing = await readListing(this.#reader, this.#request, this.#wanted);
      const { compare, version } = await orderOf(schema, this.#collection, this.#options.sort, signal);
      signal.throwIfAborted();
      const { rows, nextPage, total, cursor } = listing;
      this.#version = version;
      this.#window.replace(rows, nextPage === undefined, compare);
      this.#nextPage = nextPage;
      this.#count.counted(total);
      this.#isLoaded = true;
      this.#phase = 'live';
      this.#backoff.reset();
      this.#follow(cursor);
      if (nextPage !== undefined) void this.#settle(cursor, signal);
      this.#show();
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  get #reader(): ListReader {
    const { http, clock } = this.#parts;
    return { http, clock, signal: this.#round.signal };
  }

  /** Finds out whether what was counted was counted at the cursor from which the feed is followed. */
  async #settle(cursor: string, signal: AbortSignal): Promise<void> {
    // Where that cannot be known, it is not.
    const isExact = await isQuietSince(this.#reader, this.#selection, cursor).catch(() => false);
    if (signal.aborted) return;
    this.#count.settle(isExact);
    this.#changed();
  }

  #schemaChanged(): void {
    const version = this.#parts.schema.get()?.version;
    if (this.#version !== undefined && version !== undefined && version !== this.#version) void this.#list();
  }

  #failed(error: unknown): void {
    const known = error instanceof ConcordError ? error : new ConcordError('unreachable', { cause: error });
    if (known.entry.retry === 'never') return this.#refused(known);
    this.#phase = 'offline';
    this.#show();
    this.#cancelRetry = this.#parts.clock.after(this.#backoff.next(), () => this.#retry());
  }

  /** Goes on with what has failed. */
  #retry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#isFollowing) this.#changed();
    else void this.#list();
  }

  #woken(): void {
    if (this.#cancelRetry !== undefined) this.#retry();
  }

  #refused(error: ConcordError): void {
    this.#halt();
    this.#phase = 'refused';
    this.#error = error;
    this.#show();
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Ends all that is under way. */
  #halt(): void {
    this.#round.abort();
    this.#stopFollowing();
    this.#stopFollowing = () => undefined;
    this.#isFollowing = false;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#cancelRecount?.();
    this.#cancelRecount = undefined;
    this.#cancelGrace();
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#meanwhile = undefined;
    this.#reading.clear();
  }

  // --- following ---

  #isFollowing = false;

  get #selection(): { readonly collections: readonly string[]; readonly filter?: string } {
    const { filter } = this.#options;
    return { collections: [this.#collection], ...(filter === undefined ? {} : { filter }) };
  }

  #follow(since: string): void {
    const { feed, clock } = this.#parts;
    this.#isFollowing = true;
    this.#lost();
    this.#stopFollowing = feed.follow(
      { ...this.#selection, since },
      {
        onReady: () => {
          this.#cancelGrace();
          if (this.#lostAt !== undefined && clock.now() - this.#lostAt > longAwayMs) this.#count.lose();
          this.#lostAt = undefined;
          this.#phase = 'live';
          this.#changed();
        },
        onLost: () => this.#lost(),
        onChange: (change) => this.#hear(change),
        onRefused: (error) => {
          this.#isFollowing = false;
          // Signed by a secret that is another now: the list has a new one.
          if (error instanceof ConcordError && error.code === 'invalid_cursor') void this.#list();
          else this.#failed(error);
        },
      },
    );
  }

  #lost(): void {
    const { clock } = this.#parts;
    this.#lostAt ??= clock.now();
    this.#cancelGrace();
    this.#cancelGrace = clock.after(graceMs, () => {
      this.#phase = 'offline';
      this.#show();
    });
  }

  #hear(change: Change): void {
    if (change.type === 'snapshot') return;
    if (change.type === 'reset') void this.#list();
    else {
      this.#heardAt = this.#parts.clock.now();
      this.#meanwhile?.set(change.record, change);
      if (!this.#window.isOld(change)) this.#count.add(this.#apply(change));
      // It is held already, by a page that was read ahead of the feed.
      else if (enters(change)) this.#count.lose();
      this.#changed();
    }
  }

  #apply(event: ChangeEvent): ReturnType<RecordWindow['apply']> {
    this.#reading.delete(event.record);
    const row = event.data && this.#request.pick(event.data);
    if (row === undefined && !leaves(event)) void this.#read(event);
    return this.#window.apply(event, row);
  }

  /** The record of an event that was too large to bring it. A later event of that record makes the answer useless. */
  async #read(event: ChangeEvent): Promise<void> {
    const { record } = event;
    const { signal } = this.#round;
    this.#reading.set(record, event);
    try {
      const row = await readJson<RecordView>(this.#reader, this.#request.record(record));
      if (this.#reading.get(record) !== event) return;
      this.#reading.delete(record);
      this.#window.putRead(row);
      this.#changed();
    } catch (error) {
      if (signal.aborted || this.#reading.get(record) !== event) return;
      this.#reading.delete(record);
      // What is gone by now is told by another event.
      if (error instanceof ConcordError && error.entry.retry === 'never') return;
      this.#halt();
      this.#failed(error);
    }
  }

  /** Gets what is missing of what is wanted. */
  async #fill(): Promise<void> {
    const { signal } = this.#round;
    const page = this.#nextPage;
    if (page === undefined || page.length > maxPageChars) return await this.#list();
    this.#meanwhile = new Map();
    try {
      const missing = this.#wanted - this.#window.length + spare;
      const { items, nextPage } = await readPage(this.#reader, this.#request, missing, page);
      this.#backoff.reset();
      this.#nextPage = nextPage;
      this.#window.extend(items, nextPage === undefined);
      const events = this.#meanwhile;
      this.#meanwhile = undefined;
      for (const event of events.values()) if (!this.#window.isOld(event)) this.#apply(event);
      this.#changed();
    } catch (error) {
      if (signal.aborted) return;
      this.#meanwhile = undefined;
      const known = error instanceof ConcordError ? error : new ConcordError('unreachable', { cause: error });
      if (known.entry.retry === 'never') return this.#refused(known);
      this.#cancelRetry = this.#parts.clock.after(this.#backoff.next(), () => this.#retry());
    }
  }

  // --- showing ---

  /** Something is another: it is shown with the next frame, together with what else comes until then. */
  #changed(): void {
    if (this.#closing.signal.aborted || this.#phase === 'refused') return;
    this.#cancelFrame ??= onNextFrame(() => this.#show(), this.#parts.clock);
  }

  #show(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#settleWindow();
    const items = this.#window.first(this.#wanted).map((row) => this.#request.show(row));
    const { total } = this.#count;
    this.#state.set({
      phase: this.#phase,
      items,
      hasMore: this.#window.length > this.#wanted || !this.#window.isWhole,
      ...(total === undefined || !this.#isLoaded ? {} : { total }),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    });
    if (this.#isLoaded && (this.#window.isWhole || this.#window.length >= this.#wanted))
      for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  /** Sees to it that neither too few are held nor too many, and that they are counted. */
  #settleWindow(): void {
    if (!this.#isLoaded) return;
    if (this.#count.isExact && this.#count.total === this.#window.length) this.#window.complete();
    if (this.#window.isWhole) this.#count.known(this.#window.length);
    if (this.#window.length > this.#wanted + maxSpare) {
      this.#window.cut(this.#wanted);
      this.#nextPage = undefined;
    }
    if (!this.#isFollowing) return;
    const isShort = !this.#window.isWhole && this.#window.length < this.#wanted;
    if (isShort && this.#meanwhile === undefined && this.#cancelRetry === undefined) void this.#fill();
    if (this.#count.isStale && this.#cancelRecount === undefined) this.#recountLater(this.#parts.clock.now());
  }

  #recountLater(staleSince: number): void {
    const { clock } = this.#parts;
    this.#cancelRecount = clock.after(quietMs, () => {
      const now = clock.now();
      if (now - this.#heardAt < quietMs && now - staleSince < maxStaleMs) this.#recountLater(staleSince);
      else void this.#list();
    });
  }
}

function isSame(a: QueryState<RecordView>, b: QueryState<RecordView>): boolean {
  return (
    a.phase === b.phase &&
    a.hasMore === b.hasMore &&
    a.total === b.total &&
    a.error === b.error &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => item === b.items[index])
  );
}
