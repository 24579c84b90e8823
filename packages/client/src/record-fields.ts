import type { Json } from '@concord/protocol';
import type { FieldSchema } from '@concord/schema';
import type { ClientCollection } from './client-schema.ts';
import { createListeners, type Listeners } from './live.ts';
import type { RecordPart } from './record-part.ts';
import type * as valuesModule from './values.ts';

/** What is loaded once the first record is opened. */
export type ValuesModule = typeof valuesModule;

/** The fields of an open record, by whichever part each lies in. */
export class RecordFieldsOf {
  readonly #collection: () => ClientCollection | undefined;
  readonly #parts: ReadonlyMap<string | null, RecordPart>;
  readonly #listeners = new Map<string, Listeners>();
  readonly #any = createListeners();
  #values: { readonly [field: string]: Json } | undefined;
  readonly #id: string;
  readonly #module: () => ValuesModule | undefined;

  constructor(
    id: string,
    collection: () => ClientCollection | undefined,
    parts: ReadonlyMap<string | null, RecordPart>,
    module: () => ValuesModule | undefined,
  ) {
    this.#id = id;
    this.#module = module;
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
    return this.has(field) ? this.part(field)?.values.get(field) : undefined;
  }

  has(field: string): boolean {
    return this.part(field)?.isThere === true;
  }

  set(field: string, value: unknown): void {
    this.setAll({ [field]: value });
  }

  setAll(values: { readonly [field: string]: unknown }): void {
    const [collection, module] = [this.#collection(), this.#module()];
    if (collection === undefined || module === undefined) throw new TypeError('The record is not there yet: wait for ready.');
    module.writeValues(collection, values, (field) => this.part(field));
  }

  problem(field: string, value: unknown): string | null {
    const collection = this.#collection();
    return collection === undefined ? null : (this.#module()?.checkValues(collection, { [field]: value }) ?? null);
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
