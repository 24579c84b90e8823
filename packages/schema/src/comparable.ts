import type { Json, RecordView } from '@concord/protocol';
import { instantOf } from './date.ts';
import type { VisibleCollection, FieldSchema } from './schema.ts';

/** How a field of a view compares, in filters and in sorting. */
export type Comparable =
  | {
      readonly kind: 'string' | 'number' | 'boolean' | 'date' | 'text' | 'richText' | 'set' | 'members' | 'json' | 'list';
      readonly nullable: boolean;
    }
  | { readonly kind: 'enum'; readonly nullable: boolean; readonly values: readonly string[] };

const systemFields: ReadonlyMap<string, Comparable> = new Map([
  ['id', { kind: 'string', nullable: true }],
  ['version', { kind: 'number', nullable: true }],
  ['createdAt', { kind: 'date', nullable: true }],
  ['createdBy', { kind: 'string', nullable: true }],
  ['updatedAt', { kind: 'date', nullable: true }],
  ['updatedBy', { kind: 'string', nullable: true }],
]);

/** Looks up a field of the record, or one of the system's; null where there is none by that name. */
export function comparableOf(collection: VisibleCollection, name: string): Comparable | null {
  const field = collection.fields.get(name);
  return field === undefined ? (systemFields.get(name) ?? null) : fromField(field);
}

/** Every name that a filter, a sort or a selection may use. */
export function namesOf(collection: VisibleCollection): readonly string[] {
  return [...collection.fields.keys(), ...systemFields.keys()];
}

function fromField(field: FieldSchema): Comparable {
  switch (field.kind) {
    case 'enum':
      return { kind: 'enum', nullable: true, values: field.values };
    case 'ref':
      return { kind: 'string', nullable: true };
    case 'counter':
      return { kind: 'number', nullable: false };
    case 'text':
    case 'richText':
    case 'list':
    case 'set':
    case 'members':
      return { kind: field.kind, nullable: false };
    default:
      return { kind: field.kind, nullable: true };
  }
}

/** The value as something `<` orders: dates as instants, enums by their declaration, booleans false first. Null where there is none. */
export function orderKey(comparable: Comparable, value: Json | undefined): string | number | null {
  switch (comparable.kind) {
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? Number(value) : null;
    case 'date':
      return typeof value === 'string' ? instantOf(value) : null;
    case 'enum': {
      const place = typeof value === 'string' ? comparable.values.indexOf(value) : -1;
      return place < 0 ? null : place;
    }
    case 'string':
    case 'text':
      return typeof value === 'string' ? value : null;
    default:
      return null;
  }
}

/** A view's own value; never one that an object inherits. */
export function valueOf(view: RecordView, name: string): Json | undefined {
  return Object.hasOwn(view, name) ? view[name] : undefined;
}
