import { ConcordError, isName } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import { isGuestId, type Principal } from './principal.ts';
import type { Revocations } from './revocations.ts';
import { judge, openSession, parseRefreshToken, rotate, type StoredSession } from './sessions.ts';
import { areRoles } from './tokens.ts';

/** A person who signs in here, with a password. */
export interface User {
  /** What one signs in with. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** Somebody has signed in, or goes on with a session. */
export interface SignedIn {
  readonly account: string;
  readonly user: User;
  readonly session: string;
  /** Good for one use. */
  readonly refreshToken: string;
}

/** The people of each account, and their sessions. What is written holds from the moment the call resolves. */
export interface Users {
  /** Throws `bad_request` with the field that is at fault, and `record_exists`. `creator` is named as such. */
  create(account: string, creator: string, request: unknown): Promise<User>;
  /** In order of their ids. */
  list(account: string): Promise<readonly User[]>;
  /** Changes name, roles, `disabled` or password. All but a name ends the user's sessions. Throws `not_found`. */
  change(account: string, id: string, request: unknown): Promise<User>;
  /** Ends the user's sessions. Throws `not_found`. */
  delete(account: string, id: string): Promise<void>;
  /** Throws `unauthenticated`, which says neither what was wrong nor whether there is such a user. */
  signIn(request: { readonly account: unknown; readonly user: unknown; readonly password: unknown }): Promise<SignedIn>;
  /** A token that was used before ends its session: somebody has a copy. Throws `unauthenticated`. */
  refresh(refreshToken: unknown): Promise<SignedIn>;
  /** Ends the session of a refresh token, be it used or not. Does nothing if there is none. */
  signOut(refreshToken: unknown): Promise<void>;
  /** Ends the session that `who` has signed in to, if it is one of a built-in user. */
  endSession(who: Principal): Promise<void>;
  /** The only account that has a user of that id; undefined where none has one, or several. */
  accountOf(user: string): Promise<string | undefined>;
  /** Ends all sessions but the caller's. Throws `forbidden` where the current password is another. */
  changePassword(who: Principal, request: { readonly current: unknown; readonly next: unknown }): Promise<void>;
  /** Throws `unauthenticated` unless that session goes on. */
  checkSession(account: string, user: string, session: string): Promise<void>;
}

export interface UsersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly revocations: Revocations;
}

/** A user's one row: what is decided under its lock is decided for the sessions, too. */
interface StoredUser extends Omit<User, 'id'> {
  readonly hash: string;
  /** Oldest first. */
  readonly sessions: readonly StoredSession[];
}

/** Of one user; the one that was not used for longest makes room. */
const maxSessions = 50;

const prefix = 'user/';

/** What a connection ends with, when the session does. */
export function credentialOfSession(session: string): string {
  return `session:${session}`;
}

