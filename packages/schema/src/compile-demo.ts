import { ConcordError, isName, namePatterns } from '@concord/protocol';
import type { DemoConfig } from './config.ts';
import type { Report } from './config-error.ts';
import { isPlainObject } from './json-value.ts';
import { readOptions } from './options.ts';
import type { CollectionSchema, LogSchema } from './schema.ts';
import { validateFields } from './validate.ts';

/** Checks the demo data, its records by the rules of a create. */
export function compileDemo(config: unknown, collections: ReadonlyMap<string, CollectionSchema>, report: Report): DemoConfig {
  const options = readOptions(config, 'demo', report);
  if (!isName('account', options.raw('account'))) report('demo.account', `must match ${namePatterns.account.source}`);
  const people = options.raw('people');
  if (Array.isArray(people)) people.forEach((person, index) => checkPerson(person, `demo.people.${index}`, report));
  else report('demo.people', 'must be a list');
  const records = options.raw('records') ?? {};
  if (isPlainObject(records))
    for (const [name, list] of Object.entries(records)) checkRecords(collections.get(name), list, `demo.records.${name}`, report);
  else report('demo.records', 'must be an object');
  const logs = options.raw('logs') ?? {};
  if (isPlainObject(logs)) checkLogs(logs, collections, records, report);
  else report('demo.logs', 'must be an object');
  options.done();
  return { ...(config as DemoConfig), records: records as DemoConfig['records'] };
}

function checkPerson(person: unknown, path: string, report: Report): void {
  const options = readOptions(person, path, report);
  if (!isName('user', options.raw('id'))) report(`${path}.id`, 'must be a user id');
  if (options.string('name') === null) report(`${path}.name`, 'must be given');
  if (options.strings('roles') === null) report(`${path}.roles`, 'must be a list of roles');
  options.string('color');
  options.done();
}

function checkRecords(collection: CollectionSchema | undefined, records: unknown, path: string, report: Report): void {
  if (collection === undefined) return report(path, 'there is no such collection');
  if (!Array.isArray(records)) return report(path, 'must be a list');
  const ids = new Set<unknown>();
  records.forEach((record: unknown, index) => {
    if (!isPlainObject(record)) return report(`${path}.${index}`, 'must be an object');
    const { id, ...fields } = record;
    if (!isName('record', id)) report(`${path}.${index}.id`, `must match ${namePatterns.record.source}`);
    if (ids.has(id)) report(`${path}.${index}.id`, 'is taken');
    ids.add(id);
    try {
      validateFields(collection, fields, 'create');
    } catch (error) {
      if (!(error instanceof ConcordError)) throw error;
      report(`${path}.${index}${error.field === undefined ? '' : `.${error.field}`}`, error.message);
    }
  });
}

/** By collection, record and log. */
function checkLogs(
  config: Record<string, unknown>,
  collections: ReadonlyMap<string, CollectionSchema>,
  demoRecords: unknown,
  report: Report,
): void {
  for (const [collection, records] of Object.entries(config)) {
    const list: unknown = isPlainObject(demoRecords) ? demoRecords[collection] : undefined;
    const ids = new Set(
      Array.isArray(list) ? list.map((record: unknown) => (isPlainObject(record) ? record['id'] : undefined)) : [],
    );
    for (const [record, logs] of Object.entries(Object(records) as Record<string, unknown>)) {
      const path = `demo.logs.${collection}.${record}`;
      if (!ids.has(record)) report(path, 'is no record of the demo');
      for (const [name, entries] of Object.entries(Object(logs) as Record<string, unknown>)) {
        const log = collections.get(collection)?.logs.get(name);
        if (log === undefined) report(`${path}.${name}`, 'there is no such log');
        else if (!Array.isArray(entries)) report(`${path}.${name}`, 'must be a list');
        else entries.forEach((entry: unknown, index) => checkEntry(entry, index, log, `${path}.${name}.${index}`, report));
      }
    }
  }
}

function checkEntry(entry: unknown, index: number, { maxLength }: LogSchema, path: string, report: Report): void {
  const options = readOptions(entry, path, report);
  if (!isName('user', options.raw('author'))) report(`${path}.author`, 'must be a user id');
  options.string('authorName');
  const text = options.string('text') ?? '';
  if (text === '' || text.length > maxLength) report(`${path}.text`, `must have 1 to ${maxLength} characters`);
  if (options.wholeNumber('minutesAgo', 0) === null) report(`${path}.minutesAgo`, 'must be given');
  const replyTo = options.wholeNumber('replyTo', 1);
  if (replyTo !== null && replyTo > index) report(`${path}.replyTo`, 'must be the place of an entry before');
  if (!isPlainObject(options.raw('reactions') ?? {})) report(`${path}.reactions`, 'must be an object of users by emoji');
  options.boolean('isPinned');
  options.done();
}
