import type { Change, FeedListener, FeedRequest } from '../changes.ts';
import { createBackoff } from '../backoff.ts';
import type { Transport } from '../client.ts';
import type { Clock } from '../clock.ts';
import { begin, follow, type FollowEvent, type FollowState } from './follow-machine.ts';
import type { LegEnd, LegListener, OpenLeg } from './leg.ts';
import type { TransportChoice } from './transport-choice.ts';

/** A leg that lasts this long, or brings something, has got through: the next wait is a short one again. */
const steadyMs = 5_000;
/** So many legs in a row that brought nothing and did not last: this transport is cut off here. */
const maxShortLegs = 3;
/** Of so many of the last events the ids are kept, so that one that comes twice where two legs meet is told once. */
const maxRecent = 256;

export interface FollowerParts {
  readonly choice: TransportChoice;
  readonly legs: { readonly [T in Transport]: OpenLeg };
  readonly clock: Clock;
}

/**
 * One reader of the feed. What its legs tell is one feed: each begins where the one before has ended, whatever the
 * transport, and what a leg says that is over is not heard.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #request: FeedRequest;
  readonly #listener: FeedListener;
  readonly #backoff: ReturnType<typeof createBackoff>;
  readonly #recent = new Set<string>();
  #state: FollowState = { name: 'waiting' };
  /** Where to go on. */
  #cursor: string;
  /** Records were told of a snapshot whose end was not: it has to begin anew. */
  #isListing = false;
  /** What was told of a snapshot counts no more, and nobody has been told. */
  #isInterrupted = false;
  #openedAt: number | undefined;
  #shortLegs = 0;
  #stopLeg: () => void = () => undefined;
  #cancelWait: () => void = () => undefined;

  constructor(parts: FollowerParts, request: FeedRequest, listener: FeedListener) {
    this.#parts = parts;
    this.#request = request;
    this.#listener = listener;
    this.#cursor = request.since ?? 'now';
    this.#backoff = createBackoff({ firstMs: 500, maxMs: 30_000, random: parts.clock.random });
  }

  start(): void {
    this.#enter(begin(this.#usable));
  }

  /** Something has happened that no leg tells of. */
  hear(event: FollowEvent): void {
    const before = this.#state;
    const state = follow(before, event, this.#usable);
    if (state === before) return;
    this.#stopLeg();
    if (before.name === 'live' && state.name !== 'ended' && event !== 'better') this.#listener.onLost?.();
    this.#enter(state);
  }

  get #usable(): readonly Transport[] {
    return this.#parts.choice.usable(this);
  }

  #enter(state: FollowState): void {
    const { choice, clock } = this.#parts;
    this.#state = state;
    this.#cancelWait();
    if (state.name !== 'waiting') choice.occupy(this, state.name === 'ended' ? undefined : state.transport);
    // What it has let go of may have been what it was waiting for.
    if (this.#state !== state) return;
    if (state.name === 'opening') this.#open(state);
    else if (state.name === 'waiting') this.#cancelWait = clock.after(this.#backoff.next(), () => this.hear('due'));
  }

  #open(state: Extract<FollowState, { readonly name: 'opening' }>): void {
    const { transport, suspects } = state;
    const { choice, legs, clock } = this.#parts;
    let isOver = false;
    let stop: (() => void) | undefined = undefined;
    this.#stopLeg = () => {
      if (isOver) return;
      isOver = true;
      this.#isInterrupted ||= this.#isListing;
      this.#isListing = false;
      stop?.();
    };
    this.#openedAt = undefined;
    const ifHeard = <A extends readonly unknown[]>(tell: (...args: A) => void) => {
      return (...args: A): void => {
        if (!isOver) tell(...args);
      };
    };
    const listener: LegListener = {
      onOpened: ifHeard(() => {
        this.#openedAt = clock.now();
        choice.block(suspects);
        // The leg goes on: only the state is another.
        this.#state = follow(this.#state, 'opened', this.#usable);
      }),
      onReady: ifHeard((cursor) => this.#ready(cursor)),
      onChange: ifHeard((change) => this.#tell(change)),
      onMoved: ifHeard((cursor) => {
        if (!this.#isListing) this.#cursor = cursor;
      }),
      onEnded: ifHeard((end) => this.#ended(end, transport)),
    };
    stop = legs[transport](this.#request, this.#cursor, listener);
    // It may have ended before it had begun.
    if (isOver) stop();
  }

  #ended(end: LegEnd, transport: Transport): void {
    if (end.kind === 'refused') {
      this.hear('refused');
      this.#listener.onRefused(end.error);
      return;
    }
    const lastedMs = this.#openedAt === undefined ? 0 : this.#parts.clock.now() - this.#openedAt;
    if (lastedMs >= steadyMs) this.#steady();
    const isShort = end.kind === 'cut' && transport !== 'websocket' && this.#openedAt !== undefined && lastedMs < steadyMs;
    if (isShort) this.#shortLegs++;
    const isBlocked = end.kind === 'blocked' || this.#shortLegs >= maxShortLegs;
    if (isBlocked) this.#shortLegs = 0;
    this.hear(isBlocked ? 'blocked' : 'cut');
  }

  #steady(): void {
    this.#backoff.reset();
    this.#shortLegs = 0;
  }

  #ready(cursor: string): void {
    this.#tellInterruption();
    this.#isListing = false;
    this.#cursor = cursor;
    this.#listener.onReady(cursor);
  }

  #tell(told: Change): void {
    let change = told;
    if (change.type === 'reset') {
      // What was told before counts no more in either case.
      this.#isInterrupted = false;
      this.#recent.clear();
      // With `include`, whoever is cut off before the end of the snapshot has to be reset again: the place stays as it was.
      if (this.#request.include === undefined) this.#cursor = change.cursor;
      else change = { ...change, cursor: this.#cursor };
    } else {
      this.#tellInterruption();
      if (change.type === 'snapshot') this.#isListing = true;
      else {
        if (this.#isRepeated(change.id)) return;
        this.#cursor = change.cursor;
      }
    }
    this.#steady();
    this.#listener.onChange(change);
  }

  #tellInterruption(): void {
    if (!this.#isInterrupted) return;
    this.#isInterrupted = false;
    this.#listener.onChange({ type: 'reset', reason: 'interrupted', cursor: this.#cursor });
  }

  #isRepeated(id: string): boolean {
    if (this.#recent.has(id)) return true;
    this.#recent.add(id);
    const [oldest] = this.#recent;
    if (this.#recent.size > maxRecent && oldest !== undefined) this.#recent.delete(oldest);
    return false;
  }
}
