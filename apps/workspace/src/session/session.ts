import type { Person } from './person.ts';

export interface User extends Person {
  readonly account: string;
  readonly roles: readonly string[];
}

export interface Session {
  readonly token: string;
  readonly user: User;
}

/** Expired: the server no longer takes the token. The user is kept, so that the page can go on where it was. */
export type SessionState =
  { readonly status: 'none'; readonly session: null } | { readonly status: 'open' | 'expired'; readonly session: Session };

export interface SessionStore {
  get(): SessionState;
  subscribe(listener: () => void): () => void;
  open(session: Session): void;
  expire(): void;
  close(): void;
}

const storageKey = 'concord.session';

/**
 * Kept in `sessionStorage`: it outlives a reload, and two tabs can be two people.
 */
export function createSessionStore(storage: Storage): SessionStore {
  const listeners = new Set<() => void>();
  let state = read(storage);

  function set(next: SessionState): void {
    state = next;
    if (next.status === 'open') storage.setItem(storageKey, JSON.stringify(next.session));
    else storage.removeItem(storageKey);
    for (const listener of listeners) listener();
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open: (session) => set({ status: 'open', session }),
    expire() {
      if (state.status === 'open') set({ status: 'expired', session: state.session });
    },
    close: () => set({ status: 'none', session: null }),
  };
}

function read(storage: Storage): SessionState {
  try {
    const session = JSON.parse(storage.getItem(storageKey) ?? 'null') as Session | null;
    if (typeof session?.token === 'string' && typeof session.user?.id === 'string') return { status: 'open', session };
  } catch {
    // Not ours, or cut off: signing in again is the way out.
  }
  return { status: 'none', session: null };
}
