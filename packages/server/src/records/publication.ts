import { systemAuthor, type Operation, type RecordAddress, type RecordView } from '@concord/protocol';
import {
  changedFields,
  previousValues,
  readFields,
  type CollectionSchema,
  type Fields,
  type PartSchema,
  type Schema,
} from '@concord/schema';
import type { Transaction } from '@concord/store';
import { decidesByRecord } from '../access/access.ts';
import { eraseStored } from '../documents/erase-stored.ts';
import type { LiveRecord } from '../documents/live-record.ts';
import { partAt } from '../documents/part-plan.ts';
import type { Part } from '../documents/part.ts';
import type { EventDraft, Feed, PartShare, Placed } from '../feed/feed.ts';
import type { MemberFollowers } from '../inbox/member-followers.ts';
import { announcementKey, encodeAnnouncement, notesOf, type Announcement } from '../logs/announcement.ts';
import { entryEvent, type EntryEvent } from './entry-event.ts';
import { emptyFields, encodeRow, factsOf, rowKey, type PartRow, type RecordRow } from './record-row.ts';
import { markErasure } from '../logs/log-erasure.ts';
import type { Remains } from './record-write.ts';

export interface PublicationOptions {
  readonly tx: Transaction;
  readonly feed: Feed;
  readonly members: MemberFollowers;
  readonly schema: Schema;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What an event says of one part. */
interface Change {
  readonly part: PartSchema;
  /** After it. */
  readonly fields: Fields;
  readonly changed: readonly string[];
  readonly previous: Fields;
}

/** One part of a request's write. */
export interface Edit {
  readonly part: Part;
  readonly apply: () => void;
}

/**
 * What one commit makes public: views and their events, written together with the edits they come from.
 * Valid only within that commit's build.
 */
export class Publication {
  readonly tx: Transaction;
  /** The events of this commit, in order. */
  readonly events: Placed[] = [];
  /** Records of which something has changed that decides on access. */
  readonly decided: Set<LiveRecord> = new Set();
  /** Records of which something is to be noted in their logs. */
  readonly announced: RecordAddress[] = [];
  /** The time of its events: RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly #feed: Feed;
  readonly #members: MemberFollowers;
  readonly #schema: Schema;

  constructor({ tx, feed, members, schema, now }: PublicationOptions) {
    this.tx = tx;
    this.#feed = feed;
    this.#members = members;
    this.#schema = schema;
    this.at = new Date(now).toISOString();
  }

  /**
   * Writes what is pending on `part` and derives its share of the view: an event if that has changed, and no dirty
   * mark any more. Closes an open quiet period.
   */
  derive(part: Part): void {
    part.seal(this.tx);
    const actors = part.mark?.actors;
    if (actors === undefined) return;
    part.clearMark(this.tx);
    const { record } = part;
    if (record.row?.deleted !== undefined) return;
    const change = this.#changeOf(part);
    if (record.row === undefined) this.#publish(record, 'create', [change], actors);
    else if (change.changed.length > 0) {
      const placed = this.#publish(record, 'update', [change], actors);
      this.#announce(record, [change], placed, actors, true);
    }
  }

  /** Applies a request's edits to the parts of one record and publishes them: one event, unless nothing changed. */
  write(record: LiveRecord, edits: readonly Edit[], actor: string): void {
    const changes = this.#apply(edits, actor).filter(({ changed }) => changed.length > 0);
    if (changes.length === 0) return;
    const placed = this.#publish(record, 'update', changes, [actor]);
    this.#announce(record, changes, placed, [actor], false);
  }

  /** Makes a record of what `edits` write, which may be nothing but defaults. */
  create(record: LiveRecord, edits: readonly Edit[], actor: string): void {
    const changes = this.#apply(edits, actor).filter(({ part, changed }) => part.name === null || changed.length > 0);
    this.#publish(record, 'create', changes, [actor]);
  }

