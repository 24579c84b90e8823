import type { Clock } from '../clock.ts';

/** How long before a token ends its bearer is asked for another: half of its time, if that is less. */
const askBeforeMs = 60_000;

export interface TokenWatchOptions {
  readonly clock: Clock;
  /** The token is about to end, at that moment (in milliseconds since the epoch). */
  readonly ask: (expiresAt: number) => void;
  /** It has ended, and no other has come. */
  readonly end: () => void;
}

/** Watches over the token that something is open by. */
export class TokenWatch {
  readonly #options: TokenWatchOptions;
  #expiresAt: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(options: TokenWatchOptions) {
    this.#options = options;
  }

  /** From now on it is open by a token that ends then, or never. Who brings the same again has no other, and is not asked again. */
  renew(expiresAt: number | undefined): void {
    if (expiresAt !== undefined && expiresAt === this.#expiresAt) return;
    this.#cancel();
    this.#expiresAt = expiresAt;
    if (expiresAt === undefined) return;
    const { clock, ask } = this.#options;
    const left = expiresAt - clock.now();
    this.#at(expiresAt - Math.min(askBeforeMs, left / 2), () => {
      ask(expiresAt);
      this.#at(expiresAt, this.#options.end);
    });
  }

  /** Whether the token that it is open by has ended. */
  get isOver(): boolean {
    return this.#expiresAt !== undefined && this.#options.clock.now() >= this.#expiresAt;
  }

  stop(): void {
    this.#cancel();
  }

  /** A timer may be shorter than what it was asked for. */
  #at(moment: number, task: () => void): void {
    const { clock } = this.#options;
    const left = moment - clock.now();
    if (left <= 0) task();
    else this.#cancel = clock.after(left, () => this.#at(moment, task));
  }
}
