/** Locks by name, of all tabs or of this one. */
export interface Locks {
  /** Runs `work` once the lock is had. Resolves when it is given back, or when `signal` aborts before it is had. */
  request(name: string, mode: LockMode, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  /** Those that are held or waited for, and begin so. */
  names(prefix: string): Promise<readonly string[]>;
}

/** @param scope stands in front of every name */
export function createLocks(scope: string, isShared: boolean): Locks {
  const locks = isShared ? (globalThis.navigator?.locks as LockManager | undefined) : undefined;
  return locks === undefined ? createOwnLocks() : createWebLocks(locks, scope);
}

function createWebLocks(locks: LockManager, scope: string): Locks {
  return {
    async request(name, mode, signal, work) {
      if (signal.aborted) return;
      let isHeld = false;
      try {
        await locks.request(scope + name, { mode, signal }, async () => {
          isHeld = true;
          await work();
        });
      } catch (error) {
        if (isHeld || !signal.aborted) throw error;
      }
    },
    async names(prefix) {
      const { held = [], pending = [] } = await locks.query();
      const names = [...held, ...pending].map(({ name = '' }) => name);
      return names.filter((name) => name.startsWith(scope + prefix)).map((name) => name.slice(scope.length));
    },
  };
}

/** Of this tab alone: shared ones keep nobody waiting, as nobody asks for the same one exclusively. */
function createOwnLocks(): Locks {
  const tails = new Map<string, Promise<void>>();
  const names: string[] = [];
  return {
    async request(name, mode, signal, work) {
      const before = mode === 'exclusive' ? tails.get(name) : undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      if (mode === 'exclusive') tails.set(name, promise);
      names.push(name);
      try {
        if (before !== undefined) await before;
        if (!signal.aborted) await work();
      } finally {
        names.splice(names.indexOf(name), 1);
        resolve();
        if (tails.get(name) === promise) tails.delete(name);
      }
    },
    names: async (prefix) => names.filter((name) => name.startsWith(prefix)),
  };
}
