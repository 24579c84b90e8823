import { ConcordError } from '@concord/protocol';
import { expiryOf } from './expiry.ts';
import { SignInRefusal, type SignedIn, type signInRequest } from './sign-in-request.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly roles: readonly string[];
}

/** With a refresh token, of somebody who has signed in with a password; without one, of a person of the demo. */
export type Session = SignedIn;

/** Expired: it cannot be renewed any more. The user is kept, so that the page can go on where it was. */
export type SessionState =
  { readonly status: 'none'; readonly session: null } | { readonly status: 'open' | 'expired'; readonly session: Session };

export interface SessionStore {
  get(): SessionState;
  subscribe(listener: () => void): () => void;
  open(session: Session): void;
  /**
   * What this person's client takes for its `token`. While the session has expired it waits for them to sign in again.
   * Rejects with `unreachable` where the server cannot be asked, with `unauthenticated` where somebody else is signed in.
   */
  token(user: User): Promise<string>;
  /** Ends it, here and at the server, as far as that can be reached. */
  close(): Promise<void>;
}

export interface SessionPlaces {
  /** Of this tab: where a person of the demo is kept, so that two tabs can be two people. */
  readonly tab: Storage;
  /** Of all tabs: where who has signed in with a password is kept, so that they renew one session together. */
  readonly browser: Storage;
  /** Runs `work` in one tab at a time. */
  readonly alone: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly request: typeof signInRequest;
  readonly now: () => number;
  /** Calls back when another tab has changed `browser`. */
  readonly onOtherTab: (listener: () => void) => void;
}

const storageKey = 'concord.session';
/** A token is renewed this long before it ends. */
const renewBeforeMs = 60_000;

/**
 * Who is signed in, and the one place where tokens are renewed. A refresh token is good once, and one that is used twice
 * signs everybody out: so it is read, sent and replaced under a lock that all tabs share. An answer that is lost on its
 * way takes the session with it; signing in again goes on from there.
 */
export function createSessionStore(places: SessionPlaces): SessionStore {
  const listeners = new Set<() => void>();
  let state = read(places);
  /** The token that was given out last. Whoever asks again before it ends was refused with it. */
  let given: string | undefined;
  const reopened: (() => void)[] = [];

  function set(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
    for (const call of reopened.splice(0)) call();
  }

  function keep(session: Session): void {
    const [home, other] = session.refreshToken === undefined ? [places.tab, places.browser] : [places.browser, places.tab];
    // Of a person of the demo the browser's session is left alone: it belongs to other tabs.
    if (home === places.browser) other.removeItem(storageKey);
    home.setItem(storageKey, JSON.stringify(session));
  }

  const isFresh = ({ token }: Session): boolean =>
    token !== given && (expiryOf(token) ?? Infinity) - renewBeforeMs > places.now();

  async function renew(session: Session): Promise<Session> {
    if (session.refreshToken === undefined) return await places.request('POST', '/demo', { user: session.user.id });
    const { account, id } = session.user;
    return await places.alone(`concord.session.${account}/${id}`, async () => {
      // Another tab may have been here first.
      const kept = sessionIn(places.browser);
      if (kept !== null && isOf(kept, session.user) && isFresh(kept)) return kept;
      const refreshToken = (kept !== null && isOf(kept, session.user) ? kept : session).refreshToken;
      const next = await places.request<Session>('POST', '/refresh', { refreshToken });
      keep(next);
      return next;
    });
  }

  async function token(user: User): Promise<string> {
    for (;;) {
      if (state.status === 'none' || !isOf(state.session, user)) throw new ConcordError('unauthenticated');
      if (state.status === 'open') {
        const { session } = state;
        if (isFresh(session)) return (given = session.token);
        try {
          const next = await renew(session);
          if (state.session === null || !isOf(state.session, user)) continue;
          keep(next);
          set({ status: 'open', session: next });
          return (given = next.token);
        } catch (error) {
          const isFinal = error instanceof SignInRefusal && error.entry.retry !== 'backoff' && error.code !== 'unreachable';
          // Without a network what is kept on this device is still theirs to see.
          if (!isFinal && given === undefined) return (given = session.token);
          if (!isFinal) throw error;
          if (state.session === session) set({ status: 'expired', session });
        }
      } else await new Promise<void>((resolve) => reopened.push(resolve));
    }
  }

  places.onOtherTab(() => {
    if (state.session?.refreshToken === undefined) return;
    const kept = sessionIn(places.browser);
    if (kept === null) set({ status: 'none', session: null });
    else if (kept.token !== state.session.token) set({ status: 'open', session: kept });
  });

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    open(session) {
      keep(session);
      given = undefined;
      set({ status: 'open', session });
    },
    token,
    async close() {
      const { session } = state;
      if (session === null) return;
      (session.refreshToken === undefined ? places.tab : places.browser).removeItem(storageKey);
      set({ status: 'none', session: null });
      const { refreshToken } = session;
      // Where it cannot be reached, the session ends by itself, unused, after 30 days.
      if (refreshToken !== undefined) await places.request('POST', '/logout', { refreshToken }).catch(() => undefined);
    },
  };
}

const isOf = (session: Session, { id, account }: User): boolean => session.user.id === id && session.user.account === account;

function read({ tab, browser }: SessionPlaces): SessionState {
  const session = sessionIn(tab) ?? sessionIn(browser);
  return session === null ? { status: 'none', session: null } : { status: 'open', session };
}

function sessionIn(storage: Storage): Session | null {
  try {
    const session = JSON.parse(storage.getItem(storageKey) ?? 'null') as Session | null;
    if (typeof session?.token === 'string' && typeof session.user?.id === 'string') return session;
  } catch {
    // Not ours, or cut off: signing in again is the way out.
  }
  return null;
}
