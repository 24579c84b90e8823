import type { Clock } from '../clock.ts';
import { isFinal, nextState, type DeliveryEvent, type DeliveryState } from './delivery-machine.ts';

/** The deliveries of one record, in order: only the first of them is ever on its way. */
export interface Lane {
  readonly key: string;
  /** The numbers of its deliveries; those before `at` are over. */
  readonly deliveries: number[];
  at: number;
  /** Of the first one. */
  state: DeliveryState;
  cancelTimer: () => void;
}

/** What waits for one endpoint: order within a record, none between records. */
export class Lanes {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #lanes = new Map<string, Lane>();
  /** Those whose first may be sent, in the order in which it became so. */
  readonly #ready = new Set<Lane>();
  readonly #waiting = new Set<Lane>();
  #size = 0;
  #blocked = 0;

  /** @param onDue a lane has become ready because its time has come */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** How many deliveries there are. */
  get size(): number {
    return this.#size;
  }

  /** How many of them have nothing to wait for but their turn. */
  get movable(): number {
    return this.#size - this.#blocked;
  }

  /**
   * Answers whether it is movable.
   *
   * @param dueInMs it has failed before, and waits
   */
  add(delivery: number, key: string, dueInMs?: number): boolean {
    this.#size++;
    const known = this.#lanes.get(key);
    if (known !== undefined) {
      known.deliveries.push(delivery);
      if (known.state !== 'waiting') return true;
      this.#blocked++;
      return false;
    }
    const lane: Lane = { key, deliveries: [delivery], at: 0, state: 'queued', cancelTimer: () => undefined };
    this.#lanes.set(key, lane);
    if (dueInMs === undefined || dueInMs <= 0) {
      this.#ready.add(lane);
      return true;
    }
    lane.state = 'waiting';
    this.#wait(lane, dueInMs);
    return false;
  }

  /** A record whose first delivery begins now. */
  take(): { readonly lane: Lane; readonly delivery: number } | undefined {
    for (const lane of this.#ready) {
      this.#ready.delete(lane);
      lane.state = nextState(lane.state, 'begun');
      return { lane, delivery: lane.deliveries[lane.at] as number };
    }
    return undefined;
  }

  /** What has happened to the first delivery of a lane. `delayMs`: how long it waits after a refusal. */
  apply(lane: Lane, event: DeliveryEvent, delayMs = 0): void {
    lane.state = nextState(lane.state, event);
    if (isFinal(lane.state)) this.#next(lane);
    else if (lane.state === 'queued') this.#ready.add(lane);
    else if (lane.state === 'waiting') this.#wait(lane, delayMs);
  }

  /** What waits is due now. */
  release(): void {
    for (const lane of this.#waiting) {
      lane.cancelTimer();
      this.#due(lane);
    }
  }

  /** Nothing becomes due any more. */
  stop(): void {
    for (const lane of this.#waiting) lane.cancelTimer();
  }

  #next(lane: Lane): void {
    this.#size--;
    lane.at++;
    if (lane.at === lane.deliveries.length) {
      this.#lanes.delete(lane.key);
      return;
    }
    if (lane.at > 1000 && lane.at * 2 > lane.deliveries.length) {
      lane.deliveries.splice(0, lane.at);
      lane.at = 0;
    }
    lane.state = 'queued';
    this.#ready.add(lane);
  }

  #wait(lane: Lane, ms: number): void {
    this.#waiting.add(lane);
    this.#blocked += lane.deliveries.length - lane.at;
    lane.cancelTimer = this.#clock.after(ms, () => {
      this.#due(lane);
      this.#onDue();
    });
  }

  #due(lane: Lane): void {
    this.#waiting.delete(lane);
    this.#blocked -= lane.deliveries.length - lane.at;
    this.apply(lane, 'due');
  }
}
