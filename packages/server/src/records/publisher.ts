import type { Logger } from 'pino';
import type { Schema } from '@concord/schema';
import { parseDocumentName, type RecordAddress } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import type { Documents } from '../documents/documents.ts';
import { isStoreFailure } from '../documents/journal.ts';
import { markPrefix } from '../documents/keys.ts';
import { partAt } from '../documents/part-plan.ts';
import type { Part } from '../documents/part.ts';
import type { Feed, Placed } from '../feed/feed.ts';
import type { MemberFollowers } from '../inbox/member-followers.ts';
import { Publication } from './publication.ts';

export interface PublisherOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly feed: Feed;
  readonly members: MemberFollowers;
  /** Hears of every event once it is durable. */
  readonly onEvent: (account: string, placed: Placed) => void;
  /** Hears of every record of which something is to be noted in its logs, once that is durable. */
  readonly onAnnounced: (record: RecordAddress) => void;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A record that is being edited, since `first`, and when its timer runs. */
interface QuietPeriod {
  readonly first: number;
  last: number;
  cancel: () => void;
}

/** How many parts are derived at once after a start. */
const recoveryWidth = 16;

/**
 * Turns durable edits into views and events.
 *
 * Typing becomes one event per quiet period: when nothing was typed for `quietMs`, or `maxQuietMs` after
 * the first key. A request's write closes the period and makes its own event at once.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #periods = new Map<Part, QuietPeriod>();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** An edit has arrived on `part`. One that decides on who may read the record is published without a quiet time (R6). */
  edited(part: Part, decides: boolean): void {
    const now = this.#options.clock.now();
    const period = this.#periods.get(part);
    if (decides) {
      this.#publishLogged(part);
      return;
    }
    if (period !== undefined) {
      period.last = now;
      return;
    }
    const opened = { first: now, last: now, cancel: () => undefined };
    this.#periods.set(part, opened);
    this.#wait(part, opened);
  }

  /**
   * One commit on `parts`, all of one account, with the views and events that `build` publishes. Readers hear
   * of the events once they are durable, in commit order (F1). `scopes` are those of the store that it writes to beside.
   */
  async commit<T>(
    parts: readonly Part[],
    account: string,
    build: (publication: Publication) => T,
    scopes: readonly string[] = [],
  ): Promise<T> {
    const { documents, feed, members, schema, clock } = this.#options;
    let publication: Publication | undefined;
    const result = await documents.journal.commit(parts, [feed.scope(account), ...scopes], (tx) => {
      publication = new Publication({ tx, feed, members, schema, now: clock.now() });
      const built = build(publication);
      for (const record of publication.decided) documents.audience.withhold(record);
      return built;
    });
    if (publication !== undefined && publication.events.length > 0) {
      feed.published(account, publication.events);
      for (const placed of publication.events) this.#options.onEvent(account, placed);
    }
    for (const record of publication?.announced ?? []) this.#options.onAnnounced(record);
    for (const record of publication?.decided ?? []) documents.audience.reconsider(record);
    for (const part of parts) {
      if (!part.isDirty) this.#forget(part);
      documents.unloadIfIdle(part);
    }
    return result;
  }

  /** Closes every open quiet period. */
  async flush(): Promise<void> {
    await Promise.all([...this.#periods.keys()].map((part) => this.#publish(part)));
  }

  /** Derives what a crash, or a failed store, left marked as dirty (J8). */
  async recover(): Promise<number> {
    const names: string[] = [];
    for await (const [key] of this.#options.store.range({ prefix: markPrefix })) names.push(key.slice(markPrefix.length));
    const left = names.values();
    await Promise.all(
      Array.from({ length: recoveryWidth }, async () => {
        for (const name of left) await this.#recoverOne(name);
      }),
    );
    return names.length;
  }

  /** Forgets all open periods: their parts have been dropped. */
  reset(): void {
    for (const period of this.#periods.values()) period.cancel();
    this.#periods.clear();
  }

  async #recoverOne(name: string): Promise<void> {
    const { documents, logger, schema } = this.#options;
    const address = parseDocumentName(name);
    const collection = schema.collections.get(address.collection);
    if (collection === undefined || partAt(collection, address) === undefined) {
      logger.warn({ document: name }, 'a document of a collection or part that the config does not have is left as it is');
      return;
    }
    try {
      const part = await documents.open(address);
      try {
        await this.#publish(part);
      } finally {
        documents.release(part);
      }
    } catch (error) {
      if (isStoreFailure(error)) throw error;
      // One damaged document keeps its mark, and does not keep all others from being served.
      logger.error({ err: error, document: name }, 'a record could not be derived');
    }
  }

  #wait(part: Part, period: QuietPeriod): void {
    const { quietMs, maxQuietMs } = this.#quietOf(part);
    const due = Math.min(period.last + quietMs, period.first + maxQuietMs);
    const left = due - this.#options.clock.now();
    if (left > 0) {
      period.cancel = this.#options.clock.after(left, () => this.#wait(part, period));
      return;
    }
    this.#publishLogged(part);
  }

  #publishLogged(part: Part): void {
    this.#publish(part).catch((error: unknown) =>
      // A failed store is reported, and dealt with, by the journal; the dirty mark stays.
      this.#options.logger.debug({ err: error, document: part.name }, 'publishing failed'),
    );
  }

  async #publish(part: Part): Promise<void> {
    this.#forget(part);
    await this.commit([part], part.address.account, (publication) => publication.derive(part));
  }

  #forget(part: Part): void {
    this.#periods.get(part)?.cancel();
    this.#periods.delete(part);
  }

  #quietOf(part: Part): { readonly quietMs: number; readonly maxQuietMs: number } {
    return this.#options.schema.collections.get(part.address.collection) ?? { quietMs: 0, maxQuietMs: 0 };
  }
}
