import type { Clock } from '../clock.ts';

/** However slow a receiver is, a record that hangs does not hold up all others. */
const minRoom = 2;

/** The pause after a 429 that names no time. */
const pauseMs = 5_000;

/** What an answer says of how much its receiver can take. */
export interface Strain {
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  readonly isAccepted: boolean;
  readonly timedOut: boolean;
  readonly retryAfterMs: number | undefined;
}

/**
 * How much one receiver is sent at a time: half as much after 429, 502, 504 and what had no answer in time, one more after
 * each that it took. A 429 is about all that it is sent: nothing is begun until its time is over.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #maxRoom: number;
  readonly #onOpen: () => void;
  #room: number;
  #isClosed = false;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, maxRoom: number, onOpen: () => void) {
    this.#clock = clock;
    this.#maxRoom = maxRoom;
    this.#room = maxRoom;
    this.#onOpen = onOpen;
  }

  /** How many attempts may be under way. */
  get room(): number {
    return this.#isClosed ? 0 : this.#room;
  }

  adjust({ status, isAccepted, timedOut, retryAfterMs }: Strain): void {
    if (timedOut || status === 429 || status === 502 || status === 504) this.#room = Math.max(minRoom, this.#room >> 1);
    else if (isAccepted) this.#room = Math.min(this.#maxRoom, this.#room + 1);
    if (status !== 429) return;
    this.close();
    this.#cancel = this.#clock.after(retryAfterMs ?? pauseMs, () => this.open());
  }

  /** Nothing may be begun, until it is opened. */
  close(): void {
    this.#cancel();
    this.#isClosed = true;
  }

  open(): void {
    this.#cancel();
    this.#isClosed = false;
    this.#onOpen();
  }

  stop(): void {
    this.#cancel();
  }
}
