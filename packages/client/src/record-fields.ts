import { ConcordError, type Json } from '@concord/protocol';
import { validateFields, writeFields, type FieldSchema } from '@concord/schema';
import type { ClientCollection } from './client-schema.ts';
import { createListeners, type Listeners } from './live.ts';
import { writePart, type RecordPart } from './record-part.ts';

/** The fields of an open record, by whichever part each lies in. */
export class RecordFieldsOf {
  readonly #collection: () => ClientCollection | undefined;
  readonly #parts: ReadonlyMap<string | null, RecordPart>;
  readonly #listeners = new Map<string, Listeners>();
  readonly #any = createListeners();
  #values: { readonly [field: string]: Json } | undefined;
  readonly #id: string;

  constructor(id: string, collection: () => ClientCollection | undefined, parts: ReadonlyMap<string | null, RecordPart>) {
    this.#id = id;
    this.#collection = collection;
    this.#parts = parts;
  }

  schema(field: string): FieldSchema | undefined {
    return this.#collection()?.fields.get(field);
  }

  /** The part that the field lies in, where it can be seen. */
  part(field: string): RecordPart | undefined {
    const collection = this.#collection();
    if (collection === undefined || !collection.fields.has(field)) return undefined;
    return this.#parts.get(collection.partOf(field).name);
  }

  get(field: string): Json | undefined {
    const part = this.part(field);
    return part?.isThere === true ? part.values.get(field) : undefined;
  }

  set(field: string, value: unknown): void {
    this.setAll({ [field]: value });
  }

  setAll(values: { readonly [field: string]: unknown }): void {
    const collection = this.#collection();
    if (collection === undefined) throw new TypeError('The record is not there yet: wait for ready.');
    const checked = validateFields(collection, values, 'update');
    const byPart = Map.groupBy(Object.keys(checked), (field) => this.part(field));
    // All are looked at before anything is written.
    for (const [part, [field = '']] of byPart)
      if (part === undefined || !part.mayWrite) throw new ConcordError('forbidden', { field, message: `${field} can only be read.` });
    for (const [part, [field = '']] of byPart)
      if (part !== undefined) writePart(part, field, () => writeFields(part.schema, part.replica.doc, checked));
  }

  problem(field: string, value: unknown): string | null {
    const collection = this.#collection();
    if (collection === undefined) return null;
    try {
      validateFields(collection, { [field]: value }, 'update');
      return null;
    } catch (error) {
      if (error instanceof ConcordError) return error.message;
      throw error;
    }
  }

  mayWrite(field: string): boolean {
    return this.part(field)?.mayWrite === true;
  }

  subscribe(field: string, listener: () => void): () => void {
    let listeners = this.#listeners.get(field);
    if (listeners === undefined) this.#listeners.set(field, (listeners = createListeners()));
    return listeners.add(listener);
  }

  /** All that can be seen; the same object until something has changed. */
  values(): { readonly [field: string]: Json } | undefined {
    const collection = this.#collection();
    if (this.#values !== undefined || collection === undefined || this.#parts.get(null)?.isThere !== true) return this.#values;
    const values: Record<string, Json> = { id: this.#id };
    for (const field of collection.fields.keys()) {
      const value = this.get(field);
      if (value !== undefined) values[field] = value;
    }
    return (this.#values = values);
  }

  subscribeAll(listener: () => void): () => void {
    return this.#any.add(listener);
  }

  /** Those fields are others now. */
  changed(fields: Iterable<string>): void {
    this.#values = undefined;
    for (const field of fields) this.#listeners.get(field)?.call();
    this.#any.call();
  }
}
