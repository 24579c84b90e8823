import {
  collection,
  compileConfig,
  defineConfig,
  field,
  type CollectionAccess,
  type CollectionSchema,
  type Schema,
} from '@concord/schema';
import { describe, expect, it } from 'vitest';
import type { Principal } from './principal.ts';
import { accessDigest, mayCreate, mayDelete, mayRead, mayUpdate } from './rules.ts';

function schemaWith(access: CollectionAccess, others: readonly string[] = []): Schema {
  const fields = { title: field.string() };
  const rest = Object.fromEntries(others.map((name) => [name, collection({ fields })]));
  return compileConfig(defineConfig({ collections: { ...rest, tickets: collection({ fields, access }) } }), 'test');
}

function bearer(...roles: readonly string[]): Principal {
  return { account: 'acme', user: 'ada', name: 'Ada', roles };
}

describe('roles', () => {
  const tickets = schemaWith({ read: ['member', 'guest'], create: [], delete: ['admin'] }).collections.get(
    'tickets',
  ) as CollectionSchema;

  it('admit those who have one of them', () => {
    expect(mayRead(bearer('guest'), tickets)).toBe(true);
    expect(mayRead(bearer('other'), tickets)).toBe(false);
    expect(mayRead(bearer(), tickets)).toBe(false);
    expect(mayDelete(bearer('member', 'admin'), tickets)).toBe(true);
    expect(mayDelete(bearer('member'), tickets)).toBe(false);
  });

  it('admit everyone where there is no list, and nobody where it is empty', () => {
    expect(mayUpdate(bearer(), tickets)).toBe(true);
    expect(mayCreate(bearer('member', 'admin'), tickets)).toBe(false);
  });
});

describe('[F6] the digest of what one may see', () => {
  const schema = schemaWith({ read: ['member', 'guest'] });
  const digest = accessDigest(bearer('member', 'admin'), schema);

  it('is short, and the same whatever the order', () => {
    expect(digest).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(accessDigest(bearer('admin', 'member', 'admin'), schema)).toBe(digest);
    expect(accessDigest(bearer('member', 'admin'), schemaWith({ read: ['guest', 'member'] }))).toBe(digest);
    expect(accessDigest({ ...bearer('member', 'admin'), user: 'ben', expiresAt: 1 }, schema)).toBe(digest);
  });

  it('differs where roles or rules differ', () => {
    expect(accessDigest(bearer('member'), schema)).not.toBe(digest);
    expect(accessDigest(bearer('member,admin'), schema)).not.toBe(digest);
    expect(accessDigest(bearer('member', 'admin'), schemaWith({ read: ['member'] }))).not.toBe(digest);
    expect(accessDigest(bearer('member', 'admin'), schemaWith({}))).not.toBe(digest);
    expect(accessDigest(bearer('member', 'admin'), schemaWith({ read: [] }))).not.toBe(digest);
    expect(accessDigest(bearer('member', 'admin'), schemaWith({ read: ['member', 'guest'] }, ['notes']))).not.toBe(digest);
  });
});
