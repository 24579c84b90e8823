import { ConcordError, type Json, type LogNote, type RecordAddress } from '@concord/protocol';
import { isScalar, type CollectionSchema, type Fields, type Members } from '@concord/schema';
import { seqKey } from './log-keys.ts';

/** What of a record's change is to be noted in its logs: kept from the commit of the change until it is noted. */
export interface Announcement {
  /** The id of the change's event, from which those of the notes follow. */
  readonly event: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** It was typed, and not asked for: more of the same may follow at once. */
  readonly isTyped: boolean;
  readonly notes: readonly { readonly field: string; readonly note: LogNote }[];
}

/** One part's share of a change. */
interface Change {
  readonly fields: Fields;
  readonly changed: readonly string[];
  readonly previous: Fields;
}

/** What the logs of the collection want to be told of these changes. */
export function notesOf(collection: CollectionSchema, changes: readonly Change[], by: string): Announcement['notes'] {
  const wanted = new Set([...collection.logs.values()].flatMap(({ notes }) => notes));
  return changes.flatMap(({ fields, changed, previous }) =>
    changed
      .filter((field) => wanted.has(field))
      .flatMap((field) =>
        notesOn(collection, field, previous[field], fields[field] ?? null, by).map((note) => ({ field, note })),
      ),
  );
}

function notesOn(
  { fields }: CollectionSchema,
  field: string,
  before: Json | undefined,
  after: Json,
  by: string,
): readonly LogNote[] {
  const schema = fields.get(field);
  if (schema?.kind === 'members') return membersNotes((before ?? {}) as Members, after as Members, by);
  // What is long is in the record.
  return [{ type: 'changed', field, value: schema !== undefined && isScalar(schema) ? after : null, by }];
}

function membersNotes(before: Members, after: Members, by: string): readonly LogNote[] {
  const left = Object.keys(before).filter((user) => !Object.hasOwn(after, user));
  const notes: LogNote[] = left.map((user) => ({ type: 'left', user, by }));
  for (const [user, role] of Object.entries(after)) {
    if (!Object.hasOwn(before, user)) notes.push({ type: 'joined', user, by });
    else if (before[user] !== role) notes.push({ type: 'role', user, role, by });
  }
  return notes;
}

export const announcementsPrefix = 'announcement/';

export function announcementsOf({ account, collection, record }: RecordAddress): string {
  return `${announcementsPrefix}${account}/${collection}/${record}/`;
}

/** `seq` is the number of the change's event. */
export function announcementKey(address: RecordAddress, seq: number): string {
  return `${announcementsOf(address)}${seqKey(seq)}`;
}

/** The record that a key is about. */
export function announcedRecord(key: string): RecordAddress {
  const [account = '', collection = '', record = ''] = key.slice(announcementsPrefix.length).split('/');
  return { account, collection, record };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeAnnouncement(announcement: Announcement): Uint8Array {
  return encoder.encode(JSON.stringify(announcement));
}

/** @throws `damaged` where the bytes are none. */
export function decodeAnnouncement(bytes: Uint8Array): Announcement {
  let announcement: Partial<Announcement> | null;
  try {
    announcement = JSON.parse(decoder.decode(bytes)) as Partial<Announcement> | null;
  } catch (cause) {
    throw new ConcordError('damaged', { cause });
  }
  if (typeof announcement?.event !== 'string' || !Array.isArray(announcement.notes)) throw new ConcordError('damaged');
  return announcement as Announcement;
}
