import type { Store } from '@concord/store';
import type { DemoConfig } from '@concord/schema';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { isGuestId, type Principal } from './principal.ts';
import type { Users } from './users.ts';

/** Somebody of an account, as everybody of it may know them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/**
 * The names of an account's people, for mentions and for showing who did something: those who sign in here, those of the
 * demo, and those whose token was accepted once. API keys are not people.
 */
export interface People {
  /** A token of that bearer has been accepted. */
  note(principal: Principal): void;
  /** Those of whom a word of the name, or the id, begins with what is asked for; in order of their names. */
  find(account: string, query: string, limit: number): Promise<readonly Person[]>;
  /** In the order in which they are asked for, without those of whom nothing is known. */
  named(account: string, ids: readonly string[]): Promise<readonly Person[]>;
  /** Forgets the name of somebody whose token was accepted. Answers whether there was one. */
  forget(account: string, id: string): Promise<boolean>;
}

export interface PeopleOptions {
  readonly store: Store;
  readonly users: Users;
  /** Null outside a demonstration. */
  readonly demo: DemoConfig | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many names are remembered as kept, of all accounts together. */
const maxRemembered = 10_000;

/** How often one person's name is written: two issuers may call the same user by two names. */
const settleMs = 60_000;

interface Kept {
  /** Undefined where keeping it has failed. */
  readonly name: string | undefined;
  readonly at: number;
}

const prefix = 'person/';

export function createPeople({ store, users, demo, clock, logger }: PeopleOptions): People {
  /** In the order in which they were seen. */
  const kept = new Map<string, Kept>();

  function remember(key: string, entry: Kept): void {
    kept.delete(key);
    kept.set(key, entry);
    const [oldest = ''] = kept.keys();
    if (kept.size > maxRemembered) kept.delete(oldest);
  }

  async function keep(key: string, user: string, name: string): Promise<void> {
    try {
      const before = decode(await store.get(key));
      // Who has no name goes by the id, which is no news to whom has had one.
      if (before === name || (before !== undefined && name === user)) return;
      await store.commit([], (tx) => tx.put(key, Buffer.from(name)));
    } catch (error) {
      remember(key, { name: undefined, at: clock.now() });
      logger.error({ err: error }, 'keeping the name of a person failed');
    }
  }

  /** Each with whether they can be mentioned: who cannot sign in any more, and a guest, is still named where they did something. */
  async function all(account: string): Promise<Map<string, { readonly name: string; readonly isThere: boolean }>> {
    const found = new Map<string, { readonly name: string; readonly isThere: boolean }>();
    const begin = keyOf(account, '');
    for await (const [key, value] of store.range({ prefix: begin }))
      found.set(key.slice(begin.length), { name: decode(value), isThere: !isGuestId(key.slice(begin.length)) });
    if (demo?.account === account) for (const { id, name } of demo.people) found.set(id, { name, isThere: true });
    for (const { id, name, disabled } of await users.list(account)) found.set(id, { name, isThere: !disabled });
    return found;
  }

  return {
    note({ account, user, name }) {
      const key = keyOf(account, user);
      const before = kept.get(key);
      const now = clock.now();
      if (before !== undefined && (before.name === name || now < before.at + settleMs)) return;
      remember(key, { name, at: now });
      // Whoever asks for something does not wait for it, and what fails is logged.
      void keep(key, user, name);
    },

    async find(account, query, limit) {
      const asked = plain(query).trim();
      const words = wordsOf(asked);
      const matches = (id: string, name: string): boolean => {
        const has = wordsOf(plain(name));
        if (asked === '' || plain(id).startsWith(asked)) return true;
        return words.length > 0 && words.every((word) => has.some((one) => one.startsWith(word)));
      };
      const found: (Person & { readonly order: string })[] = [];
      for (const [id, { name, isThere }] of await all(account))
        if (isThere && matches(id, name)) found.push({ id, name, order: `${plain(name)}\0${id}` });
      found.sort((a, b) => (a.order < b.order ? -1 : 1));
      return found.slice(0, limit).map(({ id, name }) => ({ id, name }));
    },

    async named(account, ids) {
      const people = await all(account);
      return [...new Set(ids)].flatMap((id) => {
        const person = people.get(id);
        return person === undefined ? [] : [{ id, name: person.name }];
      });
    },

    async forget(account, id) {
      const key = keyOf(account, id);
      kept.delete(key);
      if ((await store.get(key)) === undefined) return false;
      await store.commit([], (tx) => tx.delete(key));
      return true;
    },
  };
}

/** An account's name holds no slash, so the first one behind the prefix ends it. */
function keyOf(account: string, id: string): string {
  return `${prefix}${account}/${id}`;
}

function decode(value: Uint8Array): string;
function decode(value: Uint8Array | undefined): string | undefined;
function decode(value: Uint8Array | undefined): string | undefined {
  return value && Buffer.from(value).toString('utf8');
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
