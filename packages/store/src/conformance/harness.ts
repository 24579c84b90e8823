import { ConcordError } from '@concord/protocol';
import { expect } from 'vitest';
import type { Store } from '../store.ts';

/** A store to be checked, fresh and empty for each check. */
export interface StoreHarness {
  readonly store: Store;
  /** Closes the store, if it is open, and opens the same data again, in whatever way forgets most. */
  reopenFresh(): Promise<Store>;
  /** Lets the next group that is written fail, as a full disk would. Nothing of it may be on disk. */
  failNextGroup(): void;
  cleanup(): Promise<void>;
}

/** One thing that every store does. `run` rejects where this one does not. */
export interface ConformanceCheck {
  readonly name: string;
  run(harness: StoreHarness): Promise<void>;
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

/** What an ordered read yields, its values as text. */
export async function collect<K>(items: AsyncIterable<readonly [K, Uint8Array]>): Promise<[K, string | undefined][]> {
  const collected: [K, string | undefined][] = [];
  for await (const [key, value] of items) collected.push([key, text(value)]);
  return collected;
}

export async function keysOf<K>(items: AsyncIterable<readonly [K, Uint8Array]>): Promise<K[]> {
  return (await collect(items)).map(([key]) => key);
}

export async function put(store: Store, ...keys: string[]): Promise<void> {
  await store.commit([], (tx) => {
    for (const key of keys) tx.put(key, bytes(key));
  });
}

export async function append(store: Store, scope: string, ...values: string[]): Promise<number[]> {
  return store.commit([scope], (tx) => values.map((value) => tx.append(scope, bytes(value))));
}

/** The code with which something is refused, or what it is instead. */
export async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    return `resolved: ${String(await attempt)}`;
  } catch (error) {
    return error instanceof ConcordError ? error.code : String(error);
  }
}

export async function expectRefused(attempt: Promise<unknown>, code: 'commit_unknown' | 'store_unavailable'): Promise<void> {
  expect(await codeOf(attempt)).toBe(code);
}

/** Brings the store into its failed state. */
export async function fail({ store, failNextGroup }: StoreHarness): Promise<void> {
  failNextGroup();
  await expectRefused(put(store, 'lost with the failing group'), 'commit_unknown');
}

/** Long enough for anything that is only waiting for its turn to have had it. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
