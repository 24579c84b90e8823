import type { FieldAccess } from './field.ts';
import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';
import { join, readOptions, type Options } from './options.ts';
import type { Policy } from './policy.ts';
import type { CollectionSchema, PartSchema, Rule } from './schema.ts';

/** Where a field lies: in the content part, in a part of its own, or in that of a group. */
export interface FieldPlace {
  readonly part:
    | { readonly kind: 'content' }
    | { readonly kind: 'own'; readonly access: PartAccess }
    | { readonly kind: 'group'; readonly group: string };
  readonly delegable: boolean;
}
type PartAccess = PartSchema['access'];

/** Reads the options of a field that say where it lies. */
export function compilePlace(options: Options, path: string, report: Report): FieldPlace {
  const access = options.raw('access') as FieldAccess | undefined;
  const group = options.string('group');
  const delegable = options.boolean('delegable');
  if (access !== undefined && group !== null) report(join(path, 'group'), 'stands beside access: a field has one of them');
  if (access !== undefined)
    return { delegable, part: { kind: 'own', access: compilePartAccess(access, join(path, 'access'), report) } };
  return { delegable, part: group === null ? { kind: 'content' } : { kind: 'group', group } };
}

/** Who may read and write a part. */
export function compilePartAccess(config: unknown, path: string, report: Report): PartAccess {
  const options = readOptions(config, path, report);
  const access = { read: compileRule(options, 'read', path, report), write: compileRule(options, 'write', path, report) };
  options.done();
  if (isPlainObject(config) && access.read === null && access.write === null && Object.keys(config).length === 0)
    report(path, 'must say who may read or write');
  return access;
}

/** Who may do what with the records of a collection. */
export function compileCollectionAccess(config: unknown, path: string, report: Report): CollectionSchema['access'] {
  const options = readOptions(config ?? {}, path, report);
  const rule = (name: string): Rule => compileRule(options, name, path, report);
  const access = { read: rule('read'), create: rule('create'), update: rule('update'), delete: rule('delete') };
  options.done();
  return access;
}

export function compileRule(options: Options, name: string, path: string, report: Report): Rule {
  const given = options.raw(name);
  if (given === undefined) return null;
  if (Array.isArray(given)) return options.strings(name);
  if (isPolicy(given)) return given;
  report(join(path, name), 'must be a list of strings, or policy({ reads: […], allow: … })');
  return null;
}

function isPolicy(given: unknown): given is Policy {
  return (
    isPlainObject(given) &&
    given['kind'] === 'policy' &&
    Array.isArray(given['reads']) &&
    given['reads'].every((name) => typeof name === 'string') &&
    typeof given['allow'] === 'function'
  );
}
