import type { Logger } from 'pino';
import type { Store } from '@concord/store';
import type { Clock } from './clock.ts';

export interface RecoveryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets go of everything in memory that may not be on disk. */
  readonly abandon: () => Promise<void>;
  /** Takes up work again on the reopened store. */
  readonly resume: () => Promise<void>;
}

const firstRetryMs = 100;
const maxRetryMs = 5_000;

/**
 * What happens when a commit fails (J3): nothing more is written to that handle, everything in memory is
 * dropped, the store is opened again, for as long as it takes, and work goes on from what is on disk. The
 * process stays up meanwhile and says why it is not ready.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  #failure: string | undefined;
  #running: Promise<void> | undefined;
  /** The store failed again while it was being taken up. */
  #failedAgain: { readonly error: unknown } | undefined;
  #stopped = false;
  #endPause: () => void = () => undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** Why the store cannot be written to, while it cannot. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Begins; or begins anew, if it is under way already. */
  start(error: unknown): void {
    if (this.#stopped) return;
    if (this.#running !== undefined) {
      this.#failedAgain = { error };
      return;
    }
    this.#failure = reasonOf(error);
    this.#options.logger.error({ err: error }, 'the store failed; reopening it');
    this.#running = this.#run();
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPause();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, logger, abandon, resume } = this.#options;
    await abandon();
    for (let delayMs = firstRetryMs; !this.#stopped; delayMs = Math.min(delayMs * 2, maxRetryMs)) {
      try {
        await store.reopen();
        this.#failedAgain = undefined;
        await resume();
        this.#throwIfFailedAgain();
        this.#failure = undefined;
        this.#running = undefined;
        logger.info('the store is open again');
        return;
      } catch (error) {
        this.#failure = reasonOf(error);
        logger.error({ err: error, retryMs: delayMs }, 'the store cannot be used yet');
        await abandon();
        await this.#pause(delayMs);
      }
    }
  }

  #throwIfFailedAgain(): void {
    if (this.#failedAgain !== undefined) throw this.#failedAgain.error;
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** The innermost message: "no space left on device" says more than "commit failed". */
function reasonOf(error: unknown): string {
  for (let inner = error; ; inner = inner.cause) {
    if (!(inner instanceof Error)) return String(inner);
    if (!(inner.cause instanceof Error)) return inner.message;
  }
}
