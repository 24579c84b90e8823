import { ConcordError, type ChangesPage } from '@concord/protocol';
import type { ChangeEvent, FeedRequest } from '../changes.ts';
import { within } from '../patience.ts';
import { changesPath } from './changes-path.ts';
import { legEndOf, type LegListener, type OpenLeg } from './leg.ts';
import type { HttpLegParts } from './stream-leg.ts';

const pageEvents = 1000;
/** A poll is answered at once … */
const answerMs = 30_000;
/** … and a long poll when this is over; where it is not for so much longer, nobody will. */
const waitMs = 25_000;
const lateMs = 10_000;
/** What waits for longer than this and then fails was cut in its wait; what fails sooner did not get through. */
const waitedMs = 1_000;
/** Behind a cut it asks once whether the server is there at all. So many cuts in a row, and nothing may wait here. */
const maxCutWaits = 2;
/** Where something in between takes the advice away. */
const unadvisedMs = 5_000;

/** One leg's way through the feed, by requests. */
class Polling {
  readonly #parts: HttpLegParts;
  readonly #request: FeedRequest;
  readonly #listener: LegListener;
  readonly #abort = new AbortController();
  #cursor: string;
  #isOpen = false;
  #isReady = false;
  /** Waits in a row that were cut. */
  #cutWaits = 0;
  #etag: { readonly cursor: string; readonly value: string } | undefined;

  constructor(parts: HttpLegParts, request: FeedRequest, since: string, listener: LegListener) {
    this.#parts = parts;
    this.#request = request;
    this.#cursor = since;
    this.#listener = listener;
  }

  stop(): void {
    this.#abort.abort();
  }

  /** @param waits whether requests wait at the server, once all is told that there was */
  async run(waits: boolean): Promise<void> {
    try {
      while (this.#cutWaits < maxCutWaits) {
        const pollAfterMs = await this.#poll();
        if (!waits) await this.#pause(pollAfterMs);
        else if (pollAfterMs > 0) await this.#waitOn();
      }
      this.#listener.onEnded({ kind: 'blocked' });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#listener.onEnded(legEndOf(error, this.#isOpen));
    }
  }

  /** What there is; answers the server's advice when to ask again: 0 where there is more. */
  async #poll(): Promise<number> {
    const cursor = this.#cursor;
    const known = this.#etag?.cursor === cursor ? { 'if-none-match': this.#etag.value } : undefined;
    const { headers, page } = await this.#ask({ feed: 'poll', since: cursor }, answerMs, known);
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#listener.onOpened();
    }
    if (page === undefined) return Number(headers.get('poll-after-ms') ?? unadvisedMs);
    const value = headers.get('etag');
    this.#etag = value === null ? undefined : { cursor, value };
    await this.#tell(page);
    return page.pollAfterMs;
  }

  /** Waits at the server and tells what comes, until a wait is cut, or the records come with a reset: by polls. */
  async #waitOn(): Promise<void> {
    for (;;) {
      const begunAt = this.#parts.clock.now();
      let page: ChangesPage | undefined;
      try {
        ({ page } = await this.#ask({ feed: 'longpoll', since: this.#cursor, timeout: waitMs }, waitMs + lateMs));
      } catch (error) {
        this.#abort.signal.throwIfAborted();
        const isCut = !(error instanceof ConcordError) || error.code === 'unreachable';
        if (!isCut || this.#parts.clock.now() - begunAt < waitedMs) throw error;
        this.#cutWaits++;
        return;
      }
      this.#cutWaits = 0;
      if (page === undefined || (!page.resumed && this.#request.include === 'snapshot')) return;
      await this.#tell(page);
    }
  }

  async #tell(page: ChangesPage): Promise<void> {
    const { reset, results, cursor } = page;
    if (reset !== undefined) this.#listener.onChange({ type: 'reset', reason: reset, cursor });
    await this.#tellSnapshot(page);
    if (!this.#isReady || reset !== undefined || page.snapshot !== undefined) {
      this.#isReady = true;
      // Where events come along, it is ready in front of them.
      this.#listener.onReady(results.length > 0 ? this.#cursor : cursor);
    }
    for (const event of results) {
      this.#abort.signal.throwIfAborted();
      this.#listener.onChange(event as ChangeEvent);
    }
    this.#abort.signal.throwIfAborted();
    this.#cursor = cursor;
    this.#listener.onMoved(cursor);
  }

  /** The records that there are, page by page; the cursor is the same for all of them. */
  async #tellSnapshot(first: ChangesPage): Promise<void> {
    for (let { snapshot, nextPage } = first; snapshot !== undefined;) {
      this.#abort.signal.throwIfAborted();
      if (snapshot.length > 0) this.#listener.onChange({ type: 'snapshot', items: snapshot });
      if (nextPage === undefined) return;
      const { page: next } = await this.#ask({ feed: 'poll', page: nextPage }, answerMs);
      if (next === undefined) return;
      // What may be read has changed meanwhile: it has begun anew.
      if (next.reset !== undefined) this.#listener.onChange({ type: 'reset', reason: next.reset, cursor: next.cursor });
      ({ snapshot, nextPage } = next);
    }
  }

  /** The answer; without a page where that is the one that is known. Rejects with `unreachable` where there is none by then. */
  async #ask(
    parameters: { readonly [name: string]: string | number },
    patienceMs: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly headers: Headers; readonly page?: ChangesPage }> {
    const { http, clock } = this.#parts;
    const path = changesPath(this.#request, { ...parameters, limit: pageEvents });
    return await within(patienceMs, { clock, signal: this.#abort.signal }, async (signal) => {
      const response = await http.fetch(path, { headers, signal });
      if (response.status === 304) return { headers: response.headers };
      return { headers: response.headers, page: (await response.json()) as ChangesPage };
    });
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#abort;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        cancel();
        resolve();
      };
      const cancel = this.#parts.clock.after(ms, done);
      signal.addEventListener('abort', done);
    });
    signal.throwIfAborted();
  }
}

/** The feed by requests that wait at the server (`waits`), or by ones that are made when the server thinks it is worth it. */
export function createPollLegs(parts: HttpLegParts, waits: boolean): OpenLeg {
  return (request, since, listener) => {
    const polling = new Polling(parts, request, since, listener);
    // It tells by `onEnded` what goes wrong.
    void polling.run(waits);
    return () => polling.stop();
  };
}
