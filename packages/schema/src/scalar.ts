import { isName, type Json } from '@concord/protocol';
import type * as Y from 'yjs';
import { instantOf } from './date.ts';
import { entryProblem, jsonEqual, utf8Length } from './json-value.ts';
import type { JsonFieldSchema, NumberSchema, ScalarSchema, StringSchema } from './schema.ts';

/** What keeps `value` from being a value of this field, as in "must be …", or null. Null is not a value. */
export function scalarProblem(field: ScalarSchema, value: unknown): string | null {
  switch (field.kind) {
    case 'string':
      return stringProblem(field, value);
    case 'number':
      return numberProblem(field, value);
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'date':
      return typeof value === 'string' && instantOf(value) !== null
        ? null
        : 'must be an RFC 3339 date ("2026-11-21") or date-time ("2026-11-21T10:00:00Z")';
    case 'enum':
      return typeof value === 'string' && field.values.includes(value) ? null : `must be one of ${field.values.join(', ')}`;
    case 'ref':
      return isName('record', value) ? null : `must be the id of a record of ${field.collection}`;
    case 'json':
      return jsonFieldProblem(field, value);
  }
}

/** The value as it is, where it is one of this field; else the default or null. Never throws. */
export function readScalar(field: ScalarSchema, value: unknown): Json {
  return value !== null && value !== undefined && scalarProblem(field, value) === null ? (value as Json) : field.default;
}

/** Sets one entry, if it is not that already. Null deletes it. */
export function writeScalar(map: Y.Map<unknown>, field: ScalarSchema, value: Json): void {
  if (value === null) {
    if (map.has(field.name)) map.delete(field.name);
  } else if (!jsonEqual(map.get(field.name), value)) {
    map.set(field.name, value);
  }
}

function stringProblem(field: StringSchema, value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length < field.min) return `must have at least ${field.min} characters`;
  if (field.max !== null && value.length > field.max) return `must have at most ${field.max} characters`;
  if (!value.isWellFormed()) return 'must not hold a lone surrogate';
  if (field.pattern !== null && !field.pattern.test(value)) return `must match ${field.pattern.source}`;
  return null;
}

function numberProblem(field: NumberSchema, value: unknown): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (field.integer && !Number.isSafeInteger(value)) return 'must be a whole number';
  if (field.min !== null && value < field.min) return `must be at least ${field.min}`;
  if (field.max !== null && value > field.max) return `must be at most ${field.max}`;
  return null;
}

function jsonFieldProblem(field: JsonFieldSchema, value: unknown): string | null {
  const problem = entryProblem(value, field.maxDepth);
  if (problem !== null || field.maxBytes === null) return problem;
  return utf8Length(JSON.stringify(value)) > field.maxBytes ? `must have at most ${field.maxBytes} bytes as JSON` : null;
}
