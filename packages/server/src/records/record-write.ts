import { randomUUID } from 'node:crypto';
import { ConcordError, isName, type RecordAddress } from '@concord/protocol';
import {
  validateFields,
  writeFields,
  type CollectionSchema,
  type Fields,
  type FieldSchema,
  type HookChange,
  type Members,
  type PartSchema,
} from '@concord/schema';
import type { Access, Facts } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Projection } from '../access/projection.ts';
import type { StoredDocument } from '../documents/erase-stored.ts';
import { journalScope } from '../documents/keys.ts';
import type { Part } from '../documents/part.ts';
import type { RecordEvents } from '../feed/feed.ts';
import type { Edit, Publication } from './publication.ts';
import { emptyFields, factsOf, policyValues, variantOf, viewOf, type RecordRow } from './record-row.ts';
import type { Condition } from './records.ts';

/** One record's share of a write, checked as far as can be without the record. */
export interface RecordWrite {
  readonly address: RecordAddress;
  readonly operation: HookChange['operation'];
  /** What is to be written, by field, to the record as it is. */
  readonly values: (row: RecordRow | undefined) => Fields;
  /** The parts that have to be open for it: null is the content part, which always is. */
  readonly parts: readonly (string | null)[];
  /** Reads, under the record's lock, what `apply` needs of the store. */
  readonly prepare?: () => Promise<void>;
  /** What else the commit appends to or removes from; to be asked behind `prepare`. */
  readonly scopes?: () => readonly string[];
  /** Throws what refuses the write, without having changed anything. */
  readonly check: (row: RecordRow | undefined, opened: OpenedParts) => void;
  readonly apply: (publication: Publication, opened: OpenedParts) => void;
}

/** By name, null for the content part. */
export type OpenedParts = ReadonlyMap<string | null, Part>;

