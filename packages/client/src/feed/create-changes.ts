import type { Change, ChangesOptions, Feed } from '../changes.ts';

/** So many changes wait for a loop that is slow; then the feed is left, and gone on with once they are dealt with. */
const maxWaiting = 1000;

/**
 * The feed as an async iterable: each loop over it is a reader of its own. It ends when `signal` aborts or the loop is left,
 * and throws where the server refuses for good.
 *
 * What waits for a slow loop is bounded, but for a snapshot, which can only be resumed from its beginning.
 */
export function createChanges(
  feed: Feed,
  { signal, ...request }: ChangesOptions = {},
  closing?: AbortSignal,
): AsyncIterable<Change> {
  const signals = [signal, closing].filter((one) => one !== undefined);
  return { [Symbol.asyncIterator]: () => new ChangesIterator(feed, request, signals) };
}

type Result = IteratorResult<Change, undefined>;

const over: Result = { done: true, value: undefined };

class ChangesIterator implements AsyncIterator<Change, undefined> {
  readonly #feed: Feed;
  readonly #request: Omit<ChangesOptions, 'signal'>;
  /** Each of them ends it. */
  readonly #signals: readonly AbortSignal[];
  #waiting: Change[] = [];
  readonly #asking: { resolve(result: Result): void; reject(error: unknown): void }[] = [];
  /** Where to go on behind what waits; undefined while that cannot be told. */
  #cursor: string | undefined;
  #stop: (() => void) | undefined;
  #isOver = false;
  /** To be thrown behind what waits. */
  #error: Error | undefined;

  constructor(feed: Feed, request: Omit<ChangesOptions, 'signal'>, signals: readonly AbortSignal[]) {
    this.#feed = feed;
    this.#request = request;
    this.#signals = signals;
    for (const signal of signals) signal.addEventListener('abort', this.#end);
    if (signals.some((signal) => signal.aborted)) this.#end();
    else this.#follow(request.since);
  }

  next(): Promise<Result> {
    const value = this.#waiting.shift();
    if (value !== undefined) {
      if (this.#waiting.length === 0) this.#goOn();
      return Promise.resolve({ done: false, value });
    }
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) return Promise.reject(error);
    if (this.#isOver) return Promise.resolve(over);
    return new Promise((resolve, reject) => this.#asking.push({ resolve, reject }));
  }

  return(): Promise<Result> {
    this.#end();
    return Promise.resolve(over);
  }

  readonly #end = (): void => {
    this.#finish();
    this.#waiting = [];
    this.#error = undefined;
    for (const { resolve } of this.#asking.splice(0)) resolve(over);
  };

  #finish(): void {
    this.#isOver = true;
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#end);
    this.#stop?.();
    this.#stop = undefined;
  }

  #follow(since: string | undefined): void {
    const request = since === undefined ? this.#request : { ...this.#request, since };
    let isStopped = false;
    let stop: (() => void) | undefined = undefined;
    this.#stop = () => {
      isStopped = true;
      stop?.();
    };
    stop = this.#feed.follow(request, {
      onReady: (cursor) => (this.#cursor = cursor),
      onChange: (change) => {
        if (!isStopped) this.#take(change);
      },
      onRefused: (error) => this.#refused(error),
    });
    if (isStopped) stop();
  }

  #take(change: Change): void {
    this.#cursor = change.cursor;
    const asking = this.#asking.shift();
    if (asking !== undefined) {
      asking.resolve({ done: false, value: change });
      return;
    }
    this.#waiting.push(change);
    if (this.#waiting.length < maxWaiting || this.#cursor === undefined) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #goOn(): void {
    if (this.#stop === undefined && !this.#isOver) this.#follow(this.#cursor);
  }

  #refused(error: Error): void {
    this.#finish();
    const asking = this.#asking.shift();
    if (asking === undefined) this.#error = error;
    else asking.reject(error);
    for (const { resolve } of this.#asking.splice(0)) resolve(over);
  }
}
