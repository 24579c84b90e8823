/**
 * What is open because components show it.
 *
 * A render may be thrown away, run twice (StrictMode) or wait for data (Suspense), and React tells of none of these. So
 * what a render asks for is opened once, is kept for a while, and is closed unless a mounted component has come to hold
 * it by then. While a component holds it, it stays; when the last one has let go, it is closed shortly afterwards, so that
 * the same thing asked for by the next page is still there.
 */
export interface Leases {
  /** What is open by `key`; opened now where nothing is, or where what its last holder has let go of `isOver`. */
  take<T extends Closable>(key: string, open: () => T, isOver?: (value: T) => boolean): Lease<T>;
}

export interface Closable {
  close(): void;
}

export interface Lease<T> {
  readonly value: T;
  /** A mounted component holds it, until it calls what it gets. */
  hold(): () => void;
  /** Resolves when there is something to show. The same promise each time, as `use` wants it. */
  settled(wait: (value: T) => Promise<void>): Promise<void>;
}

interface Entry<T> extends Lease<T> {
  /** It was held, and is not any more. */
  readonly isLeft: boolean;
  close(): void;
}

/** How long something stays open that nobody holds any more. Presence ends with it, so it is short. */
const lingerMs = 100;
/** How long something stays open that no mounted component has held yet: it may be loading, behind a Suspense fallback. */
const unheldMs = 60_000;

export function createLeases(): Leases {
  const entries = new Map<string, Entry<Closable>>();

  function open<T extends Closable>(key: string, value: T): Entry<T> {
    let holders = 0;
    let wasHeld = false;
    let settled: Promise<void> | undefined;
    const entry: Entry<T> = {
      value,
      settled: (wait) => (settled ??= wait(value)),
      hold() {
        clearTimeout(timer);
        holders += 1;
        wasHeld = true;
        return () => {
          holders -= 1;
          if (holders === 0) timer = setTimeout(entry.close, lingerMs);
        };
      },
      get isLeft() {
        return wasHeld && holders === 0;
      },
      close() {
        clearTimeout(timer);
        // First out of the map: whoever renders because of the closing gets a new one.
        if (entries.get(key) === entry) entries.delete(key);
        value.close();
      },
    };
    let timer = setTimeout(entry.close, unheldMs);
    return entry;
  }

  return {
    take<T extends Closable>(key: string, make: () => T, isOver: (value: T) => boolean = () => false): Lease<T> {
      const known = entries.get(key) as Entry<T> | undefined;
      if (known !== undefined && !(known.isLeft && isOver(known.value))) return known;
      known?.close();
      const entry = open(key, make());
      entries.set(key, entry);
      return entry;
    },
  };
}
