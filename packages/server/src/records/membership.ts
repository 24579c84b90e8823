import { ConcordError, isName } from '@concord/protocol';
import {
  writeFields,
  type CollectionSchema,
  type Fields,
  type Members,
  type MembersSchema,
  type PartSchema,
} from '@concord/schema';
import type { Facts } from '../access/access.ts';
import type { Part } from '../documents/part.ts';
import { factsOf, valueIn, type RecordRow } from './record-row.ts';
import { addressOf, readable, recordOf, type RecordWrite, type WriteContext } from './record-write.ts';

/** The members of a record. */
function membersOf({ parts = {} }: Pick<RecordRow, 'parts'>, collection: CollectionSchema): Members {
  const { name } = membersField(collection);
  return valueIn(parts[name]?.fields, name, collection) as Members;
}

/** The role of those who are let in, as opposed to those who let others in. */
export function lastRole({ roles }: MembersSchema): string {
  return roles.at(-1) as string;
}

/** Throws `not_found` where records of the collection have no members. */
export function membersField({ members }: CollectionSchema): MembersSchema {
  if (members === null) throw new ConcordError('not_found');
  return members;
}

/**
 * Somebody made a member in that role, or given another one. One may join by oneself where the config says so; all else is
 * up to those of the first role, and whom the config admits beside them.
 */
export function appointment(context: WriteContext, id: string, user: string, role: string): RecordWrite {
  const { access, principal, collection } = context;
  const field = membersField(collection);
  checkUser(user);
  if (!field.roles.includes(role))
    throw new ConcordError('bad_request', { field: 'role', message: `A role is one of ${field.roles.join(', ')}.` });
  const check = (row: RecordRow): void => {
    const members = membersOf(row, collection);
    const before = roleOf(members, user);
    const isOwn = user === principal.user;
    const joins = isOwn && before === undefined && role === lastRole(field) && row.deleted === undefined;
    if (joins && access.mayMembers(principal, collection, 'join', factsOf(row, collection))) return;
    const { facts } = readable(context, row);
    if (isOwn && before === role) return;
    checkManages(context, members, facts);
    if (role !== field.roles[0]) checkOwnerStays(field, members, user);
  };
  return membersChange(context, id, (members) => ({ ...members, [user]: role }), check);
}

/** Somebody taken out of the members: oneself, always; others by those who may let them in. */
export function departure(context: WriteContext, id: string, user: string): RecordWrite {
  const { access, principal, collection } = context;
  const field = membersField(collection);
  checkUser(user);
  const check = (row: RecordRow): void => {
    const members = membersOf(row, collection);
    const isOwn = user === principal.user;
    const leaves = isOwn && roleOf(members, user) !== undefined && row.deleted === undefined;
    const facts = leaves ? factsOf(row, collection) : readable(context, row).facts;
    if (!isOwn) checkManages(context, members, facts);
    else if (!access.mayMembers(principal, collection, 'leave', facts)) throw new ConcordError('forbidden');
    if (Object.keys(members).length > 1) checkOwnerStays(field, members, user);
  };
  return membersChange(context, id, (members) => without(members, user), check);
}

/** A write of the members of a record that is there. */
export function membersChange(
  { principal, collection }: WriteContext,
  id: string,
  next: (members: Members) => Members,
  check: (row: RecordRow) => void,
): RecordWrite {
  const { name } = membersField(collection);
  const part = collection.parts.get(name) as PartSchema;
  const valuesFor = (row: RecordRow | undefined): Fields =>
    row === undefined ? {} : { [name]: next(membersOf(row, collection)) };
  return {
    address: addressOf(principal, collection, id),
    operation: 'update',
    values: valuesFor,
    parts: [name],
    check: (row) => {
      if (row === undefined) throw new ConcordError('not_found');
      check(row);
    },
    apply: (publication, opened) => {
      const record = recordOf(opened);
      const open = opened.get(name) as Part;
      const values = valuesFor(record.row);
      publication.write(record, [{ part: open, apply: () => writeFields(part, open.document, values) }], principal.user);
    },
  };
}

function checkUser(user: string): void {
  if (!isName('user', user)) throw new ConcordError('invalid_name', { field: 'user', message: 'This is no id of a user.' });
}

function checkManages({ access, principal, collection }: WriteContext, members: Members, facts: Facts): void {
  const { name, roles } = membersField(collection);
  const isOwner = roleOf(members, principal.user) === roles[0] && access.mayMembers(principal, collection, 'leave', facts);
  if (!isOwner && !access.mayMembers(principal, collection, 'manage', facts))
    throw new ConcordError('forbidden', { field: name });
}

/** Somebody has to be left who may let others in. */
function checkOwnerStays({ roles: [first] }: MembersSchema, members: Members, user: string): void {
  if (roleOf(members, user) !== first) return;
  if (!Object.values(without(members, user)).includes(first)) throw new ConcordError('last_owner');
}

function without(members: Members, user: string): Members {
  return Object.fromEntries(Object.entries(members).filter(([member]) => member !== user));
}

/** A user may be called like something that every object has. */
function roleOf(members: Members, user: string): string | undefined {
  return Object.hasOwn(members, user) ? members[user] : undefined;
}
