import type { Json } from '@concord/protocol';

/** Whether `value` is an object literal or the like: no array, no class instance, no Yjs type. */
export function isPlainObject(value: unknown): value is { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * What keeps `value` from being a JSON value of at most `depth` levels, or null. It also refuses what JSON
 * can hold but a Yjs document cannot carry unchanged: lone surrogates, and a key `__proto__`.
 */
export function jsonProblem(value: unknown, depth: number): string | null {
  switch (typeof value) {
    case 'boolean':
      return null;
    case 'string':
      return value.isWellFormed() ? null : 'must not hold a lone surrogate';
    case 'number':
      return Number.isFinite(value) ? null : 'must hold finite numbers only';
    case 'object': {
      if (value === null) return null;
      if (depth <= 0) return 'is nested too deep';
      if (Array.isArray(value)) return firstProblem(value, depth - 1);
      if (!isPlainObject(value)) return 'must be JSON';
      const keys = Object.keys(value);
      if (keys.includes('__proto__')) return 'must not have a key "__proto__"';
      if (!keys.every((key) => key.isWellFormed())) return 'must not hold a lone surrogate';
      return firstProblem(Object.values(value), depth - 1);
    }
    default:
      return 'must be JSON';
  }
}

/**
 * The same for a value that becomes an entry or an attribute. Yjs tells kinds of values by their `constructor`,
 * and throws in the middle of a transaction where that is a key of the value's own.
 */
export function entryProblem(value: unknown, depth: number): string | null {
  if (isPlainObject(value) && Object.hasOwn(value, 'constructor')) return 'must not have a key "constructor"';
  return jsonProblem(value, depth);
}

function firstProblem(values: readonly unknown[], depth: number): string | null {
  for (const value of values) {
    const problem = jsonProblem(value, depth);
    if (problem !== null) return problem;
  }
  return null;
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => jsonEqual(item, b[index]));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && jsonEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}

/** The length of a string in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7ff) bytes += unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
    else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}

/** JSON text with sorted keys: equal values have equal texts. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as { readonly [key: string]: Json };
  return `{${Object.keys(object)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key] ?? null)}`)
    .join(',')}}`;
}
