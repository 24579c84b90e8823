import type { Clock } from '../clock.ts';
import type { DeliveryLog, Kept } from './delivery-log.ts';
import type { WebhookSettings } from './settings.ts';

const kinds: readonly Kept[] = ['delivered', 'dead'];

/** The log may have so many entries more for a while, so that it is not tidied for each. */
const slack = 1_000;

/** Keeps one endpoint's log as long as the settings say: so many that are over, no older than that; dead letters of any age. */
export class LogKeeper {
  readonly #log: DeliveryLog;
  readonly #clock: Clock;
  readonly #settings: WebhookSettings;
  readonly #kept: Record<Kept, number> = { delivered: 0, dead: 0 };

  constructor(log: DeliveryLog, clock: Clock, settings: WebhookSettings) {
    this.#log = log;
    this.#clock = clock;
    this.#settings = settings;
  }

  get isFull(): boolean {
    return kinds.some((which) => this.#kept[which] > this.#settings.logEntries + slack);
  }

  async load(): Promise<void> {
    for (const which of kinds) this.#kept[which] = await this.#log.count(which);
  }

  added(which: Kept): void {
    this.#kept[which]++;
  }

  async trim(): Promise<void> {
    for (const which of kinds) {
      const excess = this.#kept[which] - this.#settings.logEntries;
      const olderThan = which === 'dead' ? -Infinity : this.#clock.now() - this.#settings.logKeepMs;
      this.#kept[which] -= await this.#log.trim(which, excess, olderThan);
    }
  }
}
