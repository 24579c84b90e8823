import { ConcordError, segmentOf, segmentSize, type LogEntry, type LogPage, type LogRights } from '@concord/protocol';
import { jsonEqual } from '@concord/schema';
import { createBackoff, type Backoff } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionStatus } from '../connection.ts';
import type { Http } from '../http.ts';
import { createListeners, type Listeners, type Live } from '../live.ts';
import type { LogState } from '../log.ts';
import type { Replicas } from '../replicas.ts';
import type { DocumentStorage } from '../storage.ts';
import { createLogSegments, type LogSegments } from './log-segments.ts';

export interface LogSourceParts {
  readonly http: Pick<Http, 'json'>;
  readonly replicas: Replicas;
  readonly storage: Pick<DocumentStorage, 'get' | 'put'>;
  readonly clock: Clock;
  readonly connection: Live<ConnectionStatus>;
  readonly account: string;
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  /** A create of the record waits to be carried out. */
  readonly isBeingCreated: () => boolean;
}

/** What is kept of a log beside its documents. */
interface KeptLog {
  readonly head: number;
  readonly pins: readonly LogEntry[];
}

/** As many as are shown at first. */
const firstEntries = 50;

/**
 * What is known of a log here: by the documents of its segments, and until they are there by what requests answer. The
 * newest segment's document is always open, as it tells of new entries, and the one behind it as soon as that may be opened.
 *
 * The server is asked for the newest entries at first, after each loss of the connection, and when it ends a document; what
 * it says then decides on whether there is a log to see.
 */
export class LogSource {
  readonly path: string;
  readonly segments: LogSegments;
  readonly changed: Listeners = createListeners();
  readonly #parts: LogSourceParts;
  readonly #backoff: Backoff;
  /** What requests have answered that the documents do not have yet. */
  readonly #page = new Map<number, LogEntry>();
  /** By an equal one that came by another way: the object that is shown stays the same. */
  readonly #same = new WeakMap<LogEntry, LogEntry>();
  readonly #stops: (() => void)[];
  #head: number | undefined;
  #pins: readonly LogEntry[] = [];
  #error: ConcordError | undefined;
  #rights: LogRights | undefined;
  /** An open document has told them, and tells of each change. */
  #areRightsTold = false;
  /** The number of the last note on a pin that the pins were asked for after. */
  #pinnedUpTo = 0;
  /** The server has told of the newest entries since the connection was last there. */
  #isFresh = false;
  #isAsking = false;
  /** There is a connection, or one is being made. */
  #isReachable: boolean;
  #isConnected = false;
  #isClosed = false;
  #cancelRetry: () => void = () => undefined;

  constructor(parts: LogSourceParts) {
    const { account, collection, record, log, replicas, connection } = parts;
    this.#parts = parts;
    this.path = `/records/${collection}/${record}/${log}`;
    this.#backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: parts.clock.random });
    this.segments = createLogSegments(
      `${account}/${collection}/${record}`,
      log,
      replicas,
      () => this.#documentsChanged(),
      (may) => {
        this.#areRightsTold = true;
        this.#setRights(may);
      },
    );
    this.#isReachable = isReachable(connection.get());
    this.#stops = [connection.subscribe(() => this.#connectionChanged())];
    void this.#recall();
    void this.ask();
  }

  /** The number of the last entry, as far as is known; undefined where nothing is. */
  get head(): number | undefined {
    return this.#head;
  }

  get pins(): readonly LogEntry[] {
    return this.#pins;
  }

  /** What the user may do; undefined until the server has said it. */
  get rights(): LogRights | undefined {
    return this.#rights;
  }

  get error(): ConcordError | undefined {
    return this.#error;
  }

