import { isName, namePatterns, reservedFieldNames } from '@concord/protocol';
import { compileScalar, type FieldContext } from './compile-scalar.ts';
import { scalarKinds, sharedKinds, type ScalarKind } from './field.ts';
import { compilePlace, type FieldPlace } from './compile-access.ts';
import type { Report } from './config-error.ts';
import { filterWords } from './filter/words.ts';
import { isPlainObject } from './json-value.ts';
import { join, readOptions, type Options } from './options.ts';
import { compileMembers } from './compile-members.ts';
import type { FieldSchema, ListSchema, ScalarSchema } from './schema.ts';

/** A field, and where the config says that it lies. */
export interface PlacedField {
  readonly field: FieldSchema;
  readonly place: FieldPlace;
}

/** Checks the fields of a collection, but for its logs, which are no values of a record. */
export function compileFields(config: unknown, path: string, context: FieldContext): Map<string, PlacedField> {
  return compileNamed(config, path, context, fieldNameProblem);
}

type NameCheck = (name: string) => string | null;

function compileNamed(config: unknown, path: string, context: FieldContext, problemOf: NameCheck): Map<string, PlacedField> {
  const fields = new Map<string, PlacedField>();
  if (!isPlainObject(config) || Object.keys(config).length === 0) {
    context.report(path, 'must be an object with at least one field');
    return fields;
  }
  for (const [name, value] of Object.entries(config)) {
    const problem = problemOf(name);
    if (problem !== null) context.report(join(path, name), problem);
    const field = problem === null ? compileField(name, value, join(path, name), context) : null;
    if (field !== null) fields.set(name, field);
  }
  return fields;
}

function fieldNameProblem(name: string): string | null {
  if (reservedFieldNames.has(name)) return 'is a reserved name';
  return columnNameProblem(name) ?? (filterWords.has(name.toLowerCase()) ? 'is a word of the filter language' : null);
}

/** A row has neither system fields nor routes, so its fields may be called `id`. */
function columnNameProblem(name: string): string | null {
  if (name in Object.prototype) return 'is a reserved name';
  return isName('field', name) ? null : `is no field name: it must match ${namePatterns.field.source}`;
}

/** Two fields of a part in one root type would overwrite each other; `fields` is where the scalars are. */
export function reportSharedRoots(fields: ReadonlyMap<string, FieldSchema>, path: string, report: Report): void {
  const owners = new Map<string, string>([['fields', 'the scalar fields']]);
  for (const [name, field] of fields) {
    if (!('root' in field)) continue;
    const owner = owners.get(field.root);
    if (owner === undefined) owners.set(field.root, name);
    else report(field.root === name ? join(path, name) : `${path}.${name}.root`, `the root "${field.root}" is taken by ${owner}`);
  }
}

/** Checks one field; null where it is so wrong that nothing can stand for it. */
function compileField(name: string, config: unknown, path: string, context: FieldContext): PlacedField | null {
  const kind = isPlainObject(config) ? config['kind'] : undefined;
  if (kind === 'workflow') {
    context.report(path, `${kind} fields are not supported yet`);
    return null;
  }
  // Told by whoever looks for them; a row has none.
  if (kind === 'log') return null;
  const isScalarKind = scalarKinds.includes(kind as ScalarKind);
  if (!isPlainObject(config) || !(isScalarKind || sharedKinds.includes(kind as 'text'))) {
    context.report(
      path,
      'must be made by one of field.string, number, boolean, date, enum, ref, json, text, richText, list, counter, set, members, log',
    );
    return null;
  }
  const options = readOptions(config['options'] ?? {}, path, context.report);
  if (kind === 'members') {
    const field = compileMembers(name, options, path, context.report);
    options.done();
    // Nobody writes to it but by command, which keeps out of the hands of those whom policies admit by it.
    return { field, place: { part: { kind: 'own', access: { read: null, write: [] } }, delegable: false } };
  }
  const field = isScalarKind
    ? compileScalar(name, kind as ScalarKind, options, path, context)
    : compileShared(name, kind as string, options, path, context);
  const place = compilePlace(options, path, context.report);
  options.done();
  return { field, place };
}

function compileShared(name: string, kind: string, options: Options, path: string, context: FieldContext): FieldSchema {
  switch (kind) {
    case 'text':
      return { kind, name, root: name, max: options.wholeNumber('max', 1) };
    case 'richText': {
      const root = options.string('root') ?? name;
      if (!/^[A-Za-z0-9_.-]{1,63}$/.test(root))
        context.report(join(path, 'root'), 'must be 1 to 63 letters, digits, "_", "." or "-"');
      return { kind, name, root };
    }
    case 'list':
      return {
        kind,
        name,
        root: name,
        max: options.wholeNumber('max', 1),
        rows: compileRows(options.raw('rows'), path, context),
      };
    case 'set':
      return { kind, name, root: name, max: options.wholeNumber('max', 1), maxLength: options.wholeNumber('maxLength', 1) };
    default:
      return { kind: 'counter', name, root: name };
  }
}

function compileRows(rows: unknown, path: string, context: FieldContext): ListSchema['rows'] {
  const scalars = new Map<string, ScalarSchema>();
  if (isPlainObject(rows))
    for (const [name, row] of Object.entries(rows))
      if (isPlainObject(row) && row['kind'] === 'log')
        context.report(`${path}.rows.${name}`, 'a row holds scalars only, not log');
  for (const [name, { field, place }] of compileNamed(rows, join(path, 'rows'), context, columnNameProblem)) {
    if (place.part.kind !== 'content' || place.delegable)
      context.report(`${path}.rows.${name}`, 'a field of a row has no access of its own: give it to the list');
    if ('root' in field) context.report(`${path}.rows.${name}`, `a row holds scalars only, not ${field.kind}`);
    else scalars.set(name, field);
  }
  return scalars;
}