export interface WriteContext {
  readonly access: Access;
  readonly principal: Principal;
  readonly collection: CollectionSchema;
  /** What the principal may see of any record. */
  readonly widest: Projection | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Begins the ids of records that two people have between them: nobody else is to take them first. */
export const directPrefix = 'direct-';

/** A record made of `input`, which may carry its id. */
export function creation(context: WriteContext, input: unknown): RecordWrite {
  const { access, principal, collection, widest } = context;
  const { id = randomUUID(), ...values } = asObject(input);
  if (!isName('record', id)) throw new ConcordError('invalid_name', { field: 'id', message: idRule });
  if (collection.members?.direct && id.startsWith(directPrefix))
    throw new ConcordError('invalid_name', { field: 'id', message: `Ids of that kind are made by POST …/direct.` });
  // What one may not write is not asked for, required or not; what one may not see is not there.
  const asked = fieldsWhere(collection, (part) => {
    if (part.name === null || part.name === collection.members?.name || access.foreseeWrite(principal, collection, part) === true)
      return true;
    return widest?.shows(part.name) === true && [...part.fields.keys()].some((name) => Object.hasOwn(values, name));
  });
  const fields = withMaker(collection, validateFields({ ...collection, fields: asked }, values, 'create'), principal.user);
  const edits = editsOf(collection, fields);
  const facts = factsOfNew(context, id, fields);
  if (!access.may(principal, 'create', collection, facts)) throw new ConcordError('forbidden');
  for (const { part } of edits)
    if (part.name !== null && part.name !== collection.members?.name && !access.mayWrite(principal, collection, part, facts))
      throw notWritable(collection, part, fields);
  return making(context, id, fields);
}

/** A record made of values that have been checked, whoever may write them. */
export function making({ principal, collection }: WriteContext, id: string, fields: Fields): RecordWrite {
  const edits = editsOf(collection, fields);
  return {
    address: addressOf(principal, collection, id),
    operation: 'create',
    values: () => fields,
    parts: edits.map(({ part }) => part.name),
    check: (row, opened) => {
      if (row !== undefined) throw new ConcordError('record_exists', { field: 'id' });
      checkRoom(edits, opened, undefined, collection);
    },
    apply: (publication, opened) => publication.create(recordOf(opened), boundTo(edits, opened), principal.user),
  };
}

/** Fields of a record changed by `input`. */
export function change(context: WriteContext, id: string, input: unknown, condition?: Condition): RecordWrite {
  const { access, principal, collection, widest } = context;
  if (widest === undefined) throw new ConcordError('not_found');
  const fields = validateFields(widest, asObject(input), 'update');
  const edits = editsOf(collection, fields);
  return {
    address: addressOf(principal, collection, id),
    operation: 'update',
    values: () => fields,
    // What the condition speaks of has to be up to date.
    parts: [...edits.map(({ part }) => part.name), ...(condition?.version === undefined ? [] : widest.parts)],
    check: (row, opened) => {
      const { facts, projection, living } = readable(context, row);
      if (edits.length === 0 && !access.couldWrite(principal, collection)) throw new ConcordError('forbidden');
      for (const { part } of edits)
        if (!access.mayWrite(principal, collection, part, facts)) throw notWritable(collection, part, fields);
      checkVersion(living, projection, condition);
      checkRoom(edits, opened, living, collection);
    },
    apply: (publication, opened) => publication.write(recordOf(opened), boundTo(edits, opened), principal.user),
  };
}

/** A record deleted: it leaves a tombstone. */
export function removal(context: WriteContext, id: string, condition?: Condition): RecordWrite {
  const { access, principal, collection } = context;
  return {
    address: addressOf(principal, collection, id),
    operation: 'delete',
    values: () => ({}),
    parts: allParts(collection),
    check: (row) => {
      const { facts, projection, living } = readable(context, row);
      if (!access.may(principal, 'delete', collection, facts)) throw new ConcordError('forbidden');
      checkVersion(living, projection, condition);
    },
    apply: (publication, opened) => publication.remove(recordOf(opened), principal.user),
  };
}

/** A tombstone brought back to life. */
export function restoration(context: WriteContext, id: string): RecordWrite {
  const { principal, collection } = context;
  return {
    address: addressOf(principal, collection, id),
    operation: 'restore',
    values: () => ({}),
    parts: allParts(collection),
    check: (row) => {
      const { deleted, purged } = deletable(context, row);
      if (purged) throw new ConcordError('record_deleted');
      if (deleted === undefined) throw new ConcordError('not_deleted');
    },
    apply: (publication, opened) => publication.restore(recordOf(opened), principal.user),
  };
}

/** What there is of a tombstone beside its documents. */
export interface Remains {
  /** Those that tell of it, and of what is in its logs. */
  readonly events: RecordEvents;
  readonly others: readonly StoredDocument[];
}

/** A tombstone's content erased. `find` reads what there is of it. */
export function erasure(context: WriteContext, id: string, find: (address: RecordAddress) => Promise<Remains>): RecordWrite {
  const { principal, collection } = context;
  const address = addressOf(principal, collection, id);
  let remains: Remains = { events: { seqs: [], keptKeys: [] }, others: [] };
  return {
    address,
    operation: 'purge',
    values: () => ({}),
    parts: allParts(collection),
    prepare: async () => {
      remains = await find(address);
    },
    scopes: () => remains.others.map(({ name }) => journalScope(name)),
    check: (row) => {
      if (deletable(context, row).deleted === undefined) throw new ConcordError('not_deleted');
    },
    apply: (publication, opened) => {
      const record = recordOf(opened);
      const row = record.row as RecordRow;
      if (!row.purged) publication.purge(record, row, principal.user, remains);
    },
  };
}

/** An id that cannot exist is answered as one that does not. */
export function addressOf(principal: Principal, collection: CollectionSchema, id: string): RecordAddress {
  if (!isName('record', id)) throw new ConcordError('not_found');
  return { account: principal.account, collection: collection.name, record: id };
}

/** What the principal sees of a record. Throws `not_found` where it may not read it, and `record_deleted`. */
export function readable(
  { access, principal, collection }: Pick<WriteContext, 'access' | 'principal' | 'collection'>,
  row: RecordRow | undefined,
): { readonly facts: Facts; readonly projection: Projection; readonly living: RecordRow } {
  if (row === undefined) throw new ConcordError('not_found');
  const facts = factsOf(row, collection);
  const projection = access.projection(principal, collection, facts);
  if (projection === undefined) throw new ConcordError('not_found');
  if (row.deleted !== undefined) throw new ConcordError('record_deleted');
  return { facts, projection, living: row };
}

function deletable({ access, principal, collection }: WriteContext, row: RecordRow | undefined): RecordRow {
  if (row === undefined) throw new ConcordError('not_found');
  const facts = factsOf(row, collection);
  if (!access.may(principal, 'read', collection, facts)) throw new ConcordError('not_found');
  if (!access.may(principal, 'delete', collection, facts)) throw new ConcordError('forbidden');
  return row;
}

interface PartEdit {
  readonly part: PartSchema;
  readonly values: Fields;
}

/** The values by the parts in which they lie. */
function editsOf({ content, parts }: CollectionSchema, values: Fields): readonly PartEdit[] {
  return [content, ...parts.values()]
    .map((part) => ({ part, values: Object.fromEntries(Object.entries(values).filter(([name]) => part.fields.has(name))) }))
    .filter((edit) => Object.keys(edit.values).length > 0);
}

function boundTo(edits: readonly PartEdit[], opened: OpenedParts): readonly Edit[] {
  return edits.map(({ part, values }) => {
    const open = opened.get(part.name) as Part;
    return { part: open, apply: () => writeFields(part, open.document, values) };
  });
}

function fieldsWhere(
  { content, parts, fields }: CollectionSchema,
  asks: (part: PartSchema) => boolean,
): Map<string, FieldSchema> {
  const asked = [content, ...parts.values()].filter(asks);
  return new Map([...fields].filter(([name]) => asked.some((part) => part.fields.has(name))));
}

export function factsOfNew({ principal, collection, now }: WriteContext, id: string, fields: Fields): Facts {
  const content = { ...emptyFields(collection.content), ...fields };
  const fieldsIn = (part: string): Fields => ({ ...emptyFields(collection.parts.get(part) as PartSchema), ...fields });
  const made = { id, createdAt: new Date(now).toISOString(), createdBy: principal.user };
  return { ...made, ...policyValues(content, fieldsIn, collection) };
}

/** Whoever makes a record with members is the first who may let others in. */
function withMaker({ members }: CollectionSchema, fields: Fields, user: string): Fields {
  if (members === null) return fields;
  return { ...fields, [members.name]: { ...(fields[members.name] as Members | undefined), [user]: members.roles[0] } };
}

function notWritable({ members }: CollectionSchema, part: PartSchema, values: Fields): ConcordError {
  if (members !== null && part.name === members.name)
    return new ConcordError('forbidden', {
      field: members.name,
      message: `Members come and go one by one: PUT or DELETE …/${members.name}/{user}.`,
    });
  const field = part.name === null ? undefined : [...part.fields.keys()].find((name) => Object.hasOwn(values, name));
  return new ConcordError('forbidden', { field });
}

function checkVersion(row: RecordRow, projection: Projection, condition: Condition | undefined): void {
  if (condition?.version === undefined) return;
  const { version } = viewOf(row, projection);
  const variant = variantOf(projection.collection, ({ name }) => projection.shows(name));
  if (condition.version !== version || (condition.variant ?? variant) !== variant) {
    throw new ConcordError('version_mismatch', { message: `The record is at version ${version}.` });
  }
}

/** A document does not grow beyond its limit by requests, either. */
function checkRoom(
  edits: readonly PartEdit[],
  opened: OpenedParts,
  row: RecordRow | undefined,
  { limits }: CollectionSchema,
): void {
  for (const { part, values } of edits) {
    const open = opened.get(part.name) as Part;
    const before: Fields | undefined = part.name === null ? row?.view : row?.parts?.[part.name]?.fields;
    let grows = 0;
    for (const [name, value] of Object.entries(values)) grows += Math.max(0, bytesOf(value) - bytesOf(before?.[name]));
    open.size.checkGrowth(grows, open, limits.maxDocumentBytes);
  }
}

function bytesOf(value: Fields[string] | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

function allParts({ parts }: CollectionSchema): readonly string[] {
  return [...parts.keys()];
}

export function recordOf(opened: OpenedParts): Part['record'] {
  return (opened.get(null) as Part).record;
}

const idRule = 'An id has 1 to 128 letters, digits, - and _, and begins with a letter or a digit.';

function asObject(input: unknown): { readonly [key: string]: unknown } {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as { [key: string]: unknown };
  throw new ConcordError('invalid_record', { message: 'A record is a JSON object.' });
}
