import {
  defaultLimits,
  type CollectionDescription,
  type FieldDescription,
  type LogDescription,
  type Limits,
  type ScalarDescription,
  type SharedDescription,
} from '@concord/protocol';
import { scalarKinds, sharedKinds } from './field.ts';
import {
  isScalar,
  type FieldSchema,
  type FieldSet,
  type ScalarSchema,
  type StringSchema,
  type VisibleCollection,
} from './schema.ts';

const knownKinds: ReadonlySet<string> = new Set([...scalarKinds, ...sharedKinds]);

/** A collection as its description has it: what somebody may see of it, without the config. */
export interface DescribedCollection extends VisibleCollection {
  /** What lies in each of its documents, the content part's under null. */
  readonly parts: ReadonlyMap<string | null, FieldSet>;
  readonly logs: ReadonlyMap<string, LogDescription>;
}

/** The fields as JSON, each with the part that it lies in: `partOf` names those that are not of the content part. */
export function describeFields({ fields }: FieldSet, partOf: ReadonlyMap<string, string>): FieldDescription[] {
  return [...fields.values()].map((field) => ({ ...describeField(field), part: partOf.get(field.name) ?? null }));
}

function describeField(field: FieldSchema): ScalarDescription | SharedDescription {
  if (isScalar(field)) return describeScalar(field);
  // Who may join and manage is asked of the server.
  if (field.kind === 'members') return { kind: field.kind, name: field.name, root: field.root, roles: field.roles };
  return field.kind === 'list' ? { ...field, rows: [...field.rows.values()].map(describeScalar) } : { ...field };
}

function describeScalar(field: ScalarSchema): ScalarDescription {
  if (field.kind !== 'string') return { ...field };
  const { pattern } = field;
  return { ...field, pattern: pattern === null ? null : { source: pattern.source, flags: pattern.flags } };
}

/**
 * The way back: what validates, reads, writes, sorts and filters takes it. A kind of field that this version does not know
 * is left out.
 */
export function readDescription(description: CollectionDescription, limits: Limits = defaultLimits): DescribedCollection {
  const fields = new Map<string, FieldSchema>();
  const parts = new Map<string | null, { readonly fields: Map<string, FieldSchema> }>(
    description.parts.map(({ name }) => [name, { fields: new Map() }]),
  );
  for (const described of description.fields) {
    if (!isKnown(described)) continue;
    const field = readField(described);
    fields.set(field.name, field);
    parts.get(described.part)?.fields.set(field.name, field);
  }
  // One that was kept by an older version has none.
  const logs = new Map((description.logs ?? []).map((log) => [log.name, log]));
  return { name: description.name, limits, fields, parts, logs };
}

function isKnown({ kind }: { readonly kind: string }): boolean {
  return knownKinds.has(kind);
}

function readField({ part: _, ...described }: FieldDescription): FieldSchema {
  if (!('root' in described)) return readScalarField(described);
  if (described.kind === 'members') {
    const [first = 'owner', ...others] = described.roles;
    return { ...described, roles: [first, ...others], join: [], manage: [], direct: null, guests: null };
  }
  if (described.kind !== 'list') return described;
  const rows = described.rows.filter(isKnown).map((row): [string, ScalarSchema] => [row.name, readScalarField(row)]);
  return { ...described, rows: new Map(rows) };
}

function readScalarField(described: ScalarDescription): ScalarSchema {
  return described.kind === 'string' ? { ...described, pattern: readPattern(described.pattern) } : described;
}

/** The server judges by it in any case: where the engine here has no such syntax, it is not judged here. */
function readPattern(described: { readonly source: string; readonly flags: string } | null): StringSchema['pattern'] {
  if (described === null) return null;
  try {
    return new RegExp(described.source, described.flags);
  } catch {
    return null;
  }
}
