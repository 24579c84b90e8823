import type { Logger } from 'pino';
import { ConcordError, type RecordAddress } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import { isStoreFailure } from '../documents/journal.ts';
import { announcedRecord, announcementsOf, announcementsPrefix, decodeAnnouncement, type Announcement } from './announcement.ts';
import type { Logs } from './logs.ts';

export interface AnnouncerOptions {
  readonly store: Store;
  readonly schema: Schema;
  readonly logs: Pick<Logs, 'note'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is being typed is noted once nothing more has come for so long. */
const typingMs = 5_000;

type Kept = readonly [key: string, announcement: Announcement];

/**
 * Notes in the logs of records what has changed about them. What there is to note was kept in the commit of the change, and
 * is noted under an id that follows from it: whatever ends the process in between, it is noted, and once.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** Records that are being seen to, by their prefix, each until all that was kept of it has been looked at. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, () => void>();
  #stopped = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Takes up what was left. */
  async start(): Promise<void> {
    const records = new Map<string, RecordAddress>();
    for await (const [key] of this.#options.store.range({ prefix: announcementsPrefix })) {
      const address = announcedRecord(key);
      records.set(announcementsOf(address), address);
    }
    for (const address of records.values()) this.announce(address);
  }

  /** Something of that record has been kept, and is on disk. */
  announce(address: RecordAddress): void {
    if (this.#stopped) return;
    const key = announcementsOf(address);
    const before = this.#running.get(key) ?? Promise.resolve();
    const run = before
      .then(() => this.#noteAll(address))
      .catch((error: unknown) => {
        // It stays kept, and is taken up with the next of the record, or when the store is open again.
        if (!isStoreFailure(error)) this.#options.logger.error({ err: error, record: key }, 'noting a change failed');
      })
      .finally(() => {
        if (this.#running.get(key) === run) this.#running.delete(key);
      });
    this.#running.set(key, run);
  }

  /** Resolves once what was asked for, and not typed, is noted. */
  async settled(address: RecordAddress): Promise<void> {
    await this.#running.get(announcementsOf(address));
  }

  /** Resolves once nothing is under way any more. */
  async close(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    await Promise.all(this.#running.values());
  }

  async #noteAll(address: RecordAddress): Promise<void> {
    const { store, clock } = this.#options;
    const prefix = announcementsOf(address);
    const kept: Kept[] = [];
    for await (const [key, bytes] of store.range({ prefix })) kept.push([key, decodeAnnouncement(bytes)]);
    const now = clock.now();
    const isDue = ([, { isTyped, at }]: Kept, index: number): boolean =>
      !isTyped || now - at >= typingMs || isOutdated(kept, index);
    const due = kept.filter(isDue);
    for (const [index, one] of kept.entries())
      if (due.includes(one) && !isOutdated(kept, index)) await this.#note(address, one[1]);
    if (due.length > 0)
      await store.commit([], (tx) => {
        for (const [key] of due) tx.delete(key);
      });
    if (due.length < kept.length) this.#waitFor(address);
  }

  async #note(address: RecordAddress, { event, notes }: Announcement): Promise<void> {
    const { schema, logs } = this.#options;
    const logSchemas = schema.collections.get(address.collection)?.logs.values() ?? [];
    for (const { name: log, notes: wanted } of logSchemas)
      for (const [index, { field, note }] of notes.entries()) {
        if (!wanted.includes(field)) continue;
        try {
          await logs.note({ ...address, log }, note, `${event}-${index}`);
        } catch (error) {
          // The record is gone, or the log: there is nobody to tell.
          if (!(error instanceof ConcordError && (error.code === 'record_deleted' || error.code === 'not_found'))) throw error;
        }
      }
  }

  #waitFor(address: RecordAddress): void {
    const key = announcementsOf(address);
    if (this.#timers.has(key) || this.#stopped) return;
    const cancel = this.#options.clock.after(typingMs, () => {
      this.#timers.delete(key);
      this.announce(address);
    });
    this.#timers.set(key, cancel);
  }
}

/** Somebody has gone on typing since. */
function isOutdated(kept: readonly Kept[], index: number): boolean {
  const [, { isTyped, notes }] = kept[index] as Kept;
  const fields = notes.map(({ field }) => field).join();
  return isTyped && kept.slice(index + 1).some(([, later]) => later.notes.map(({ field }) => field).join() === fields);
}
