import { defaultLimits, isName, namePatterns, type Json, type Limits } from '@concord/protocol';
import { compileCompat } from './compat.ts';
import { ConfigError, type ConfigMistake, type Report } from './config-error.ts';
import { compileDemo } from './compile-demo.ts';
import { compileCollectionAccess } from './compile-access.ts';
import { compileFields, type PlacedField } from './compile-fields.ts';
import { compileParts, isPolicy } from './compile-parts.ts';
import { checkLogs, compileLogs } from './compile-log.ts';
import { checkFoundations, membersField } from './compile-members.ts';
import { digestOf } from './digest.ts';
import { compileHooks } from './hooks.ts';
import { isPlainObject } from './json-value.ts';
import { join, readOptions } from './options.ts';
import type { CollectionSchema, FieldSchema, LogSchema, PartSchema, Rule, Schema } from './schema.ts';
import { compileOrigins, compileTrustProxy } from './web-access.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Checks a config and turns it into what the rest of Concord works with. `file` is what the messages begin
 * with. Throws {@link ConfigError} with all mistakes.
 */
export function compileConfig(config: unknown, file: string): Schema {
  if (!isPlainObject(config))
    throw new ConfigError(file, [{ path: '', message: 'must be an object: export default defineConfig({ … })' }]);
  const mistakes: ConfigMistake[] = [];
  const report: Report = (path, message) => mistakes.push({ path, message });
  const options = readOptions(config, '', report);
  const limits = compileLimits(options.raw('limits'), report);
  const collections = compileCollections(options.raw('collections'), limits, report);
  const feed = readOptions(options.raw('feed') ?? {}, 'feed', report);
  const keepMs = feed.wholeNumber('keepMs', 1) ?? 7 * dayMs;
  feed.done();
  const webhooks = compileWebhooks(options.raw('webhooks') ?? {}, report);
  const origins = compileOrigins(options.raw('origins'), report);
  const trustProxy = compileTrustProxy(options.raw('trustProxy'), report);
  const hooks = compileHooks(options.raw('hooks'), report);
  const compat = compileCompat(options.raw('compat'), report);
  const demo = options.has('demo') ? compileDemo(options.raw('demo'), collections, report) : null;
  options.done();
  if (mistakes.length > 0) throw new ConfigError(file, mistakes);
  return {
    collections,
    limits,
    feed: { keepMs },
    webhooks,
    origins,
    trustProxy,
    hooks,
    compat,
    demo,
    version: digestOf(shapeOf(collections)),
  };
}

function compileLimits(config: unknown, report: Report): Limits {
  if (config === undefined) return defaultLimits;
  const options = readOptions(config, 'limits', report);
  const limits: Record<string, number> = {};
  for (const [name, value] of Object.entries(defaultLimits)) limits[name] = options.wholeNumber(name, 1) ?? (value as number);
  options.done();
  return limits as unknown as Limits;
}

function compileWebhooks(config: unknown, report: Report): Schema['webhooks'] {
  const options = readOptions(config, 'webhooks', report);
  const webhooks = {
    allowPrivate: options.boolean('allowPrivate'),
    logEntries: options.wholeNumber('logEntries', 1) ?? 10_000,
    logKeepMs: options.wholeNumber('logKeepMs', 1) ?? 7 * dayMs,
  };
  options.done();
  return webhooks;
}

function compileCollections(config: unknown, limits: Limits, report: Report): Map<string, CollectionSchema> {
  const collections = new Map<string, CollectionSchema>();
  if (!isPlainObject(config) || Object.keys(config).length === 0) {
    report('collections', 'must be an object with at least one collection');
    return collections;
  }
  const names = new Set(Object.keys(config));
  for (const [name, value] of Object.entries(config)) {
    const path = join('collections', name);
    if (name in Object.prototype) report(path, 'is a reserved name');
    else if (!isName('collection', name)) report(path, `is no collection name: it must match ${namePatterns.collection.source}`);
    collections.set(name, compileCollection(name, value, path, names, limits, report));
  }
  return collections;
}

