import { ConcordError, isName, type Json } from '@concord/protocol';
import { isPlainObject } from './json-value.ts';
import { checkRichText } from './rich-text/check.ts';
import { scalarProblem } from './scalar.ts';
import {
  isScalar,
  type VisibleCollection,
  type Fields,
  type FieldSchema,
  type ListSchema,
  type MembersSchema,
  type ScalarSchema,
  type SetSchema,
} from './schema.ts';

export type WriteMode = 'create' | 'update';

/**
 * Checks what somebody wants to write. On `create`, defaults are filled in and required fields must be
 * there; on `update` only what is given is looked at. Null clears a scalar (its default holds again).
 *
 * Throws `invalid_record`, whose `field` is the path to the mistake (`lines.3.amount`).
 */
export function validateFields(collection: VisibleCollection, input: unknown, mode: WriteMode): Fields {
  if (!isPlainObject(input)) throw new ConcordError('invalid_record', { message: 'A record is a JSON object.' });
  for (const name of Object.keys(input)) if (!collection.fields.has(name)) throw unknownField(collection, name);
  const values: Record<string, Json> = {};
  for (const [name, field] of collection.fields) {
    const given = Object.hasOwn(input, name) ? input[name] : undefined;
    const value = isScalar(field)
      ? checkScalar(field, given, name, mode)
      : given === undefined
        ? undefined
        : checkShared(field, given);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const systemFields = new Set(['id', 'version', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy']);

function unknownField(collection: VisibleCollection, name: string): ConcordError {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return invalid(shown, systemFields.has(name) ? 'is set by the server' : `is no field of ${collection.name}`);
}

function checkScalar(field: ScalarSchema, given: unknown, path: string, mode: WriteMode): Json | undefined {
  if (given === undefined && (mode === 'update' || field.default !== null)) return mode === 'update' ? undefined : field.default;
  if (given === undefined || given === null) {
    if (field.required) throw invalid(path, 'is required');
    return given;
  }
  const problem = scalarProblem(field, given);
  if (problem !== null) throw invalid(path, problem);
  return given as Json;
}

function checkShared(field: Exclude<FieldSchema, ScalarSchema>, given: unknown): Json {
  switch (field.kind) {
    case 'text':
      if (typeof given !== 'string') throw invalid(field.name, 'must be a string');
      if (field.max !== null && given.length > field.max) throw invalid(field.name, `must have at most ${field.max} characters`);
      if (!given.isWellFormed()) throw invalid(field.name, 'must not hold a lone surrogate');
      return given;
    case 'richText':
      return checkRichText(given, field.name);
    case 'list':
      return checkList(field, given);
    case 'counter':
      return checkCounter(field.name, given);
    case 'set':
      return checkSet(field, given);
    case 'members':
      return checkMembers(field, given);
  }
}

/** A list is written as a whole, so every row is checked as a new one, and what it leaves out is null. */
function checkList(field: ListSchema, given: unknown): Json {
  if (!Array.isArray(given)) throw invalid(field.name, 'must be a list');
  if (field.max !== null && given.length > field.max) throw invalid(field.name, `must have at most ${field.max} rows`);
  return given.map((row: unknown, index) => {
    const path = `${field.name}.${index}`;
    if (!isPlainObject(row)) throw invalid(path, 'must be an object');
    for (const name of Object.keys(row))
      if (!field.rows.has(name)) throw invalid(`${path}.${name.slice(0, 80)}`, `is no field of a row of ${field.name}`);
    const values: Record<string, Json> = {};
    for (const [name, column] of field.rows) {
      const value = Object.hasOwn(row, name) ? row[name] : undefined;
      values[name] = checkScalar(column, value, `${path}.${name}`, 'create') ?? column.default;
    }
    return values;
  });
}

function checkCounter(path: string, given: unknown): Json {
  if (Number.isSafeInteger(given)) return given as number;
  if (!isPlainObject(given)) throw invalid(path, 'must be a whole number, or { "increment": a whole number }');
  const [name, ...others] = Object.keys(given);
  if (name !== 'increment' || others.length > 0 || !Number.isSafeInteger(given['increment'])) {
    throw invalid(`${path}.increment`, 'must be a whole number, and nothing beside it');
  }
  return { increment: given['increment'] as number };
}

function checkSet(field: SetSchema, given: unknown): Json {
  if (!Array.isArray(given)) throw invalid(field.name, 'must be a list of strings');
  const members = new Set<string>();
  given.forEach((member: unknown, index) => {
    const problem = memberProblem(field, member);
    if (problem !== null) throw invalid(`${field.name}.${index}`, problem);
    members.add(member as string);
  });
  if (field.max !== null && members.size > field.max) throw invalid(field.name, `must have at most ${field.max} members`);
  return [...members].toSorted();
}

function checkMembers({ name, roles }: MembersSchema, given: unknown): Json {
  if (!isPlainObject(given)) throw invalid(name, 'must be an object of roles by user');
  for (const [user, role] of Object.entries(given)) {
    if (!isName('user', user)) throw invalid(name, 'must name users');
    if (!roles.includes(role as string)) throw invalid(`${name}.${user.slice(0, 80)}`, `must be one of ${roles.join(', ')}`);
  }
  return given as Json;
}

/** What keeps `member` from being a member of this set, or null. */
export function memberProblem(field: SetSchema, member: unknown): string | null {
  if (typeof member !== 'string' || member === '') return 'must be a string with something in it';
  if (field.maxLength !== null && member.length > field.maxLength) return `must have at most ${field.maxLength} characters`;
  return member.isWellFormed() ? null : 'must not hold a lone surrogate';
}

function invalid(field: string, message: string): ConcordError {
  return new ConcordError('invalid_record', { field, message });
}
