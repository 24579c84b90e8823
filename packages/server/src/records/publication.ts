import type { Json, Operation, RecordView } from '@concord/protocol';
import { changedFields, previousValues, readFields, type CollectionSchema, type Fields, type Schema } from '@concord/schema';
import type { Transaction } from '@concord/store';
import type { Part } from '../documents/part.ts';
import type { Feed, Placed } from '../feed/feed.ts';
import { encodeRow, rowKey, type RecordRow } from './record-row.ts';

export interface PublicationOptions {
  readonly tx: Transaction;
  readonly feed: Feed;
  readonly schema: Schema;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What one commit makes public: views and their events, written together with the edits they come from.
 * Valid only within that commit's build.
 */
export class Publication {
  readonly tx: Transaction;
  /** The events of this commit, in order. */
  readonly events: Placed[] = [];
  readonly #feed: Feed;
  readonly #schema: Schema;
  readonly #at: string;

  constructor({ tx, feed, schema, now }: PublicationOptions) {
    this.tx = tx;
    this.#feed = feed;
    this.#schema = schema;
    this.#at = new Date(now).toISOString();
  }

  /**
   * Writes what is pending on `part` and derives its view: an event if the view has changed, and no dirty
   * mark any more. Closes an open quiet period.
   */
  derive(part: Part): void {
    part.seal(this.tx);
    const actors = part.mark?.actors;
    if (actors === undefined) return;
    part.clearMark(this.tx);
    if (part.row?.deleted !== undefined) return;
    const collection = this.#collectionOf(part);
    const fields = readFields(collection, part.document);
    if (part.row === undefined) {
      this.#publish(part, 'create', fields, [...collection.fields.keys()], {}, actors);
      return;
    }
    const changed = changedFields(collection, part.row.view, fields);
    if (changed.length === 0) return;
    this.#publish(part, 'update', fields, changed, previousValues(collection, changed, part.row.view), actors);
  }

  /** Applies a request's values to `part` and publishes them: one event, unless nothing changed. */
  write(part: Part, actor: string, edit: () => void): void {
    part.write(this.tx, actor, edit);
    this.derive(part);
  }

  /** Makes a record of what `edit` writes, which may be nothing but defaults. */
  create(part: Part, actor: string, edit: () => void): void {
    this.write(part, actor, edit);
    if (part.row !== undefined) return;
    const collection = this.#collectionOf(part);
    this.#publish(part, 'create', readFields(collection, part.document), [...collection.fields.keys()], {}, [actor]);
  }

  /** Leaves a tombstone (R3). */
  remove(part: Part, row: RecordRow, actor: string): void {
    part.closed = 'record_deleted';
    this.#publish(part, 'delete', row.view, [], {}, [actor], { deleted: { at: this.#at, by: actor } });
  }

  /** Brings a tombstone back to life. */
  restore(part: Part, row: RecordRow, actor: string): void {
    part.closed = undefined;
    this.#publish(part, 'create', row.view, [...this.#collectionOf(part).fields.keys()], {}, [actor]);
  }

  /** Erases a tombstone's content and history; a bare delete event stands for all that were (R3). */
  purge(part: Part, row: RecordRow, actor: string, erasedEvents: readonly number[]): void {
    part.erase(this.tx);
    this.#feed.erase(this.tx, part.address, erasedEvents);
    const { id, createdAt, createdBy } = row.view;
    const view = { id, version: row.view.version + 1, createdAt, createdBy, updatedAt: this.#at, updatedBy: actor };
    const placed = this.#feed.append(this.tx, part.address.account, {
      ...this.#head(part, 'delete', view.version),
      changed: [],
      previous: {},
      actors: [actor],
    });
    this.events.push(placed);
    const deleted = row.deleted ?? { at: this.#at, by: actor };
    this.#keep(part, { view, lastEvent: placed.seq, deleted, purged: true });
  }

  #publish(
    part: Part,
    operation: Operation,
    fields: Fields,
    changed: readonly string[],
    previous: { readonly [field: string]: Json },
    actors: readonly string[],
    tombstone: Pick<RecordRow, 'deleted'> = {},
  ): void {
    const before = part.row?.view;
    const actor = actors.at(-1) ?? 'system';
    const view: RecordView = {
      id: part.address.record,
      version: (before?.version ?? 0) + 1,
      createdAt: before?.createdAt ?? this.#at,
      createdBy: before?.createdBy ?? actors[0] ?? actor,
      updatedAt: this.#at,
      updatedBy: actor,
      ...pick(fields, this.#collectionOf(part).fields.keys()),
    };
    const draft = { ...this.#head(part, operation, view.version), changed, previous, actors };
    const placed = this.#feed.append(this.tx, part.address.account, { ...draft, data: view });
    this.events.push(placed);
    this.#keep(part, { view, lastEvent: placed.seq, ...tombstone });
  }

  #head(part: Part, operation: Operation, version: number) {
    const { collection, record } = part.address;
    return { type: `${collection}.${operation}`, timestamp: this.#at, collection, record, version };
  }

  #keep(part: Part, row: RecordRow): void {
    part.row = row;
    this.tx.put(rowKey(part.address), encodeRow(row));
  }

  #collectionOf(part: Part): CollectionSchema {
    const collection = this.#schema.collections.get(part.address.collection);
    // Documents of unknown collections are not opened.
    if (collection === undefined) throw new Error(`There is no collection ${part.address.collection}.`);
    return collection;
  }
}

/** A view's own fields, without those of the system. */
function pick(fields: Fields, names: Iterable<string>): Fields {
  return Object.fromEntries([...names].map((name) => [name, fields[name] ?? null]));
}
