import { randomUUID } from 'node:crypto';
import { ConcordError, isName } from '@concord/protocol';
import type { CollectionSchema, Fields, MembersSchema, Schema } from '@concord/schema';
import { guestId, isGuestId, type Principal } from '../access/principal.ts';
import type { Tokens } from '../access/tokens.ts';
import { lastRole } from './membership.ts';
import type { Records } from './records.ts';

/** A guest, and the token by which it sees its record and nothing else. */
export interface Guest {
  readonly token: string;
  readonly principal: Principal & Required<Pick<Principal, 'only'>>;
}

/** Who comes to a page, and wants to talk. */
export interface Visitor {
  readonly account: string;
  readonly collection: string;
  readonly name?: string;
  /** Kept in the record's field `email`. */
  readonly email?: string;
}

/** Whom a program lets into a record that is there. */
export interface Invitation {
  readonly collection: string;
  readonly record: string;
  readonly name: string;
  /** How the program calls the guest, who is the same one then whenever it is let in; anybody when left out. */
  readonly user?: string;
}

/** People without an account of their own, each in one record of a collection whose members say that there are guests. */
export interface Guests {
  /** Makes a record for a visitor. @throws `not_found` where there are no guests, `invalid_record`, `bad_request` */
  welcome(visitor: Visitor): Promise<Guest>;
  /** @throws as `Records.appoint` does: the principal has to be able to let somebody in */
  invite(principal: Principal, invitation: Invitation): Promise<Guest>;
  /** Another token for who has one that is good, or was until a while ago. @throws `unauthenticated`, `token_expired`, `not_found`, `record_deleted` */
  renew(token: string): Promise<Guest>;
}

export interface GuestsOptions {
  readonly schema: Schema;
  readonly records: Records;
  readonly tokens: Tokens;
  /** Whether there is anybody who could answer. */
  readonly isAccount: (account: string) => Promise<boolean>;
}

export const guestTokenSeconds: number = 60 * 60;
const graceSeconds = 30 * 24 * 60 * 60;
const nobody = 'Visitor';

export function createGuests({ schema, records, tokens, isAccount }: GuestsOptions): Guests {
  /** The collection and its members, where guests are let in. */
  function find(name: string): { readonly collection: CollectionSchema; readonly members: MembersSchema } {
    const collection = schema.collections.get(name);
    const members = collection?.members ?? null;
    if (collection === undefined || members === null || members.guests === null) throw new ConcordError('not_found');
    return { collection, members };
  }

  async function admitted(account: string, user: string, name: string, collection: string, record: string): Promise<Guest> {
    const principal = { account, user, name, roles: ['guest'], only: { collection, record } };
    return { principal, token: await tokens.mint({ ...principal, expiresInSeconds: guestTokenSeconds }) };
  }

  return {
    async welcome({ account, collection: name, name: given, email }) {
      const { collection, members } = find(name);
      const called = readName(given ?? nobody);
      if (!isName('account', account) || !(await isAccount(account))) throw new ConcordError('not_found');
      const guest = await admitted(account, guestId(randomUUID()), called, name, randomUUID());
      const { user, only } = guest.principal;
      const invited = [user, ...(members.guests?.invite ?? [])].map((one) => [one, lastRole(members)]);
      const values = {
        ...members.guests?.values,
        ...contact(collection, called, email),
        [members.name]: Object.fromEntries(invited),
      };
      await records.found(guest.principal, name, { ...values, id: only.record });
      return guest;
    },

    async invite(principal, { collection: name, record, name: given, user = randomUUID() }) {
      const { members } = find(name);
      const called = readName(given);
      const id = guestId(user);
      if (!isName('user', id)) throw new ConcordError('bad_request', { field: 'user', message: 'This is no id of a user.' });
      if (principal.only !== undefined) throw new ConcordError('forbidden');
      const view = await records.get(principal, name, record);
      const before = Object.entries(view[members.name] as Fields).find(([member]) => member === id);
      await records.appoint(principal, name, record, id, before === undefined ? lastRole(members) : String(before[1]));
      return await admitted(principal.account, id, called, name, record);
    },

    async renew(token) {
      const principal = await tokens.recognize(token, graceSeconds);
      const { account, user, name, only } = principal;
      if (only === undefined || !isGuestId(user)) throw new ConcordError('unauthenticated');
      const { members } = find(only.collection);
      const view = await records.get(principal, only.collection, only.record);
      if (!Object.hasOwn(view[members.name] as Fields, user)) throw new ConcordError('not_found');
      return await admitted(account, user, name, only.collection, only.record);
    },
  };
}

function readName(given: string): string {
  const name = given.trim();
  if (!isName('user', name)) throw new ConcordError('bad_request', { field: 'name', message: 'This is no name of a person.' });
  return name;
}

/** What the record says of its guest, as far as it has a place for that. */
function contact({ fields }: CollectionSchema, name: string, email: string | undefined): Fields {
  const title = fields.get('title');
  const titled = title?.kind === 'string' ? { title: cut(name, title.max ?? name.length) } : {};
  if (email === undefined) return titled;
  if (fields.get('email')?.kind !== 'string')
    throw new ConcordError('bad_request', { field: 'email', message: 'There is no place for an address here.' });
  return { ...titled, email };
}

/** Not inside of a surrogate pair. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
