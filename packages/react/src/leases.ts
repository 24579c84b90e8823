/**
 * What is open because components show it.
 *
 * A render may be thrown away, run twice (StrictMode) or wait for data (Suspense), and React tells of none of these. So
 * what a render asks for is opened once, is kept for a while, and is closed unless a mounted component has come to hold
 * it by then. While a component holds it, it stays; when the last one has let go, it is closed shortly afterwards, so that
 * the same thing asked for by the next page is still there.
 */
export interface Leases {
  /** What is open by `key`; opened now where nothing is. */
  take<T extends Closable>(key: string, open: () => T): Lease<T>;
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

/** How long something stays open that nobody holds any more. Presence ends with it, so it is short. */
const lingerMs = 100;
/** How long something stays open that no mounted component has held yet: it may be loading, behind a Suspense fallback. */
const unheldMs = 60_000;

export function createLeases(): Leases {
  const entries = new Map<string, Lease<Closable>>();

  function open<T extends Closable>(key: string, value: T): Lease<T> {
    let holders = 0;
    let settled: Promise<void> | undefined;
    let timer = closeIn(unheldMs);

    function closeIn(ms: number): ReturnType<typeof setTimeout> {
      return setTimeout(() => {
        // First out of the map: whoever renders because of the closing gets a new one.
        entries.delete(key);
        value.close();
      }, ms);
    }

    return {
      value,
      settled: (wait) => (settled ??= wait(value)),
      hold() {
        clearTimeout(timer);
        holders += 1;
        return () => {
          holders -= 1;
          if (holders === 0) timer = closeIn(lingerMs);
        };
      },
    };
  }

  return {
    take<T extends Closable>(key: string, make: () => T): Lease<T> {
      const known = entries.get(key) as Lease<T> | undefined;
      if (known !== undefined) return known;
      const lease = open(key, make());
      entries.set(key, lease);
      return lease;
    },
  };
}
