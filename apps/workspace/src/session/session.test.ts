import { beforeEach, expect, it } from 'vitest';
import { createSessionStore, type Session, type SessionPlaces, type SessionStore } from './session.ts';
import { SignInRefusal } from './sign-in-request.ts';

const user = { id: 'ada', name: 'Ada', account: 'demo', roles: [] };
const minute = 60_000;

let nowMs = 0;
let serial = 0;
/** The server's side: which refresh token is good, and what was asked. */
let good = '';
let asked: string[] = [];
let reachable = true;
let queue: Promise<unknown> = Promise.resolve();
let browser: Storage;
let tabs: (() => void)[] = [];

function storage(onChange?: () => void): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => {
      items.set(key, value);
      onChange?.();
    },
    removeItem: (key: string) => {
      items.delete(key);
      onChange?.();
    },
  } as unknown as Storage;
}

const jwt = (endsAt: number): string => `h.${btoa(JSON.stringify({ exp: endsAt / 1000, n: (serial += 1) }))}.s`;

function next(): Session {
  good = `r${(serial += 1)}`;
  return { token: jwt(nowMs + 15 * minute), refreshToken: good, user };
}

async function request(_method: string, path: string, body?: object): Promise<never> {
  await Promise.resolve();
  if (!reachable) throw new SignInRefusal('unreachable');
  asked.push(path);
  if (path === '/demo') return { token: jwt(nowMs + 15 * minute), user } as never;
  const { refreshToken } = body as { refreshToken: string };
  if (path === '/logout') return undefined as never;
  if (refreshToken !== good) {
    good = '';
    throw new SignInRefusal('unauthenticated');
  }
  return next() as never;
}

function openTab(): SessionStore {
  const places: SessionPlaces = {
    tab: storage(),
    browser,
    request,
    now: () => nowMs,
    alone: (_name, work) => (queue = queue.then(work, work)),
    onOtherTab: (listener) => tabs.push(listener),
  };
  return createSessionStore(places);
}

beforeEach(() => {
  [nowMs, good, asked, reachable, tabs] = [0, '', [], true, []];
  browser = storage(() => tabs.forEach((tell) => tell()));
});

it('gives the token at hand, and renews it before it ends', async () => {
  const tab = openTab();
  tab.open(next());
  const first = await tab.token(user);
  expect(asked).toEqual([]);
  nowMs += 14.5 * minute;
  expect(await tab.token(user)).not.toBe(first);
  expect(asked).toEqual(['/refresh']);
});

it('renews one that was refused, though it has not ended', async () => {
  const tab = openTab();
  tab.open(next());
  const first = await tab.token(user);
  expect(await tab.token(user)).not.toBe(first);
});

it('renews once for all tabs, and never with a refresh token that was used', async () => {
  openTab().open(next());
  const all = [openTab(), openTab(), openTab()];
  await Promise.all(all.map((tab) => tab.token(user)));
  nowMs += 20 * minute;
  const tokens = await Promise.all(all.map((tab) => tab.token(user)));
  expect(new Set(tokens).size).toBe(1);
  expect(asked).toEqual(['/refresh']);
});

it('waits for the same person to sign in again when the session is over', async () => {
  const tab = openTab();
  tab.open(next());
  await tab.token(user);
  good = 'another';
  let got = '';
  const waiting = tab.token(user).then((token) => (got = token));
  await queue.catch(() => undefined);
  await Promise.resolve();
  expect(tab.get().status).toBe('expired');
  expect(got).toBe('');
  const again = next();
  tab.open(again);
  await waiting;
  expect(got).toBe(again.token);
});

it('shows what is kept without a network, though the token has ended', async () => {
  openTab().open(next());
  nowMs += 60 * minute;
  reachable = false;
  const tab = openTab();
  await tab.token(user);
  await expect(tab.token(user)).rejects.toMatchObject({ code: 'unreachable' });
  reachable = true;
  await tab.token(user);
  expect(tab.get().status).toBe('open');
});

it('signs out in all tabs, and at the server', async () => {
  openTab().open(next());
  const [first, second] = [openTab(), openTab()];
  await first.close();
  expect(second.get().status).toBe('none');
  expect(asked).toEqual(['/logout']);
  await expect(second.token(user)).rejects.toMatchObject({ code: 'unauthenticated' });
});

it('keeps a person of the demo in their tab alone, and signs them in again by themselves', async () => {
  const [ada, other] = [openTab(), openTab()];
  const { token } = next();
  ada.open({ token, user });
  expect(other.get().status).toBe('none');
  expect(openTab().get().status).toBe('none');
  nowMs += 60 * minute;
  expect(await ada.token(user)).not.toBe(token);
  expect(asked).toEqual(['/demo']);
});
