import { ConcordError, isName, namePatterns } from '@concord/protocol';
import { compileRule } from './compile-access.ts';
import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';
import { join, readOptions, type Options } from './options.ts';
import type { Fields, FieldSchema, MembersSchema, VisibleCollection } from './schema.ts';
import { validateFields } from './validate.ts';

/** Checks the options of a field that says who belongs to the record. */
export function compileMembers(name: string, options: Options, path: string, report: Report): MembersSchema {
  const roles = options.strings('roles') ?? ['owner', 'member'];
  for (const role of roles)
    if (!namePatterns.field.test(role)) report(join(path, 'roles'), `"${role.slice(0, 80)}" is no name of a role`);
  if (new Set(roles).size < roles.length || roles.length === 0)
    report(join(path, 'roles'), 'must be different names, at least one');
  const mayJoin = options.has('join') ? compileRule(options, 'join', path, report) : [];
  const manage = options.has('manage') ? compileRule(options, 'manage', path, report) : [];
  const direct = options.raw('direct');
  if (direct !== undefined && !isPlainObject(direct)) report(join(path, 'direct'), 'must be an object of values');
  const guests = options.has('guests') ? readOptions(options.raw('guests'), join(path, 'guests'), report) : null;
  const values = guests?.raw('values') ?? {};
  if (!isPlainObject(values)) report(join(path, 'guests.values'), 'must be an object of values');
  const invite = guests?.strings('invite') ?? [];
  guests?.done();
  return {
    kind: 'members',
    name,
    root: name,
    roles: [roles[0] ?? 'owner', ...roles.slice(1)],
    join: mayJoin,
    manage,
    direct: (direct as Fields | undefined) ?? null,
    guests: guests === null ? null : { values: values as Fields, invite },
  };
}

/** The one field that says who belongs to a record; a second one is a mistake. */
export function membersField(fields: ReadonlyMap<string, FieldSchema>, path: string, report: Report): MembersSchema | null {
  const [first, ...others] = [...fields.values()].filter((field) => field.kind === 'members');
  for (const { name } of others) report(join(path, name), `a record has one field of members, which is ${first?.name}`);
  return first ?? null;
}

/** What records are made of by the server itself has to be what a create takes. */
export function checkFoundations(members: MembersSchema, collection: VisibleCollection, path: string, report: Report): void {
  const check = (name: string, values: Fields): void => {
    try {
      validateFields(collection, values, 'create');
    } catch (error) {
      if (!(error instanceof ConcordError)) throw error;
      report(join(path, name), error.field === undefined ? error.message : `${error.field} ${error.message}`);
    }
  };
  const { direct, guests } = members;
  if (direct !== null) check('direct', direct);
  if (guests === null) return;
  // A title is given by whoever comes.
  check(
    'guests.values',
    collection.fields.get('title')?.kind === 'string' ? { title: 'Visitor', ...guests.values } : guests.values,
  );
  for (const user of guests.invite) if (!isName('user', user)) report(join(path, 'guests.invite'), 'must be ids of users');
}
