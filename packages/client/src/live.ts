/**
 * A value that changes. `get` answers the same object until it has changed, so that it can be compared by `===`
 * (`useSyncExternalStore(live.subscribe, live.get)`).
 */
export interface Live<T> {
  get(): T;
  /** Calls `listener` after each change, until what it answers is called. */
  subscribe(listener: () => void): () => void;
}

/** A {@link Live} value, and how it is changed. */
export interface LiveCell<T> extends Live<T> {
  /** Nobody is told where it is equal to what it was. */
  set(next: T): void;
}

/** @param equal whether two values are the same to who looks at them; `Object.is` when left out */
export function createCell<T>(initial: T, equal: (a: T, b: T) => boolean = Object.is): LiveCell<T> {
  const listeners = createListeners();
  let value = initial;
  return {
    get: () => value,
    subscribe: listeners.add,
    set(next) {
      if (equal(value, next)) return;
      value = next;
      listeners.call();
    },
  };
}

/** Those who want to hear of something. */
export interface Listeners<Args extends readonly unknown[] = []> {
  readonly size: number;
  add(listener: (...args: Args) => void): () => void;
  /** Calls all. One that throws keeps no other from hearing of it: its error is reported as an uncaught one. */
  call(...args: Args): void;
}

export function createListeners<Args extends readonly unknown[] = []>(): Listeners<Args> {
  // Each registration is an entry of its own, though the function may be the same.
  const listeners = new Set<{ readonly listener: (...args: Args) => void }>();
  return {
    get size() {
      return listeners.size;
    },
    add(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    call(...args) {
      for (const { listener } of Array.from(listeners)) {
        try {
          listener(...args);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
