/**
 * How those who read feeds learn that one has grown, in this process or in another one that shares the
 * store. An announcement carries no event: whoever hears it reads the store. It may be lost or late, but
 * says nothing that is not durable yet (F1).
 */
export interface Bus {
  announce(account: string, head: number): void;
  /** Returns what ends it. */
  onAnnounced(listener: (account: string, head: number) => void): () => void;
}

/** The bus of a single process: listeners are called before `announce` returns. */
export function createBus(): Bus {
  const listeners = new Set<(account: string, head: number) => void>();
  return {
    announce(account, head) {
      for (const listener of listeners) listener(account, head);
    },
    onAnnounced(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
