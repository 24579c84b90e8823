import {
  collection,
  compileConfig,
  defineConfig,
  field,
  policy,
  type CollectionAccess,
  type CollectionSchema,
  type PartSchema,
  type Policy,
  type Schema,
} from '@concord/schema';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Principal } from './principal.ts';
import { createAccess, type Access } from './access.ts';

function schemaWith(access: CollectionAccess, others: readonly string[] = []): Schema {
  const fields = { title: field.string() };
  const rest = Object.fromEntries(others.map((name) => [name, collection({ fields })]));
  return compileConfig(defineConfig({ collections: { ...rest, tickets: collection({ fields, access }) } }), 'test');
}

function bearer(...roles: readonly string[]): Principal {
  return { account: 'acme', user: 'ada', name: 'Ada', roles };
}

const facts = { id: '1', createdAt: '2026-11-21T10:00:00.000Z', createdBy: 'ada' };

function accessWith(schema: Schema, lines: string[] = []): Access {
  return createAccess(schema, pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }));
}

describe('roles', () => {
  const schema = schemaWith({ read: ['member', 'guest'], create: [], delete: ['admin'] });
  const tickets = schema.collections.get('tickets') as CollectionSchema;
  const access = accessWith(schema);

  it('admit those who have one of them', () => {
    expect(access.may(bearer('guest'), 'read', tickets, facts)).toBe(true);
    expect(access.may(bearer('other'), 'read', tickets, facts)).toBe(false);
    expect(access.may(bearer(), 'read', tickets, facts)).toBe(false);
    expect(access.may(bearer('member', 'admin'), 'delete', tickets, facts)).toBe(true);
    expect(access.may(bearer('member'), 'delete', tickets, facts)).toBe(false);
  });

  it('admit everyone where there is no list, and nobody where it is empty', () => {
    expect(access.may(bearer('member'), 'update', tickets, facts)).toBe(true);
    expect(access.may(bearer('member', 'admin'), 'create', tickets, facts)).toBe(false);
  });

  it('admit nobody to write a part of what one may not read', () => {
    const fields = { title: field.string(), grade: field.string({ access: { write: ['hr'] } }) };
    const config = defineConfig({ collections: { staff: collection({ fields, access: { read: ['member'] } }) } });
    const { collections } = compileConfig(config, 'test');
    const staff = collections.get('staff') as CollectionSchema;
    const grade = staff.parts.get('grade') as PartSchema;
    expect(access.mayWrite(bearer('hr'), staff, grade, facts)).toBe(false);
    expect(access.mayWrite(bearer('hr', 'member'), staff, grade, facts)).toBe(true);
  });

  it('admit nobody to change or delete what one may not read', () => {
    expect(access.may(bearer('admin'), 'delete', tickets, facts)).toBe(false);
    expect(access.could(bearer('admin'), 'delete', tickets)).toBe(false);
    expect(access.may(bearer(), 'update', tickets, facts)).toBe(false);
  });
});

describe('[R6] a policy', () => {
  const withPolicy = (allow: Policy['allow'], reads: readonly string[] = []): Schema =>
    compileConfig(
      defineConfig({
        collections: {
          tickets: collection({
            fields: {
              title: field.string(),
              members: field.set({ delegable: true }),
              salary: field.number({ access: { read: policy({ reads, allow }) } }),
            },
            access: { update: policy({ reads, allow }) },
          }),
        },
      }),
      'test',
    );
  const ask = (allow: Policy['allow'], reads?: readonly string[], lines?: string[]): boolean => {
    const schema = withPolicy(allow, reads);
    const tickets = schema.collections.get('tickets') as CollectionSchema;
    return accessWith(schema, lines).may(bearer('member'), 'update', tickets, { ...facts, title: 'x', members: ['ada'] });
  };

  it('decides by the user and the record', () => {
    expect(ask(({ user, record }) => record.members.includes(user.id), ['members'])).toBe(true);
    expect(ask(({ user, record }) => record.members.includes(user.name), ['members'])).toBe(false);
    expect(ask(({ user, record }) => record.createdBy === user.id && user.account === 'acme')).toBe(true);
  });

  it('sees no field that it does not name', () => {
    expect(ask(({ record }) => record.title === undefined && record.members !== undefined, ['members'])).toBe(true);
  });

  it.each<[string, Policy['allow']]>([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['answers later', (() => Promise.resolve(true)) as never],
    ['fails later', (() => Promise.reject(new Error('no'))) as never],
    ['answers with what is not true', (() => 1) as never],
  ])('denies where it %s, and says so', (_how, allow) => {
    const lines: string[] = [];
    expect(ask(allow, [], lines)).toBe(false);
    expect(lines).toHaveLength(1);
  });

  it('decides on parts one by one', () => {
    const schema = withPolicy(({ user }) => user.roles.includes('hr'));
    const tickets = schema.collections.get('tickets') as CollectionSchema;
    const access = accessWith(schema);
    expect([...(access.projection(bearer('hr'), tickets, facts)?.fields.keys() ?? [])]).toEqual(['title', 'members', 'salary']);
    expect([...(access.projection(bearer('member'), tickets, facts)?.fields.keys() ?? [])]).toEqual(['title', 'members']);
    expect(access.standing(bearer('member'), tickets)).toBe('undecided');
    expect(access.widest(bearer('member'), tickets)?.isWhole).toBe(true);
  });
});

