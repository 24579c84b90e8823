import { createHash } from 'node:crypto';
import type { FeedEvent, RecordView } from '@concord/protocol';

/** What was told of one event. */
export interface Told {
  readonly cursor: string;
  /** Of all else that it said. */
  readonly digest: string;
}

/** Some of the records that there are. */
export type Items = readonly { readonly collection: string; readonly data: RecordView }[];

/** What one client holds, built from what it has received alone; and what was wrong with that. */
export class Copy {
  /** By `<collection>/<record>`. */
  readonly records: Map<string, RecordView> = new Map();
  /** By the event's id. */
  readonly told: Map<string, Told> = new Map();
  readonly wrong: string[] = [];
  repeats = 0;
  readonly #isSteady: boolean;
  #lastId = '';
  readonly #lastIdOf = new Map<string, string>();

  /** Whether it may see the same all the time: then what comes again says the same. */
  constructor(isSteady: boolean) {
    this.#isSteady = isSteady;
  }

  /** All that there is, whatever was known before. */
  replace(items: Items): void {
    this.records.clear();
    for (const { collection, data } of items) this.records.set(`${collection}/${data.id}`, data);
  }

  /**
   * Takes an event in. Where all come in the order of the feed, behind a cursor, none may come again (F2). Elsewhere one
   * may, by its own id, and the events of a record come in their order. `view` is what the record is by now, for an event
   * that does not tell.
   */
  hear(event: FeedEvent, by: 'feed' | 'record', view?: RecordView): void {
    const { id, cursor } = event;
    const record = `${event.collection}/${event.record}`;
    const digest = digestOf(event);
    const before = this.told.get(id);
    if (before !== undefined) {
      this.repeats++;
      if (by === 'feed') this.wrong.push(`${id} came again behind a cursor`);
      if (this.#isSteady && before.digest !== digest) this.wrong.push(`${id} said something else when it came again`);
      return;
    }
    if (by === 'feed' && id <= this.#lastId) this.wrong.push(`${id} came behind ${this.#lastId}`);
    const lastOfRecord = this.#lastIdOf.get(record) ?? '';
    if (id <= lastOfRecord) this.wrong.push(`${id} of ${record} came behind ${lastOfRecord}`);
    this.#lastIdOf.set(record, id);
    // Ids of an epoch sort as their events do.
    if (id > this.#lastId) this.#lastId = id;
    this.told.set(id, { cursor, digest });
    const now = event.data ?? view;
    if (event.match === 'leave' || event.type.endsWith('.delete') || now === undefined) this.records.delete(record);
    else this.records.set(record, now);
  }
}

/** Of what all get who may see the same, on whatever transport. */
export function digestOf(event: FeedEvent): string {
  const same = { ...event, cursor: '', subscription: '' };
  const text = JSON.stringify(Object.entries(same).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url');
}
