import type { Transaction } from '../store.ts';
import { checkedSeq } from './bounds.ts';
import { encodeSeq, type Counter, type Counters } from './counters.ts';
import type { Writes } from './database.ts';
import { checkText, counterKey, entryKey, valueKey } from './keys.ts';

/**
 * The writes of one group, as its builds make them. A later write of a value replaces the earlier one, as
 * many commits of a group write the same mark; a build that throws leaves no trace.
 */
export class Group implements Transaction, Writes {
  readonly keys: string[] = [];
  readonly values: (Uint8Array | undefined)[] = [];
  bytes = 0;

  readonly #counters: Counters;
  /** Where the value of a key lies in {@link values}. */
  readonly #places = new Map<string, number>();
  /** The scopes of the commit whose build runs; undefined when none does. */
  #scopes: readonly string[] | undefined;
  /** How to undo the running build: where its writes begin, what it replaced, which numbers it took. */
  #start = 0;
  #startBytes = 0;
  readonly #replaced: { readonly place: number; readonly value: Uint8Array | undefined }[] = [];
  readonly #taken: { readonly counter: Counter; readonly last: number }[] = [];
  readonly #added: string[] = [];

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Runs a build on this group. If it throws, its writes are undone and its numbers given back. */
  run<T>(scopes: readonly string[], build: (tx: Transaction) => T): T {
    this.#scopes = scopes;
    this.#start = this.keys.length;
    this.#startBytes = this.bytes;
    this.#replaced.length = 0;
    this.#taken.length = 0;
    this.#added.length = 0;
    try {
      return build(this);
    } catch (error) {
      this.#undo();
      throw error;
    } finally {
      this.#scopes = undefined;
    }
  }

  put(key: string, value: Uint8Array): void {
    checkValue(value);
    this.#write(key, value);
  }

  delete(key: string): void {
    this.#write(key, undefined);
  }

  append(scope: string, value: Uint8Array): number {
    checkValue(value);
    const counter = this.#counter(scope);
    this.#taken.push({ counter, last: counter.last });
    const seq = counter.last + 1;
    counter.last = seq;
    this.#push(entryKey(scope, seq), value);
    return seq;
  }

  remove(scope: string, seq: number): void {
    const counter = this.#counter(scope);
    this.#push(entryKey(scope, checkedSeq(seq)), undefined);
    // The highest entry says what the last number was. Once it is gone, something else must.
    if (seq === counter.last && seq > 0) this.#push(counterKey(scope), encodeSeq(seq));
  }

  #write(key: string, value: Uint8Array | undefined): void {
    this.#check();
    const place = this.#places.get(key);
    if (place === undefined) {
      checkText('key', key);
      this.#places.set(key, this.keys.length);
      this.#added.push(key);
      this.#push(valueKey(key), value);
      return;
    }
    const before = this.values[place];
    this.#replaced.push({ place, value: before });
    this.values[place] = value;
    this.bytes += (value?.length ?? 0) - (before?.length ?? 0);
  }

  #push(key: string, value: Uint8Array | undefined): void {
    this.keys.push(key);
    this.values.push(value);
    this.bytes += key.length + (value?.length ?? 0);
  }

  #counter(scope: string): Counter {
    if (!this.#check().includes(scope)) throw new TypeError(`The commit does not name the scope ${JSON.stringify(scope)}`);
    const counter = this.#counters.get(scope);
    if (counter === undefined) throw new Error('The counter of a named scope is not loaded');
    return counter;
  }

  #check(): readonly string[] {
    if (this.#scopes === undefined) throw new TypeError('A transaction is valid only while its build runs');
    return this.#scopes;
  }

  #undo(): void {
    for (const { place, value } of this.#replaced.reverse()) this.values[place] = value;
    for (const { counter, last } of this.#taken.reverse()) counter.last = last;
    for (const key of this.#added) this.#places.delete(key);
    this.keys.length = this.#start;
    this.values.length = this.#start;
    this.bytes = this.#startBytes;
  }
}

function checkValue(value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw new TypeError('A value is a Uint8Array');
}
