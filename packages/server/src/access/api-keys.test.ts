import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../clock.ts';
import { createApiKeys, type ApiKeys } from './api-keys.ts';
import { createAuthenticator } from './authenticator.ts';
import type { Principal } from './principal.ts';
import { createTokens } from './tokens.ts';

let folder: string;
let store: Store;
let keys: ApiKeys;
let now = Date.UTC(2026, 10, 21, 10);
const clock: Clock = { now: () => now, after: () => () => {} };
const ada: Principal = { account: 'acme', user: 'ada', name: 'Ada', roles: ['admin'] };
const eve: Principal = { account: 'evil', user: 'eve', name: 'Eve', roles: ['admin'] };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'concord-api-keys-'));
  store = await openLevelStore({ path: folder, durability: 'os' });
  keys = createApiKeys({ store, clock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const unauthenticated = expect.objectContaining({ code: 'unauthenticated', message: 'A valid token or API key is needed.' });

describe('API keys', () => {
  it('say which system of which account asks', async () => {
    const { id, key } = await keys.create(ada, { name: 'FileMaker', roles: ['member'] });
    expect(key).toMatch(/^ck_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(await keys.verify(key)).toEqual({
      account: 'acme',
      user: `api-key:${id}`,
      name: 'FileMaker',
      roles: ['member'],
      credential: `api-key:${id}`,
    });
  });

  it('are kept only as a hash', async () => {
    const { id, key } = await keys.create(ada, { name: 'FileMaker', roles: [] });
    const secret = key.slice(`ck_${id}_`.length);
    const stored = Buffer.from((await store.get(`api-key/${id}`)) ?? []).toString();
    expect(stored).toContain('FileMaker');
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
  });

  it('are listed by account, oldest first, without what is secret', async () => {
    const first = await keys.create(ada, { name: 'first' });
    now += 1000;
    const second = await keys.create(ada, { name: 'second', roles: ['member'] });
    await keys.create(eve, { name: 'other' });
    const { key: _first, ...one } = first;
    const { key: _second, ...two } = second;
    expect(await keys.list('acme')).toEqual([one, two]);
    expect(Object.keys(one).sort()).toEqual(['createdAt', 'createdBy', 'id', 'name', 'roles']);
  });

  it('are no longer taken once they are revoked', async () => {
    const { id, key } = await keys.create(ada, { name: 'FileMaker' });
    await keys.revoke('acme', id);
    await expect(keys.verify(key)).rejects.toEqual(unauthenticated);
    await expect(keys.revoke('acme', id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await keys.list('acme')).toEqual([]);
  });

  it('of another account cannot be revoked, and are answered as if there were none', async () => {
    const { id, key } = await keys.create(ada, { name: 'FileMaker' });
    await expect(keys.revoke('evil', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(keys.revoke('evil', '../../api-key')).rejects.toMatchObject({ code: 'not_found' });
    expect(await keys.verify(key)).toMatchObject({ account: 'acme' });
  });

  it('with another secret, another id or another shape are refused alike', async () => {
    const { id, key } = await keys.create(ada, { name: 'a' });
    const other = await keys.create(ada, { name: 'b' });
    const secretOf = (whole: string): string => whole.slice(-43);
    for (const wrong of [
      'ck_',
      `ck_${id}`,
      `ck_${id}_`,
      `ck_${id}_${secretOf(other.key)}`,
      `ck_${'0'.repeat(16)}_${secretOf(key)}`,
      `${key}A`,
      key.toUpperCase(),
      `ck_../../x_${secretOf(key)}`,
    ]) {
      await expect(keys.verify(wrong)).rejects.toEqual(unauthenticated);
    }
  });

  it.each([
    [undefined, 'name'],
    [null, 'name'],
    [[], 'name'],
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'a', roles: 'admin' }, 'roles'],
    [{ name: 'a', roles: [1] }, 'roles'],
    [{ name: 'a', account: 'evil' }, 'account'],
  ])('are not made of %j', async (request, field) => {
    await expect(keys.create(ada, request)).rejects.toMatchObject({ code: 'bad_request', field });
  });
});

describe('credentials', () => {
  it('are taken from the header, the key header and the query, in this order', async () => {
    const tokens = createTokens({ secret: 'x'.repeat(32), clock });
    const { authenticate } = createAuthenticator({ tokens, apiKeys: keys });
    const token = await tokens.mint({ account: 'acme', user: 'ada', roles: [], expiresInSeconds: 60 });
    const { id, key } = await keys.create(ada, { name: 'system' });
    const url = `/api/v1/changes?since=0&token=${encodeURIComponent(token)}`;
    expect(await authenticate({ headers: { authorization: `Bearer ${token}` } })).toMatchObject({ user: 'ada' });
    expect(await authenticate({ headers: { authorization: `bearer ${key}` } })).toMatchObject({ user: `api-key:${id}` });
    expect(await authenticate({ headers: { 'x-api-key': key }, url })).toMatchObject({ user: `api-key:${id}` });
    expect(await authenticate({ headers: {}, url })).toMatchObject({ user: 'ada' });
    expect(await authenticate({ headers: { authorization: 'Basic eDp5' }, url })).toMatchObject({ user: 'ada' });
  });

  it('that are bad are refused, whatever the others say', async () => {
    const tokens = createTokens({ secret: 'x'.repeat(32), clock });
    const { authenticate } = createAuthenticator({ tokens, apiKeys: keys });
    const { key } = await keys.create(ada, { name: 'system' });
    for (const request of [
      { headers: {} },
      { headers: {}, url: '/x' },
      { headers: {}, url: '/x?token=' },
      { headers: {}, url: '/x?token' },
      { headers: { authorization: 'Bearer' }, url: `/x?token=${key}` },
      { headers: { authorization: 'Bearer a b' }, url: `/x?token=${key}` },
      { headers: { authorization: 'Bearer x', 'x-api-key': key } },
      { headers: { 'x-api-key': [key, key] } },
      { headers: { 'x-api-key': '' }, url: `/x?token=${key}` },
    ]) {
      await expect(authenticate(request)).rejects.toEqual(unauthenticated);
    }
  });
});