function compileCollection(
  name: string,
  config: unknown,
  path: string,
  collections: ReadonlySet<string>,
  limits: Limits,
  report: Report,
): CollectionSchema {
  const options = readOptions(config, path, report);
  const placed = isPlainObject(config)
    ? compileFields(options.raw('fields'), join(path, 'fields'), { collections, limits, report })
    : new Map<string, PlacedField>();
  const fields = new Map([...placed].map(([field, { field: schema }]) => [field, schema]));
  const access = compileCollectionAccess(options.raw('access'), join(path, 'access'), report);
  const at = join(path, 'fields');
  const logs = compileLogs(isPlainObject(config) ? config['fields'] : undefined, access, at, { limits, report });
  const members = membersField(fields, at, report);
  if (members !== null) checkFoundations(members, { name, fields, limits }, join(at, members.name), report);
  const parts = compileParts(placed, logs, options.raw('groups'), access, path, report);
  checkLogs(logs, fields, parts, at, report);
  const createOnConnect = options.boolean('createOnConnect');
  if (createOnConnect) reportUnfilled(fields, path, report);
  if (createOnConnect && members !== null)
    report(join(path, 'createOnConnect'), `who makes a record becomes a member, and nobody does by connecting`);
  const quietMs = options.wholeNumber('quietMs', 0);
  const maxQuietMs = options.wholeNumber('maxQuietMs', 0);
  options.done();
  if ((quietMs ?? 250) > (maxQuietMs ?? Math.max(1000, quietMs ?? 0)))
    report(join(path, 'quietMs'), `must not be above maxQuietMs (${maxQuietMs})`);
  return {
    name,
    fields,
    access,
    logs,
    members,
    ...parts,
    createOnConnect,
    quietMs: quietMs ?? Math.min(250, maxQuietMs ?? 250),
    maxQuietMs: maxQuietMs ?? Math.max(1000, quietMs ?? 0),
    limits,
  };
}

/** Whoever connects brings no fields, so nothing could fill these. */
function reportUnfilled(fields: ReadonlyMap<string, FieldSchema>, path: string, report: Report): void {
  for (const [name, field] of fields) {
    if ('required' in field && field.required && field.default === null) {
      report(`${path}.fields.${name}.required`, 'a collection with createOnConnect makes records without values: give a default');
    }
  }
}

function shapeOf(collections: ReadonlyMap<string, CollectionSchema>): Json {
  return [...collections.values()].map(({ name, access, fields, logs, parts }) => ({
    name,
    access: rulesShape(access),
    fields: [...fields.values()].map(fieldShape),
    ...(logs.size === 0 ? {} : { logs: [...logs.values()].map(logShape) }),
    ...(parts.size === 0 ? {} : { parts: [...parts.values()].map(partShape) }),
  }));
}

function logShape({ name, access, maxLength, slowMode, notes, attachments }: LogSchema): Json {
  return { name, access: rulesShape(access), maxLength, slowMode, notes, attachments };
}

function partShape({ name, access, fields }: PartSchema): Json {
  return { name, access: rulesShape(access), fields: [...fields.keys()] };
}

function rulesShape(rules: { readonly [name: string]: Rule }): Json {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, ruleShape(rule)]));
}

/** What a rule says. A policy is known by its source: what that refers to beyond itself is not looked at. */
export function ruleShape(rule: Rule): Json {
  return isPolicy(rule) ? { reads: [...rule.reads], allow: String(rule.allow) } : rule;
}

function fieldShape(field: FieldSchema): Json {
  if (field.kind === 'list') return { ...field, rows: [...field.rows.values()].map(fieldShape) };
  if (field.kind === 'members') return { ...field, join: ruleShape(field.join), manage: ruleShape(field.manage) };
  if (field.kind === 'string') return { ...field, pattern: field.pattern === null ? null : String(field.pattern) };
  return { ...field };
}
