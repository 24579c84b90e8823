import { ConcordError, type Json } from '@concord/protocol';
import { validateFields, writeFields, type ListSchema } from '@concord/schema';
import * as Y from 'yjs';
import type { ClientCollection } from './client-schema.ts';
import type { LiveCounter, LiveList, LiveSet } from './record.ts';
import type { RecordFieldsOf } from './record-fields.ts';
import { writePart, type RecordPart } from './record-part.ts';

/** What a handle edits: a field of an open record. */
export interface HandledField {
  readonly fields: RecordFieldsOf;
  readonly collection: ClientCollection;
  readonly part: RecordPart;
  readonly name: string;
}

type Row = { readonly [field: string]: unknown };

export function createLiveList({ fields, collection, part, name }: HandledField): LiveList {
  const schema = part.schema.fields.get(name) as ListSchema;
  const { doc } = part.replica;
  const array = doc.getArray<Y.Map<unknown>>(schema.root);

  /** Rows that have been checked, with their defaults. */
  function check(rows: readonly Row[], besides: number): readonly { readonly [field: string]: Json }[] {
    if (schema.max !== null && besides + rows.length > schema.max)
      throw new ConcordError('invalid_record', { field: name, message: `must have at most ${schema.max} rows` });
    return validateFields(collection, { [name]: rows }, 'update')[name] as readonly { readonly [field: string]: Json }[];
  }

  function at(index: number, last: number): void {
    if (!Number.isInteger(index) || index < 0 || index > last) throw new RangeError(`${name} has no place ${index}.`);
  }

  function insert(index: number, rows: readonly Row[]): void {
    at(index, array.length);
    const checked = check(rows, array.length);
    writePart(part, name, () => array.insert(index, checked.map(rowOf)));
  }

  return {
    get: () => (fields.get(name) ?? []) as readonly Row[],
    subscribe: (listener) => fields.subscribe(name, listener),
    insert: (index, ...rows) => insert(index, rows),
    push: (...rows) => insert(array.length, rows),
    set(index, field, value) {
      at(index, array.length - 1);
      const [row = {}] = check([{ ...(fields.get(name) as readonly Row[])[index], [field]: value }], 0);
      if (!Object.hasOwn(row, field))
        throw new ConcordError('invalid_record', { field: `${name}.${field}`, message: 'is no field' });
      writePart(part, name, () => {
        const map = array.get(index);
        if (row[field] === null) map.delete(field);
        else map.set(field, row[field]);
      });
    },
    delete(index, count = 1) {
      at(index, array.length - 1);
      at(index + count, array.length);
      writePart(part, name, () => array.delete(index, count));
    },
  };
}

function rowOf(values: { readonly [field: string]: Json }): Y.Map<unknown> {
  return new Y.Map(Object.entries(values).filter(([, value]) => value !== null));
}

export function createLiveCounter({ fields, collection, part, name }: HandledField): LiveCounter {
  return {
    get: () => (fields.get(name) ?? 0) as number,
    subscribe: (listener) => fields.subscribe(name, listener),
    add(by) {
      const checked = validateFields(collection, { [name]: { increment: by } }, 'update');
      writePart(part, name, () => writeFields(part.schema, part.replica.doc, checked));
    },
  };
}

export function createLiveSet({ fields, name }: HandledField): LiveSet {
  const members = (): readonly string[] => (fields.get(name) ?? []) as readonly string[];
  return {
    get: members,
    subscribe: (listener) => fields.subscribe(name, listener),
    add(member) {
      if (!members().includes(member)) fields.set(name, [...members(), member]);
    },
    delete(member) {
      if (members().includes(member))
        fields.set(
          name,
          members().filter((other) => other !== member),
        );
    },
  };
}
