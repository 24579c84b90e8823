import { createClient, type Client } from '@concord/client';
import type { SessionStore, User } from './session.ts';

/** The client of whoever is signed in: one from signing in to signing out, also while the session has expired. */
export interface ClientStore {
  get(): { readonly client: Client; readonly user: User } | null;
  subscribe(listener: () => void): () => void;
  /** Ends the session, and erases what this device keeps of it. */
  signOut(): Promise<void>;
}

export function createClientStore(session: SessionStore): ClientStore {
  const listeners = new Set<() => void>();
  let current: ReturnType<ClientStore['get']> = null;

  function follow(): void {
    const user = session.get().session?.user ?? null;
    const before = current;
    if (before?.user.id === user?.id && before?.user.account === user?.account) return;
    current = user === null ? null : { user, client: createClient({ url: location.origin, token: () => session.token(user) }) };
    for (const listener of listeners) listener();
    // Signed out in another tab, which erases what is kept; or another person came in, and theirs is kept apart.
    void before?.client.close();
  }

  session.subscribe(follow);
  follow();
  return {
    get: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async signOut() {
      const leaving = current?.client;
      await session.close();
      await leaving?.close();
      await leaving?.forget();
    },
  };
}
