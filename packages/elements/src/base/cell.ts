import type { Live } from '@concord/client';

export type { Live };

/** A {@link Live} value, and how it is changed. Nobody is told where it stays the same. */
export interface Cell<T> extends Live<T> {
  set(next: T): void;
}

export function createCell<T>(initial: T): Cell<T> {
  const listeners = new Set<{ readonly listener: () => void }>();
  let value = initial;
  return {
    get: () => value,
    subscribe(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const { listener } of Array.from(listeners)) listener();
    },
  };
}
