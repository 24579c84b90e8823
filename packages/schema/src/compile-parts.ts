import { isName } from '@concord/protocol';
import type { Report } from './config-error.ts';
import { compilePartAccess } from './compile-access.ts';
import { reportSharedRoots, type PlacedField } from './compile-fields.ts';
import { isPlainObject } from './json-value.ts';
import { join } from './options.ts';
import type { Policy } from './policy.ts';
import { isScalar, type CollectionSchema, type FieldSchema, type LogSchema, type PartSchema, type Rule } from './schema.ts';

type Access = CollectionSchema['access'];

/** A collection's documents: which of its fields lies in which, and who may read and write each. */
export interface Parts {
  readonly content: PartSchema;
  readonly parts: ReadonlyMap<string, PartSchema>;
  readonly partOf: ReadonlyMap<string, string>;
  readonly policyFields: ReadonlySet<string>;
}

/** Sorts the fields into parts, and checks what the rules say of them. */
export function compileParts(
  fields: ReadonlyMap<string, PlacedField>,
  logs: ReadonlyMap<string, LogSchema>,
  groupsConfig: unknown,
  access: Access,
  path: string,
  report: Report,
): Parts {
  const groups = compileGroups(groupsConfig, fields, path, report);
  const inContent = new Map<string, FieldSchema>();
  const parts = new Map<string, PartSchema & { readonly fields: Map<string, FieldSchema> }>();
  const add = (name: string, partAccess: PartSchema['access'], field: FieldSchema): void => {
    let part = parts.get(name);
    if (part === undefined) parts.set(name, (part = { name, fields: new Map(), access: partAccess }));
    part.fields.set(field.name, field);
  };
  for (const [name, { field, place }] of fields) {
    const { part } = place;
    if (part.kind === 'content') inContent.set(name, field);
    else if (part.kind === 'own') add(name, part.access, field);
    else {
      const shared = groups.get(part.group);
      if (shared === undefined)
        report(`${path}.fields.${name}.group`, `there is no group "${part.group}" in the collection's groups`);
      else add(part.group, shared, field);
    }
  }
  for (const name of groups.keys()) if (!parts.has(name)) report(join(`${path}.groups`, name), 'is the group of no field');
  const partOf = new Map([...parts].flatMap(([name, part]) => [...part.fields.keys()].map((field) => [field, name] as const)));
  const content: PartSchema = { name: null, fields: inContent, access: { read: access.read, write: access.update } };
  for (const part of [content, ...parts.values()]) reportSharedRoots(part.fields, `${path}.fields`, report);
  return { content, parts, partOf, policyFields: checkPolicies(fields, { parts, partOf, logs }, access, path, report) };
}

function compileGroups(
  config: unknown,
  fields: ReadonlyMap<string, PlacedField>,
  path: string,
  report: Report,
): Map<string, PartSchema['access']> {
  const groups = new Map<string, PartSchema['access']>();
  if (config === undefined) return groups;
  const at = join(path, 'groups');
  if (!isPlainObject(config)) {
    report(at, 'must be an object');
    return groups;
  }
  for (const [name, access] of Object.entries(config)) {
    if (!isName('field', name) || name in Object.prototype) report(join(at, name), 'is no name of a group');
    else if (fields.has(name)) report(join(at, name), 'is the name of a field');
    groups.set(name, compilePartAccess(access, join(at, name), report));
  }
  return groups;
}

interface NamedRule {
  readonly path: string;
  readonly rule: Rule;
}

/** Every field that a policy reads is there, can be read by one, and is not in the hands of those whom it lets in (R6). */
function checkPolicies(
  fields: ReadonlyMap<string, PlacedField>,
  { parts, partOf, logs }: Pick<Parts, 'parts' | 'partOf'> & { readonly logs: ReadonlyMap<string, LogSchema> },
  access: Access,
  path: string,
  report: Report,
): ReadonlySet<string> {
  const rules: NamedRule[] = Object.entries(access).map(([name, rule]) => ({ path: `${path}.access.${name}`, rule }));
  for (const log of logs.values())
    for (const [name, rule] of Object.entries(log.access))
      rules.push({ path: `${path}.fields.${log.name}.access.${name}`, rule });
  for (const { field } of fields.values())
    if (field.kind === 'members')
      for (const name of ['join', 'manage'] as const)
        rules.push({ path: `${path}.fields.${field.name}.${name}`, rule: field[name] });
  for (const part of parts.values()) {
    const place = fields.has(part.name as string) ? `fields.${part.name}.access` : `groups.${part.name}`;
    for (const [name, rule] of Object.entries(part.access)) rules.push({ path: `${path}.${place}.${name}`, rule });
  }
  const read = new Set<string>();
  for (const { path: at, rule } of rules) {
    if (!isPolicy(rule)) continue;
    for (const name of rule.reads) {
      const found = fields.get(name);
      if (found === undefined) report(at, `reads "${name}", which is no field`);
      else if (!isScalar(found.field) && found.field.kind !== 'set' && found.field.kind !== 'members')
        report(at, `reads ${name}, a ${found.field.kind}: policies read scalars, sets and members`);
      else {
        read.add(name);
        if (!found.place.delegable && !isKept(name, fields, { parts, partOf }, new Set()))
          report(
            `${path}.fields.${name}`,
            `is read by a policy, and whoever may write it can pass access on: give it access of its own, with who may write it, or say delegable: true`,
          );
      }
    }
  }
  return read;
}

/**
 * Whether a field is out of the hands of those whom a policy admits by it: it lies in a part of its own, whose writers are
 * named by role, or by a policy that in the end reads only what is kept as well.
 */
function isKept(
  name: string,
  fields: ReadonlyMap<string, PlacedField>,
  { parts, partOf }: Pick<Parts, 'parts' | 'partOf'>,
  asked: ReadonlySet<string>,
): boolean {
  const write = parts.get(partOf.get(name) ?? '')?.access.write ?? null;
  if (write === null || asked.has(name)) return false;
  if (!isPolicy(write)) return true;
  const seen = new Set([...asked, name]);
  return write.reads.every((read) => fields.get(read)?.place.delegable === true || isKept(read, fields, { parts, partOf }, seen));
}

/** Whether a rule decides by the record, and not by roles. */
export function isPolicy(rule: Rule): rule is Policy {
  return rule !== null && !Array.isArray(rule);
}
