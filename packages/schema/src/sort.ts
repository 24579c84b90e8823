import { ConcordError, type RecordView } from '@concord/protocol';
import { comparableOf, orderKey, valueOf, type Comparable } from './comparable.ts';
import type { VisibleCollection } from './schema.ts';

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

/** An order of records in which no two are equal. */
export interface Sort {
  readonly keys: readonly SortKey[];
  /** Below 0 where `a` comes first. Nulls come last either way; the id decides at the end, always ascending. */
  compare(a: RecordView, b: RecordView): number;
}

const maxKeys = 8;
const sortable: ReadonlySet<Comparable['kind']> = new Set(['string', 'number', 'boolean', 'date', 'enum', 'text']);

/**
 * Parses `-priority,createdAt`: fields in falling importance, `-` for descending. Enums are in the order of
 * their declaration, dates by instant, strings by UTF-16 units, false before true. Throws `invalid_sort`.
 */
export function parseSort(text: string, collection: VisibleCollection): Sort {
  const parts = text.length > 1024 ? [] : text.split(',').map((part) => part.trim());
  if (parts.length === 0 || parts.length > maxKeys) throw invalid(`A sort order has 1 to ${maxKeys} fields.`);
  const keys = parts.map((part) => ({ field: part.replace(/^[-+]/, ''), descending: part.startsWith('-') }));
  const orders = keys.map(({ field, descending }) => orderOf(collection, field, descending));
  const repeated = keys.find(({ field }, index) => keys.findIndex((key) => key.field === field) !== index);
  if (repeated !== undefined) throw invalid(`The sort order names ${repeated.field} twice.`);
  return {
    keys,
    compare: (a, b) => {
      for (const order of orders) {
        const result = order(a, b);
        if (result !== 0) return result;
      }
      return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
    },
  };
}

function orderOf(collection: VisibleCollection, field: string, descending: boolean): (a: RecordView, b: RecordView) => number {
  const comparable = comparableOf(collection, field);
  if (comparable === null) throw invalid(`There is no field "${field.slice(0, 80)}" to sort ${collection.name} by.`);
  if (!sortable.has(comparable.kind)) throw invalid(`${field} (${comparable.kind}) has no order to sort by.`);
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [x, y] = [orderKey(comparable, valueOf(a, field)), orderKey(comparable, valueOf(b, field))];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return x < y ? -sign : x > y ? sign : 0;
  };
}

function invalid(message: string): ConcordError {
  return new ConcordError('invalid_sort', { message });
}
