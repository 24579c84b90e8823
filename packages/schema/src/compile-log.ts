import { isName, reservedFieldNames, type Limits } from '@concord/protocol';
import { compileRule } from './compile-access.ts';
import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';
import { join, readOptions, type Options } from './options.ts';
import type { CollectionSchema, FieldSchema, LogSchema } from './schema.ts';

const defaultTypes = ['image/*', 'application/pdf', 'text/plain'];

/** Checks the fields of a collection that are logs. */
export function compileLogs(
  config: unknown,
  access: CollectionSchema['access'],
  path: string,
  { limits, report }: { readonly limits: Limits; readonly report: Report },
): Map<string, LogSchema> {
  const logs = new Map<string, LogSchema>();
  if (!isPlainObject(config)) return logs;
  for (const [name, field] of Object.entries(config)) {
    if (!isPlainObject(field) || field['kind'] !== 'log') continue;
    // What is wrong with the name is told with those of all fields.
    if (!isName('field', name) || reservedFieldNames.has(name)) continue;
    const options = readOptions(field['options'] ?? {}, join(path, name), report);
    logs.set(name, compileLog(name, options, access, join(path, name), limits, report));
    options.done();
  }
  return logs;
}

function compileLog(
  name: string,
  options: Options,
  record: CollectionSchema['access'],
  path: string,
  limits: Limits,
  report: Report,
): LogSchema {
  const at = join(path, 'access');
  const given = readOptions(options.raw('access') ?? {}, at, report);
  const rule = (what: 'read' | 'write' | 'moderate') => (given.has(what) ? compileRule(given, what, at, report) : undefined);
  const read = rule('read') ?? null;
  const access = { read, write: rule('write') ?? record.update, moderate: rule('moderate') ?? record.delete };
  given.done();
  return {
    kind: 'log',
    name,
    access,
    maxLength: options.wholeNumber('maxLength', 1) ?? 8000,
    slowMode: compileSlowMode(options, path, report),
    notes: options.strings('notes') ?? [],
    attachments: compileAttachments(options, path, limits, report),
    part: { name, fields: new Map(), access: { read, write: [] } },
  };
}

function compileSlowMode(options: Options, path: string, report: Report): LogSchema['slowMode'] {
  const given = options.raw('slowMode');
  if (given === undefined) return null;
  if (typeof given === 'string' || (Number.isSafeInteger(given) && (given as number) > 0)) return given as number | string;
  report(join(path, 'slowMode'), 'must be a number of seconds above 0, or the name of a number field');
  return null;
}

function compileAttachments(options: Options, path: string, limits: Limits, report: Report): LogSchema['attachments'] {
  const given = options.raw('attachments') ?? {};
  if (given === false) return null;
  const at = join(path, 'attachments');
  const own = readOptions(given, at, report);
  const maxBytes = own.wholeNumber('maxBytes', 1) ?? limits.maxFileBytes;
  if (maxBytes > limits.maxFileBytes)
    report(join(at, 'maxBytes'), `must not be above limits.maxFileBytes (${limits.maxFileBytes})`);
  const types = own.strings('types') ?? defaultTypes;
  for (const type of types)
    if (!/^[a-z]+\/(\*|[a-z0-9][a-z0-9.+-]*)$/.test(type)) report(join(at, 'types'), `"${type.slice(0, 80)}" is no media type`);
  const compiled = { maxBytes, max: own.wholeNumber('max', 1) ?? 10, types };
  own.done();
  return compiled;
}

/** What the logs say of fields has to be there; and what is noted in one is shown to all who read it. */
export function checkLogs(
  logs: ReadonlyMap<string, LogSchema>,
  fields: ReadonlyMap<string, FieldSchema>,
  { parts, partOf }: Pick<CollectionSchema, 'parts' | 'partOf'>,
  path: string,
  report: Report,
): void {
  for (const { name, slowMode, notes } of logs.values()) {
    const at = join(path, name);
    if (typeof slowMode === 'string' && fields.get(slowMode)?.kind !== 'number')
      report(join(at, 'slowMode'), `"${slowMode}" is no number field`);
    for (const note of notes) {
      const read = parts.get(partOf.get(note) ?? '')?.access.read ?? null;
      if (!fields.has(note)) report(join(at, 'notes'), `"${note}" is no field`);
      else if (read !== null)
        report(join(at, 'notes'), `"${note}" is not for all who read the log: it has read access of its own`);
    }
  }
}