export function createUsers({ store, clock, passwords, revocations }: UsersOptions): Users {
  const read = async (account: string, id: string): Promise<StoredUser | undefined> => {
    if (!isName('account', account) || !isName('user', id)) return undefined;
    const bytes = await store.get(keyOf(account, id));
    return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredUser);
  };
  const locked = <T>(account: string, id: string, work: () => Promise<T>): Promise<T> => store.lock(keyOf(account, id), work);

  /** Only under its lock. What is gone of the sessions of `before` ends at once. */
  const write = async (account: string, id: string, before: StoredUser | undefined, after: StoredUser | undefined) => {
    const now = clock.now();
    const sessions = (after?.sessions ?? []).filter(({ expiresAt }) => expiresAt > now).slice(-maxSessions);
    const kept = new Set(sessions.map((session) => session.id));
    await store.commit([], (tx) => {
      if (after === undefined) tx.delete(keyOf(account, id));
      else tx.put(keyOf(account, id), Buffer.from(JSON.stringify({ ...after, sessions })));
    });
    for (const session of before?.sessions ?? []) if (!kept.has(session.id)) revocations.revoke(credentialOfSession(session.id));
  };

  /** The names of all accounts that have users: of each, no more than one row is read. */
  async function* accounts(): AsyncIterable<string> {
    let from: { readonly gt: string } | undefined;
    for (;;) {
      let account: string | undefined;
      for await (const [key] of store.range({ prefix, limit: 1, ...from })) account = key.split('/')[1];
      if (account === undefined) return;
      yield account;
      // Behind all that begin with the account and a slash.
      from = { gt: `${prefix}${account}0` };
    }
  }

  const isGood = (user: StoredUser | undefined, session: string): boolean =>
    user?.sessions.some(({ id, expiresAt }) => id === session && expiresAt > clock.now()) === true;

  return {
    async create(account, creator, request) {
      const { id, name = id, roles = [], password, ...rest } = objectOf(request);
      if (!isName('account', account)) throw new ConcordError('invalid_name', { message: 'This is no name of an account.' });
      // API keys and guests are actors, too, under ids of these forms.
      if (!isName('user', id) || id.startsWith('api-key:') || isGuestId(id))
        throw new ConcordError('bad_request', {
          field: 'id',
          message: 'An id has at most 128 printable characters, and begins with neither api-key: nor guest-.',
        });
      const checked = { name: checkUserName(name), roles: checkRoles(roles) };
      refuseOthers(rest);
      const hash = await passwords.hash(checkPassword(password));
      return await locked(account, id, async () => {
        if ((await read(account, id)) !== undefined)
          throw new ConcordError('record_exists', { field: 'id', message: 'There is a user of that id.' });
        const createdAt = new Date(clock.now()).toISOString();
        const user: StoredUser = { ...checked, disabled: false, createdAt, createdBy: creator, hash, sessions: [] };
        await write(account, id, undefined, user);
        return shown(id, user);
      });
    },

    async list(account) {
      const all = keyOf(account, '');
      const found: User[] = [];
      for await (const [key, value] of store.range({ prefix: all }))
        found.push(shown(key.slice(all.length), JSON.parse(Buffer.from(value).toString('utf8')) as StoredUser));
      return found;
    },

    async change(account, id, request) {
      const { name, roles, disabled, password, ...rest } = objectOf(request);
      refuseOthers(rest);
      if (disabled !== undefined && typeof disabled !== 'boolean')
        throw new ConcordError('bad_request', { field: 'disabled', message: 'It is true or false.' });
      const changes = {
        ...(name === undefined ? {} : { name: checkUserName(name) }),
        ...(roles === undefined ? {} : { roles: checkRoles(roles) }),
        ...(disabled === undefined ? {} : { disabled }),
        ...(password === undefined ? {} : { hash: await passwords.hash(checkPassword(password)) }),
      };
      const endsSessions = roles !== undefined || disabled === true || password !== undefined;
      return await locked(account, id, async () => {
        const before = await read(account, id);
        if (before === undefined) throw new ConcordError('not_found');
        const after = { ...before, ...changes, ...(endsSessions ? { sessions: [] } : {}) };
        await write(account, id, before, after);
        return shown(id, after);
      });
    },

    delete: (account, id) =>
      locked(account, id, async () => {
        const before = await read(account, id);
        if (before === undefined) throw new ConcordError('not_found');
        await write(account, id, before, undefined);
      }),

    async signIn({ account, user: id, password }) {
      if (typeof account !== 'string' || typeof id !== 'string' || typeof password !== 'string') throw wrong();
      const found = await read(account, id);
      // Also where there is nobody, and for who is disabled: the time it takes tells nothing.
      const matches = await passwords.verify(password, found?.hash);
      if (!matches || found === undefined || found.disabled) throw wrong();
      const hash = passwords.isDated(found.hash) ? await passwords.hash(password) : found.hash;
      return await locked(account, id, async () => {
        const before = await read(account, id);
        // What was checked is no longer so: the password was changed, or the user disabled, in the meantime.
        if (before === undefined || before.disabled || before.hash !== found.hash) throw wrong();
        const { session, refreshToken } = openSession(account, id, clock.now());
        await write(account, id, before, { ...before, hash, sessions: [...before.sessions, session] });
        return { account, user: shown(id, before), session: session.id, refreshToken };
      });
    },

    async refresh(refreshToken) {
      const token = parseRefreshToken(refreshToken);
      if (token === undefined) throw new ConcordError('unauthenticated');
      const { account, user: id } = token;
      return await locked(account, id, async () => {
        const before = await read(account, id);
        const session = before?.sessions.find((one) => one.id === token.session);
        if (before === undefined || session === undefined || !isGood(before, session.id))
          throw new ConcordError('unauthenticated');
        const others = before.sessions.filter((one) => one !== session);
        const verdict = judge(token, session);
        if (verdict === 'used') await write(account, id, before, { ...before, sessions: others });
        if (verdict !== 'good') throw new ConcordError('unauthenticated');
        const next = rotate(token, clock.now());
        await write(account, id, before, { ...before, sessions: [...others, next.session] });
        return { account, user: shown(id, before), session: session.id, refreshToken: next.refreshToken };
      });
    },

    async signOut(refreshToken) {
      const token = parseRefreshToken(refreshToken);
      if (token === undefined) return;
      const { account, user: id } = token;
      await locked(account, id, async () => {
        const before = await read(account, id);
        const session = before?.sessions.find((one) => one.id === token.session);
        if (before === undefined || session === undefined || judge(token, session) === 'foreign') return;
        await write(account, id, before, { ...before, sessions: before.sessions.filter((one) => one !== session) });
      });
    },

    async endSession({ account, user: id, session }) {
      if (session === undefined) return;
      await locked(account, id, async () => {
        const before = await read(account, id);
        if (before === undefined) return;
        await write(account, id, before, { ...before, sessions: before.sessions.filter((one) => one.id !== session) });
      });
    },

    async accountOf(id) {
      const found: string[] = [];
      for await (const account of accounts()) if ((await read(account, id)) !== undefined) found.push(account);
      return found.length === 1 ? found[0] : undefined;
    },

    async changePassword({ account, user: id, session }, { current, next }) {
      const found = await read(account, id);
      if (session === undefined || found === undefined)
        throw new ConcordError('forbidden', { message: 'Only who has signed in here with a password has one to change.' });
      const password = checkPassword(next, 'next');
      if (typeof current !== 'string' || !(await passwords.verify(current, found.hash)))
        throw new ConcordError('forbidden', { field: 'current', message: 'That is not the current password.' });
      const hash = await passwords.hash(password);
      await locked(account, id, async () => {
        const before = await read(account, id);
        if (before === undefined || before.hash !== found.hash || !isGood(before, session))
          throw new ConcordError('unauthenticated');
        await write(account, id, before, { ...before, hash, sessions: before.sessions.filter((one) => one.id === session) });
      });
    },

    async checkSession(account, id, session) {
      if (!isGood(await read(account, id), session)) throw new ConcordError('unauthenticated');
    },
  };
}

/** An account's name holds no slash, so the first one behind the prefix ends it. */
function keyOf(account: string, id: string): string {
  return `${prefix}${account}/${id}`;
}

function shown(id: string, { hash: _hash, sessions: _sessions, ...user }: StoredUser): User {
  return { id, ...user };
}

function wrong(): ConcordError {
  return new ConcordError('unauthenticated', { message: 'The account, the user or the password is wrong.' });
}

function objectOf(request: unknown): Record<string, unknown> {
  return (typeof request === 'object' && request !== null ? request : {}) as Record<string, unknown>;
}

function checkUserName(name: unknown): string {
  if (isName('user', name)) return name;
  throw new ConcordError('bad_request', { field: 'name', message: 'A name has at most 128 printable characters.' });
}

function checkRoles(roles: unknown): readonly string[] {
  if (areRoles(roles)) return roles;
  throw new ConcordError('bad_request', { field: 'roles', message: 'Roles are a list of names.' });
}

function refuseOthers(rest: Record<string, unknown>): void {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new ConcordError('bad_request', { field: unknown.slice(0, 80), message: 'A user has no such field.' });
}
