import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createPasswords, type HashPassword, type HashWork } from './passwords.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import { refreshMs } from './sessions.ts';
import { createUsers, credentialOfSession, type SignedIn, type Users } from './users.ts';

const light: HashWork = { memoryKiB: 64, passes: 1, lanes: 1 };
const password = 'correct horse';
const ada = { account: 'acme', user: 'ada', password };
const unauthenticated = expect.objectContaining({ code: 'unauthenticated' }) as Error;

let folder: string;
let store: Store;
let users: Users;
let revocations: Revocations;
let now: number;
const clock: Clock = { now: () => now, after: () => () => {} };

beforeEach(async () => {
  now = Date.UTC(2026, 10, 21, 10);
  folder = await mkdtemp(join(tmpdir(), 'concord-users-'));
  store = await openLevelStore({ path: folder, durability: 'os' });
  revocations = createRevocations(clock);
  users = createUsers({ store, clock, revocations, passwords: createPasswords({ work: light }) });
  await users.create('acme', 'test', { id: 'ada', name: 'Ada', roles: ['member'], password });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const goesOn = ({ account, user, session }: SignedIn): Promise<boolean> =>
  users.checkSession(account, user.id, session).then(
    () => true,
    () => false,
  );
const principal = ({ account, user, session }: SignedIn) => ({
  account,
  user: user.id,
  name: user.name,
  roles: user.roles,
  session,
});

describe('users', () => {
  it('sign in with their password, and only with that', async () => {
    const signedIn = await users.signIn(ada);
    const user = { id: 'ada', name: 'Ada', roles: ['member'], disabled: false, createdAt: '2026-11-21T10:00:00.000Z' };
    expect(signedIn).toMatchObject({ account: 'acme', user: { ...user, createdBy: 'test' } });
    expect(await goesOn(signedIn)).toBe(true);
    const refusals = [
      { ...ada, password: 'correct horsf' },
      { ...ada, user: 'nobody' },
      { ...ada, account: 'globex' },
      { ...ada, account: '../acme' },
      { ...ada, user: '' },
      { ...ada, password: null },
    ].map((request) => users.signIn(request).catch((error: unknown) => (error as Error).message));
    expect(new Set(await Promise.all(refusals))).toEqual(new Set(['The account, the user or the password is wrong.']));
  });

  it('and their sessions are kept without what is secret of them', async () => {
    const { refreshToken } = await users.signIn(ada);
    const stored = Buffer.from((await store.get('user/acme/ada')) ?? []).toString();
    expect(stored).toContain('$argon2id$');
    expect(stored).not.toContain(password);
    const secret = refreshToken.split('.')[2] ?? '';
    for (const part of [secret, secret.slice(0, 40), secret.slice(-40)]) expect(stored).not.toContain(part);
    expect(JSON.stringify(await users.list('acme'))).not.toMatch(/argon2|session|hash/);
  });

  it('are of their account, whatever their ids look like', async () => {
    await users.create('acme', 'test', { id: 'b/c', password });
    await users.create('acme2', 'test', { id: 'ada', password: 'another horse' });
    expect((await users.list('acme')).map(({ id }) => id)).toEqual(['ada', 'b/c']);
    expect((await users.refresh((await users.signIn({ ...ada, user: 'b/c' })).refreshToken)).user.id).toBe('b/c');
    await expect(users.signIn({ ...ada, account: 'acme2' })).rejects.toEqual(unauthenticated);
    await expect(users.delete('acme2', 'b/c')).rejects.toMatchObject({ code: 'not_found' });
    await users.delete('acme2', 'ada');
    expect(await users.signIn(ada)).toMatchObject({ user: { id: 'ada' } });
  });

  it.each([
    [undefined, 'id'],
    [{ password }, 'id'],
    [{ id: 'x\n', password }, 'id'],
    [{ id: 'api-key:0123456789abcdef', password }, 'id'],
    [{ id: 'x', name: '', password }, 'name'],
    [{ id: 'x', roles: 'admin', password }, 'roles'],
    [{ id: 'x', password: 'short' }, 'password'],
    [{ id: 'x' }, 'password'],
    [{ id: 'x', password, hash: '' }, 'hash'],
  ])('are not made of %j', async (request, field) => {
    await expect(users.create('acme', 'test', request)).rejects.toMatchObject({ code: 'bad_request', field });
  });

  it('of one id exist once, also when they are made at the same time', async () => {
    const made = await Promise.allSettled([1, 2, 3].map(() => users.create('acme', 'test', { id: 'eve', password })));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(users.create('acme', 'test', { id: 'ada', password })).rejects.toMatchObject({ code: 'record_exists' });
  });

  it.each([
    ['disabled', () => users.change('acme', 'ada', { disabled: true })],
    ['deleted', () => users.delete('acme', 'ada')],
    ['given other roles', () => users.change('acme', 'ada', { roles: [] })],
    ['given another password', () => users.change('acme', 'ada', { password: 'another horse' })],
  ])('that are %s are signed out everywhere, at once', async (_what, change) => {
    const sessions = await Promise.all([users.signIn(ada), users.signIn(ada)]);
    const ended: string[] = [];
    for (const { session } of sessions) revocations.onRevoked(credentialOfSession(session), () => ended.push(session));
    await change();
    expect(ended.toSorted()).toEqual(sessions.map(({ session }) => session).toSorted());
    expect(await Promise.all(sessions.map(goesOn))).toEqual([false, false]);
    for (const { refreshToken } of sessions) await expect(users.refresh(refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('that are disabled cannot sign in until they are enabled, nor be told from those who do not exist', async () => {
    await users.change('acme', 'ada', { disabled: true });
    await expect(users.signIn(ada)).rejects.toThrow('The account, the user or the password is wrong.');
    await users.change('acme', 'ada', { disabled: false, name: 'Ada L.' });
    const signedIn = await users.signIn(ada);
    await users.change('acme', 'ada', { name: 'Ada Lovelace' });
    expect(await goesOn(signedIn)).toBe(true);
  });

  it('have as many hashes computed for them whether they exist or not', async () => {
    let computed = 0;
    const compute: HashPassword = async () => {
      computed++;
      return new Uint8Array(32);
    };
    const counted = createUsers({ store, clock, revocations, passwords: createPasswords({ compute }) });
    await users.create('acme', 'test', { id: 'gone', password });
    await users.change('acme', 'gone', { disabled: true });
    for (const request of [ada, { ...ada, user: 'nobody' }, { ...ada, account: 'none' }, { ...ada, user: 'gone' }]) {
      computed = 0;
      await expect(counted.signIn(request)).rejects.toEqual(unauthenticated);
      expect(computed).toBe(1);
    }
  });

  it('have their hash renewed at the next sign-in, when more work is asked for', async () => {
    const later = createUsers({ store, clock, revocations, passwords: createPasswords({ work: { ...light, passes: 3 } }) });
    await later.signIn(ada);
    expect(Buffer.from((await store.get('user/acme/ada')) ?? []).toString()).toContain('m=64,t=3,p=1');
    await later.signIn(ada);
  });

  it('cannot begin a session with a password that is changed meanwhile', async () => {
    let proceed = (): void => {};
    const held = new Promise<void>((resolve) => (proceed = resolve));
    const slow = createPasswords({ work: light });
    const late = createUsers({
      store,
      clock,
      revocations,
      passwords: { ...slow, verify: async (...both) => (await slow.verify(...both)) && held.then(() => true) },
    });
    const signingIn = late.signIn(ada);
    await users.change('acme', 'ada', { password: 'another horse' });
    proceed();
    await expect(signingIn).rejects.toEqual(unauthenticated);
  });

  it('change their own password, which signs them out everywhere else', async () => {
    const [here, there] = [await users.signIn(ada), await users.signIn(ada)];
    const change = { current: password, next: 'another horse' };
    await expect(users.changePassword(principal(here), { ...change, current: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
      field: 'current',
    });
    await expect(users.changePassword(principal(here), { ...change, next: 'x' })).rejects.toMatchObject({
      code: 'bad_request',
      field: 'next',
    });
    const { session: _, ...external } = principal(here);
    await expect(users.changePassword(external, change)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await goesOn(there)).toBe(true);
    await users.changePassword(principal(here), change);
    expect([await goesOn(here), await goesOn(there)]).toEqual([true, false]);
    await expect(users.signIn(ada)).rejects.toEqual(unauthenticated);
    await users.signIn({ ...ada, password: 'another horse' });
  });
});

describe('a refresh token', () => {
  it('is good once, and gives the next one', async () => {
    const first = await users.signIn(ada);
    const second = await users.refresh(first.refreshToken);
    expect(second.session).toBe(first.session);
    const third = await users.refresh(second.refreshToken);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(await goesOn(third)).toBe(true);
  });

  it('that is used again signs out its whole family, and no other', async () => {
    const [first, other] = [await users.signIn(ada), await users.signIn(ada)];
    const second = await users.refresh(first.refreshToken);
    let ended = 0;
    revocations.onRevoked(credentialOfSession(first.session), () => ended++);
    await expect(users.refresh(first.refreshToken)).rejects.toEqual(unauthenticated);
    expect(ended).toBe(1);
    await expect(users.refresh(second.refreshToken)).rejects.toEqual(unauthenticated);
    expect([await goesOn(second), await goesOn(other)]).toEqual([false, true]);
  });

  it('that is used twice at the same time is good once at most', async () => {
    const { refreshToken } = await users.signIn(ada);
    const both = await Promise.allSettled([users.refresh(refreshToken), users.refresh(refreshToken)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('that is made up signs out nobody, also with a session that exists', async () => {
    const signedIn = await users.signIn(ada);
    const [whose = '', session = '', secret = ''] = signedIn.refreshToken.split('.');
    const other = (await users.signIn(ada)).refreshToken.split('.')[2] ?? '';
    for (const wrong of [
      `${whose}.${session}.${other}`,
      `${whose}.${session}.${'A'.repeat(86)}`,
      `${whose}.${'0'.repeat(32)}.${secret}`,
      `cr_${Buffer.from('acme/eve').toString('base64url')}.${session}.${secret}`,
      `cr_${Buffer.from('nothing').toString('base64url')}.${session}.${secret}`,
      `${signedIn.refreshToken}A`,
      'x'.repeat(5000),
      '',
      7,
    ]) {
      await expect(users.refresh(wrong)).rejects.toEqual(unauthenticated);
      await users.signOut(wrong);
    }
    expect(await goesOn(signedIn)).toBe(true);
  });

  it('ends after 30 days without use', async () => {
    const signedIn = await users.signIn(ada);
    now += refreshMs - 1000;
    const next = await users.refresh(signedIn.refreshToken);
    now += refreshMs - 1000;
    expect(await goesOn(next)).toBe(true);
    now += 1000;
    expect(await goesOn(next)).toBe(false);
    await expect(users.refresh(next.refreshToken)).rejects.toEqual(unauthenticated);
  });

  it('signs out, also when it was used before', async () => {
    const first = await users.signIn(ada);
    const second = await users.refresh(first.refreshToken);
    await users.signOut(first.refreshToken);
    expect(await goesOn(second)).toBe(false);
    await users.signOut(first.refreshToken);
  });

  it('of the oldest of more than fifty sessions makes room', async () => {
    const first = await users.signIn(ada);
    const second = await users.signIn(ada);
    for (let more = 0; more < 49; more++) await users.signIn(ada);
    expect([await goesOn(first), await goesOn(second)]).toEqual([false, true]);
  });
});