  get phase(): LogState['phase'] {
    if (this.#error !== undefined) return isGone(this.#error) ? 'gone' : 'denied';
    if (this.#head === undefined) return 'loading';
    return this.#isFresh || (this.#isReachable && this.#isTailLive) ? 'live' : 'offline';
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  /** Documents are being synced. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  entry(seq: number): LogEntry | undefined {
    const synced = this.segments.open.get(segmentOf(seq))?.entries.get(seq);
    // Until the document is live, it is what was kept of it.
    const found = this.#page.get(seq) ?? synced;
    return found === undefined ? undefined : (this.#same.get(found) ?? found);
  }

  /** The entry with that id, where it is at hand. */
  find(id: string): LogEntry | undefined {
    for (const segment of this.segments.open.values()) {
      const seq = segment.seqOf(id);
      if (seq !== undefined) return this.entry(seq);
    }
    for (const entry of this.#page.values()) if (entry.id === id) return this.entry(entry.seq);
    return undefined;
  }

  /** The documents have all entries up to that one, as far as they are open. */
  isSynced(seq: number): boolean {
    return this.#isTailLive && seq <= this.#lastSynced;
  }

  /** Entries that a request has answered. */
  learn(entries: readonly LogEntry[]): void {
    for (const entry of entries) if (!this.#isLive(segmentOf(entry.seq))) this.#page.set(entry.seq, entry);
    this.#changed();
  }

  /** Asks for entries, and takes them up. */
  async load(query: Readonly<Record<string, string | number>>): Promise<LogPage> {
    const parameters = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const page = await this.#parts.http.json<LogPage>('GET', `${this.path}?${parameters.toString()}`);
    if (this.#isClosed) return page;
    // An answer may have been under way while a document told of a change.
    if (!this.#areRightsTold) this.#setRights(page.may);
    this.learn(page.items);
    return page;
  }

  /** Asks for the newest entries, and again until there is an answer. */
  async ask(): Promise<void> {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    this.#cancelRetry();
    try {
      const { head, items } = await this.load({ limit: firstEntries });
      this.#error = undefined;
      this.#isFresh = true;
      this.#head = Math.max(head, this.#lastSynced);
      this.#pinnedUpTo = this.#head;
      this.#keep();
      this.segments.reopen();
      this.#changed();
      if (items.length > 0 || this.#pins.length > 0) await this.askPins();
    } catch (error) {
      if (!this.#isClosed) this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
  }

  /** Asks for the pinned entries. Rejects where there is no answer. */
  async askPins(): Promise<void> {
    const { items } = await this.#parts.http.json<LogPage>('GET', `${this.path}?pinned=true&limit=200`);
    this.#pins = items;
    this.#changed();
    this.#keep();
  }

  /** Resolves when `condition` holds; rejects where there is no log to see (any more). */
  async until(condition: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#isClosed) reject(new ConcordError('unreachable', { message: 'The log was closed.' }));
      else if (this.#error !== undefined) reject(this.#error);
      else if (condition()) resolve();
    };
    const stop = this.changed.add(look);
    look();
    await promise.finally(stop);
  }

  /** All of the segment that can be had now is there: from the server, or without a connection what is kept of it. */
  isSettled(number: number): boolean {
    const state = this.segments.open.get(number)?.state.get();
    return state === undefined || state.phase === 'live' || state.phase === 'ended' || (!this.#isReachable && state.isLoaded);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    for (const stop of this.#stops) stop();
    this.segments.close();
    this.changed.call();
  }

  // --- inside ---

  async #recall(): Promise<void> {
    const kept = await this.#parts.storage.get<KeptLog>(this.#keptName).catch(() => undefined);
    if (kept === undefined || this.#head !== undefined || this.#isClosed) return;
    this.#head = kept.head;
    this.#pins = kept.pins;
    this.#changed();
  }

  get #keptName(): string {
    return `log${this.path}`;
  }

  /** Without it, it is not known without a network where the newest entries lie. */
  #keep(): void {
    const kept: KeptLog | undefined =
      this.#error === undefined && this.#head !== undefined ? { head: this.#head, pins: this.#pins } : undefined;
    void this.#parts.storage.put(this.#keptName, kept).catch(() => undefined);
  }

  get #tail(): readonly number[] {
    const head = this.#head;
    return head === undefined ? [] : [Math.max(0, segmentOf(head)), Math.floor(head / segmentSize)];
  }

  #isLive(segment: number): boolean {
    return this.segments.open.get(segment)?.state.get().phase === 'live';
  }

  get #isTailLive(): boolean {
    return this.#tail.length > 0 && this.#tail.every((number) => this.#isLive(number));
  }

  get #lastSynced(): number {
    let last = 0;
    for (const { entries } of this.segments.open.values()) for (const seq of entries.keys()) last = Math.max(last, seq);
    return last;
  }

  #documentsChanged(): void {
    if (this.#isClosed) return;
    const head = this.#lastSynced;
    const [before] = this.#tail;
    if (this.#head !== undefined && head > this.#head) this.#head = head;
    if (before !== this.#tail[0]) this.#keep();
    for (const [seq, asked] of this.#page) this.#takeOver(seq, asked);
    this.#repin();
    this.#changed();
    if (this.#hasNotesOnOthers()) void this.askPins().catch(() => undefined); // they are asked for again with the newest entries
    // Why it has ended, and what there is now, is the server's to say.
    if ([...this.segments.open.values()].some(({ state }) => state.get().phase === 'ended')) this.#askLater();
    else if (this.#isTailLive) this.#backoff.reset();
  }

  /** The document has what a request has answered. */
  #takeOver(seq: number, asked: LogEntry): void {
    const synced = this.segments.open.get(segmentOf(seq))?.entries.get(seq);
    if (!this.#isLive(segmentOf(seq))) return;
    this.#page.delete(seq);
    // A document does not count changes of reactions and threads.
    if (synced !== undefined && jsonEqual({ ...synced, version: asked.version }, asked))
      this.#same.set(synced, this.#same.get(asked) ?? asked);
  }

  /** Something was pinned, or is no more, in a segment that is not open here: the log's notes tell. */
  #hasNotesOnOthers(): boolean {
    const from = this.#pinnedUpTo;
    if (!this.#isFresh || this.#lastSynced <= from) return false;
    this.#pinnedUpTo = this.#lastSynced;
    for (let seq = from + 1; seq <= this.#pinnedUpTo; seq++) {
      const note = this.entry(seq)?.system;
      if ((note?.type === 'pinned' || note?.type === 'unpinned') && !this.#isLive(segmentOf(note.seq))) return true;
    }
    return false;
  }

  /** What the open documents say of pins is newer than what was answered. */
  #repin(): void {
    const pinned = new Map(this.#pins.map((entry) => [entry.seq, entry]));
    for (const [number, { entries }] of this.segments.open) {
      if (!this.#isLive(number)) continue;
      for (const [seq, entry] of entries) {
        if (entry.pinnedAt === undefined || entry.deletedAt !== undefined) pinned.delete(seq);
        else pinned.set(seq, this.entry(seq) ?? entry);
      }
    }
    const pins = [...pinned.values()].toSorted((a, b) => a.seq - b.seq);
    if (pins.length === this.#pins.length && pins.every((entry, index) => entry === this.#pins[index])) return;
    this.#pins = pins;
    this.#keep();
  }

  #connectionChanged(): void {
    const { phase } = this.#parts.connection.get();
    const wasConnected = this.#isConnected;
    this.#isReachable = isReachable({ phase });
    this.#isConnected = phase === 'syncing' || phase === 'live';
    if (!this.#isReachable || (wasConnected && !this.#isConnected)) this.#isFresh = this.#areRightsTold = false;
    if (this.#isConnected && !wasConnected && !this.#isFresh) void this.ask();
    this.#changed();
  }

  #setRights({ write, moderate }: LogRights): void {
    if (this.#rights?.write === write && this.#rights.moderate === moderate) return;
    this.#rights = { write, moderate };
    this.changed.call();
  }

  #changed(): void {
    this.segments.want(this, this.#tail);
    this.changed.call();
  }

  #askLater(): void {
    if (this.#error !== undefined) return;
    this.#cancelRetry();
    this.#cancelRetry = this.#parts.clock.after(this.#backoff.next(), () => void this.ask());
  }

  #failed(error: unknown): void {
    const known = error instanceof ConcordError ? error : new ConcordError('unreachable', { cause: error });
    const isFinal = known.entry.retry === 'never' && !(known.code === 'not_found' && this.#parts.isBeingCreated());
    if (!isFinal) {
      this.#askLater();
      return;
    }
    this.#error = known;
    // What is deleted may be looked at for the last time; what one may not read any more may not.
    if (known.code !== 'record_deleted') {
      this.#page.clear();
      this.#pins = [];
      this.#head = undefined;
    }
    this.#keep();
    this.#changed();
  }
}

function isReachable({ phase }: Pick<ConnectionStatus, 'phase'>): boolean {
  return phase !== 'offline' && phase !== 'denied' && phase !== 'gone';
}

function isGone({ code }: ConcordError): boolean {
  return code === 'not_found' || code === 'record_deleted';
}
