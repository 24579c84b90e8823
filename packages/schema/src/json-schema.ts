import type { Json } from '@concord/protocol';
import { isScalar, type VisibleCollection, type FieldSchema, type ListSchema, type ScalarSchema } from './schema.ts';

/** A JSON Schema (draft 2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = { readonly [keyword: string]: Json };
export type JsonSchemaMode = 'view' | 'create' | 'update';

/**
 * The JSON Schema of what reads answer, of what a create takes, or of what an update takes. It describes;
 * `validateFields` decides. `restricted` are fields that some readers are not shown.
 */
export function jsonSchemaOf(collection: VisibleCollection, mode: JsonSchemaMode, restricted?: ReadonlySet<string>): JsonSchema {
  const properties: Record<string, Json> = mode === 'view' ? { ...systemProperties } : mode === 'create' ? { id: recordId } : {};
  const required: string[] = mode === 'view' ? Object.keys(systemProperties) : [];
  for (const [name, field] of collection.fields) {
    properties[name] = fieldSchema(field, mode);
    if (mode === 'view' ? restricted?.has(name) !== true : mode === 'create' && isNeeded(field)) required.push(name);
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

const recordId = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$' };
const instant = { type: 'string', format: 'date-time' };
const systemProperties = {
  id: recordId,
  version: { type: 'integer', minimum: 0 },
  createdAt: instant,
  createdBy: { type: 'string' },
  updatedAt: instant,
  updatedBy: { type: 'string' },
};

function isNeeded(field: FieldSchema): boolean {
  return isScalar(field) && field.required && field.default === null;
}

function fieldSchema(field: FieldSchema, mode: JsonSchemaMode): JsonSchema {
  if (isScalar(field)) return scalarSchema(field, mode);
  switch (field.kind) {
    case 'text':
      return { type: 'string', ...maximum('maxLength', field.max) };
    case 'richText':
      return {
        type: 'object',
        description: 'A ProseMirror document.',
        properties: { type: { const: 'doc' }, content: { type: 'array', items: { type: 'object' } } },
        required: ['type'],
      };
    case 'list':
      return { type: 'array', items: rowSchema(field, mode), ...maximum('maxItems', field.max) };
    case 'counter': {
      const total = { type: 'integer' };
      const increment = {
        type: 'object',
        properties: { increment: total },
        required: ['increment'],
        additionalProperties: false,
      };
      return mode === 'view' ? total : { oneOf: [total, increment] };
    }
    case 'set':
      return {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', minLength: 1, ...maximum('maxLength', field.maxLength) },
        ...maximum('maxItems', field.max),
      };
    case 'members':
      return {
        type: 'object',
        description: 'Role by user id. It is given with a create, and changed by command.',
        additionalProperties: { type: 'string', enum: field.roles },
      };
  }
}

function rowSchema(field: ListSchema, mode: JsonSchemaMode): JsonSchema {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const [name, column] of field.rows) {
    properties[name] = scalarSchema(column, mode);
    if (mode === 'view' || isNeeded(column)) required.push(name);
  }
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false };
}

function scalarSchema(field: ScalarSchema, mode: JsonSchemaMode): JsonSchema {
  const schema = valueSchema(field);
  const withDefault = field.default === null ? schema : { ...schema, default: field.default };
  const neverNull = mode === 'view' ? field.default !== null : field.required;
  if (neverNull || field.kind === 'json') return withDefault;
  if (field.kind === 'enum') return { ...withDefault, enum: [...field.values, null], type: ['string', 'null'] };
  return { ...withDefault, type: [schema['type'] ?? 'string', 'null'] };
}

function valueSchema(field: ScalarSchema): JsonSchema {
  switch (field.kind) {
    case 'string':
      return {
        type: 'string',
        ...(field.min > 0 ? { minLength: field.min } : {}),
        ...maximum('maxLength', field.max),
        ...(field.pattern === null ? {} : { pattern: field.pattern.source }),
      };
    case 'number':
      return { type: field.integer ? 'integer' : 'number', ...maximum('minimum', field.min), ...maximum('maximum', field.max) };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', description: 'An RFC 3339 full-date or date-time.' };
    case 'enum':
      return { type: 'string', enum: field.values };
    case 'ref':
      return { ...recordId, description: `The id of a record of ${field.collection}.` };
    case 'json':
      return { description: 'Any JSON value.' };
  }
}

function maximum(keyword: string, value: number | null): JsonSchema {
  return value === null ? {} : { [keyword]: value };
}
