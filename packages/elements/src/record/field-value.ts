import type { Live } from '../base/cell.ts';
import type { AnyRecord } from './any-record.ts';

const known = new WeakMap<AnyRecord, Map<string, Live<unknown>>>();

/** A field's value as what can be watched: the same object for the same field of an open record. */
export function fieldValue(record: AnyRecord, field: string): Live<unknown> {
  const values = known.get(record) ?? new Map<string, Live<unknown>>();
  known.set(record, values);
  const value = values.get(field) ?? {
    get: () => record.fields.get(field),
    subscribe: (listener) => record.fields.subscribe(field, listener),
  };
  values.set(field, value);
  return value;
}