describe('scopes', () => {
  const schema = schemaWith({}, ['notes']);
  const [notes, tickets] = ['notes', 'tickets'].map((name) => schema.collections.get(name) as CollectionSchema) as [
    CollectionSchema,
    CollectionSchema,
  ];
  const access = accessWith(schema);

  it('narrow what roles allow, by collection', () => {
    const key: Principal = { ...bearer('member'), scopes: ['notes:read', 'tickets:write'] };
    expect(access.may(key, 'read', notes, facts)).toBe(true);
    expect(access.may(key, 'update', notes, facts)).toBe(false);
    expect(access.mayWrite(key, notes, notes.content, facts)).toBe(false);
    expect(access.may(key, 'read', tickets, facts)).toBe(true);
    expect(access.may(key, 'delete', tickets, facts)).toBe(true);
    expect(access.may({ ...key, scopes: [] }, 'read', notes, facts)).toBe(false);
    expect(access.may({ ...key, scopes: ['*:read'] }, 'read', tickets, facts)).toBe(true);
    expect(access.may({ ...key, scopes: ['*:read'] }, 'create', tickets, facts)).toBe(false);
  });
});

function digestOf(principal: Principal, schema: Schema): string {
  return accessWith(schema).digest(principal);
}

describe('[F6] the digest of what one may see', () => {
  const schema = schemaWith({ read: ['member', 'guest'] });
  const digest = digestOf(bearer('member', 'admin'), schema);

  it('is short, and the same whatever the order', () => {
    expect(digest).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(digestOf(bearer('admin', 'member', 'admin'), schema)).toBe(digest);
    expect(digestOf(bearer('member', 'admin'), schemaWith({ read: ['guest', 'member'] }))).toBe(digest);
    expect(digestOf({ ...bearer('member', 'admin'), user: 'ben', expiresAt: 1 }, schema)).toBe(digest);
  });

  it('differs by the user and by the source of the policy, where a policy decides', () => {
    const schemas = ['ada', 'ben'].map((name) =>
      schemaWith({
        read: policy({ reads: [], allow: name === 'ada' ? ({ user }) => user.id !== '' : ({ user }) => user.id === '' }),
      }),
    );
    const people = [bearer('member'), { ...bearer('member'), user: 'ben' }];
    expect(new Set(schemas.flatMap((one) => people.map((person) => digestOf(person, one)))).size).toBe(4);
  });

  it('differs where scopes, or who may read a part, differ', () => {
    const withPart = (read: readonly string[]): Schema =>
      compileConfig(
        defineConfig({ collections: { tickets: collection({ fields: { salary: field.number({ access: { read } }) } }) } }),
        'test',
      );
    expect(digestOf(bearer('member'), withPart(['hr']))).not.toBe(digestOf(bearer('member'), withPart(['hr', 'ceo'])));
    expect(digestOf({ ...bearer('member', 'admin'), scopes: ['*:read'] }, schema)).not.toBe(digest);
  });

  it('differs where roles or rules differ', () => {
    expect(digestOf(bearer('member'), schema)).not.toBe(digest);
    expect(digestOf(bearer('member,admin'), schema)).not.toBe(digest);
    expect(digestOf(bearer('member', 'admin'), schemaWith({ read: ['member'] }))).not.toBe(digest);
    expect(digestOf(bearer('member', 'admin'), schemaWith({}))).not.toBe(digest);
    expect(digestOf(bearer('member', 'admin'), schemaWith({ read: [] }))).not.toBe(digest);
    expect(digestOf(bearer('member', 'admin'), schemaWith({ read: ['member', 'guest'] }, ['notes']))).not.toBe(digest);
  });
});