  /** Leaves a tombstone (R3). */
  remove(record: LiveRecord, actor: string): void {
    this.#publish(record, 'delete', [], [actor], { deleted: { at: this.at, by: actor } });
  }

  /** Brings a tombstone back to life. */
  restore(record: LiveRecord, actor: string): void {
    this.#publish(record, 'create', [], [actor]);
  }

  /** Erases a tombstone's content and history; a bare delete event stands for all that were (R3). */
  purge(record: LiveRecord, row: RecordRow, actor: string, { events, others }: Remains): void {
    for (const part of record.parts) part.erase(this.tx);
    for (const part of others) eraseStored(this.tx, part);
    markErasure(this.tx, record.address);
    this.#feed.erase(this.tx, record.address.account, events);
    const { id, createdAt, createdBy } = row.view;
    const view = { id, version: row.view.version + 1, createdAt, createdBy, updatedAt: this.at, updatedBy: actor };
    // The counts stay, so that no version comes twice.
    const parts = Object.entries(row.parts ?? {}).map(([name, part]) => [name, { ...part, fields: {} }] as const);
    const shares = parts.map(([name, part]) => [name, { ...part, changed: [], previous: {} }] as const);
    const placed = this.#feed.append(this.tx, record.address.account, {
      ...this.#head(record, 'delete', view.version),
      changed: [],
      previous: {},
      actors: [actor],
      ...(shares.length === 0 ? {} : { parts: Object.fromEntries(shares) }),
    });
    this.events.push(placed);
    const deleted = row.deleted ?? { at: this.at, by: actor };
    const kept = parts.length === 0 ? {} : { parts: Object.fromEntries(parts) };
    this.#keep(record, { view, ...kept, lastEvent: placed.seq, deleted, purged: true });
  }

  /** Tells of an entry of a log. The answer's `seq` is what its row keeps as its latest event. */
  publishEntry({ address }: LiveRecord, change: EntryEvent): Placed {
    const placed = this.#feed.append(this.tx, address.account, entryEvent(address, change, this.at));
    this.events.push(placed);
    return placed;
  }

  #apply(edits: readonly Edit[], actor: string): readonly Change[] {
    return edits.map(({ part, apply }) => {
      part.write(this.tx, actor, apply);
      part.clearMark(this.tx);
      return this.#changeOf(part);
    });
  }

  /** How the part differs from what was published of it. */
  #changeOf({ address, record, document }: Part): Change {
    const part = partAt(this.#collectionOf(record), address);
    // Documents of unknown parts are not opened.
    if (part === undefined) throw new Error(`There is no part ${address.part}.`);
    const fields = readFields(part, document);
    const before: Fields | undefined = part.name === null ? record.row?.view : record.row?.parts?.[part.name]?.fields;
    const changed = changedFields(part, before ?? emptyFields(part), fields);
    return { part, fields, changed, previous: previousValues(part, changed, before ?? emptyFields(part)) };
  }

  #publish(
    record: LiveRecord,
    operation: Operation,
    changes: readonly Change[],
    actors: readonly string[],
    tombstone: Pick<RecordRow, 'deleted'> = {},
  ): Placed {
    const collection = this.#collectionOf(record);
    const { address, row: before } = record;
    const actor = actors.at(-1) ?? 'system';
    const now = { updatedAt: this.at, updatedBy: actor };
    const ofContent = changes.find(({ part }) => part.name === null);
    // A record comes and goes as a whole: that counts as a change of its content.
    const isContent = ofContent !== undefined || operation !== 'update';
    const contentFields = ofContent?.fields ?? before?.view ?? emptyFields(collection.content);
    const view: RecordView = {
      id: address.record,
      version: (before?.view.version ?? 0) + (isContent ? 1 : 0),
      createdAt: before?.view.createdAt ?? this.at,
      createdBy: before?.view.createdBy ?? actors[0] ?? actor,
      ...(isContent || before === undefined ? now : { updatedAt: before.view.updatedAt, updatedBy: before.view.updatedBy }),
      ...pick(contentFields, collection.content.fields.keys()),
    };
    const parts: Record<string, PartRow> = { ...before?.parts };
    for (const { part, fields } of changes)
      if (part.name !== null) parts[part.name] = { version: (parts[part.name]?.version ?? 0) + 1, ...now, fields };

    const isCreate = operation === 'create';
    const shares = Object.entries(parts).map(([name, part]): [string, PartShare] => {
      const change = changes.find((one) => one.part.name === name);
      return [name, { ...part, changed: change?.changed ?? [], previous: isCreate ? {} : (change?.previous ?? {}) }];
    });
    const row: Omit<RecordRow, 'lastEvent'> = { view, ...(shares.length === 0 ? {} : { parts }), ...tombstone };
    const placed = this.#feed.append(this.tx, address.account, {
      ...this.#head(record, operation, view.version),
      changed: isCreate ? [...collection.content.fields.keys()] : (ofContent?.changed ?? []),
      previous: isCreate ? {} : (ofContent?.previous ?? {}),
      actors,
      data: view,
      ...(before === undefined ? {} : { prior: before.lastEvent }),
      ...(shares.length === 0 ? {} : { parts: Object.fromEntries(shares) }),
      ...decisiveOf(before, { ...row, lastEvent: 0 }, collection),
    });
    this.events.push(placed);
    const decides = changes.some(({ changed }) => changed.some((name) => collection.policyFields.has(name)));
    if (decides || before === undefined) this.decided.add(record);
    const after = { ...row, lastEvent: placed.seq };
    this.#members.write(this.tx, address, before, after);
    this.#keep(record, after);
    return placed;
  }

  /** Keeps what the record's logs are to be told of a change: with the change itself, so that no crash gets in between. */
  #announce(
    record: LiveRecord,
    changes: readonly Change[],
    { seq, event }: Placed,
    actors: readonly string[],
    isTyped: boolean,
  ): void {
    const notes = notesOf(this.#collectionOf(record), changes, actors.at(-1) ?? systemAuthor);
    if (notes.length === 0) return;
    const announcement: Announcement = { event: event.id, at: Date.parse(this.at), isTyped, notes };
    this.tx.put(announcementKey(record.address, seq), encodeAnnouncement(announcement));
    this.announced.push(record.address);
  }

  #head(
    { address }: LiveRecord,
    operation: Operation,
    version: number,
  ): Pick<EventDraft, 'type' | 'timestamp' | 'collection' | 'record' | 'version'> {
    const { collection, record } = address;
    return { type: `${collection}.${operation}`, timestamp: this.at, collection, record, version };
  }

  #keep(record: LiveRecord, row: RecordRow): void {
    record.row = row;
    this.tx.put(rowKey(record.address), encodeRow(row));
  }

  #collectionOf({ address }: LiveRecord): CollectionSchema {
    const collection = this.#schema.collections.get(address.collection);
    // Documents of unknown collections are not opened.
    if (collection === undefined) throw new Error(`There is no collection ${address.collection}.`);
    return collection;
  }
}

/** What policies may ask about the event, where there are any that decide on who may read it. */
function decisiveOf(before: RecordRow | undefined, after: RecordRow, collection: CollectionSchema): Pick<EventDraft, 'decisive'> {
  if (!decidesByRecord(collection)) return {};
  const { id: _same, ...values } = factsOf(after, collection);
  if (before === undefined) return { decisive: { after: values } };
  const were = factsOf(before, collection);
  const differs = changedFields({ fields: collection.fields }, were, factsOf(after, collection));
  return { decisive: { after: values, ...(differs.length === 0 ? {} : { before: pick(were, differs) }) } };
}

/** A view's own fields, without those of the system. */
function pick(fields: Fields, names: Iterable<string>): Fields {
  return Object.fromEntries([...names].map((name) => [name, fields[name] ?? null]));
}
