import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ConcordError, isName } from '@concord/protocol';
import type { Store } from '@concord/store';
import type { Clock } from '../clock.ts';
import type { Principal } from './principal.ts';
import type { Revocations } from './revocations.ts';
import { areRoles } from './tokens.ts';

/** What may be told of a key after it was made. */
export interface ApiKeyInfo {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** What it is good for, within its roles; absent: everything. See `Principal`. */
  readonly scopes?: readonly string[];
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** The only time that the key itself is seen. */
export interface CreatedApiKey extends ApiKeyInfo {
  readonly key: string;
}

export interface ApiKeyRequest {
  readonly name: string;
  readonly roles: readonly string[];
  readonly scopes?: readonly string[];
}

/** Keys for other systems, `ck_<id>_<secret>`. They last until they are revoked. */
export interface ApiKeys {
  /** `creator` is who asks; the key belongs to its account. Throws `bad_request` with the field that is at fault. */
  create(creator: Principal, request: unknown): Promise<CreatedApiKey>;
  /** In order of their making. */
  list(account: string): Promise<readonly ApiKeyInfo[]>;
  /** Holds from the moment it resolves, and ends what is open by it. Throws `not_found`, for another account's key as for none. */
  revoke(account: string, id: string): Promise<void>;
  /** Throws `unauthenticated`. */
  verify(key: string): Promise<Principal>;
}

/** What is kept: of the secret only its hash. 256 random bits cannot be guessed, so a plain hash is enough. */
interface StoredKey extends Omit<ApiKeyInfo, 'id'> {
  readonly account: string;
  /** SHA-256, base64url. */
  readonly hash: string;
}

const prefix = 'api-key/';
const keyPattern = /^ck_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const idPattern = /^[0-9a-f]{16}$/;

/** Whether a credential looks like one of ours, so that it need not be tried as a token. */
export function isApiKey(credential: string): boolean {
  return credential.startsWith('ck_');
}

export interface ApiKeysOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly revocations?: Revocations;
}

export function createApiKeys({ store, clock, revocations }: ApiKeysOptions): ApiKeys {
  const read = async (id: string) => {
    const value = await store.get(prefix + id);
    return value && decode(value);
  };
  return {
    async create(creator, request) {
      const { name, roles, scopes } = checkRequest(request);
      const id = randomBytes(8).toString('hex');
      const secret = randomBytes(32).toString('base64url');
      const kept = scopes === undefined ? {} : { scopes };
      const info = { name, roles: [...roles], ...kept, createdAt: new Date(clock.now()).toISOString(), createdBy: creator.user };
      const stored: StoredKey = { account: creator.account, ...info, hash: sha256(secret).toString('base64url') };
      await store.commit([], (tx) => tx.put(prefix + id, Buffer.from(JSON.stringify(stored))));
      return { id, ...info, key: `ck_${id}_${secret}` };
    },

    async list(account) {
      const found: ApiKeyInfo[] = [];
      for await (const [key, value] of store.range({ prefix })) {
        const { account: owner, hash: _, ...info } = decode(value);
        if (owner === account) found.push({ id: key.slice(prefix.length), ...info });
      }
      return found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0));
    },

    async revoke(account, id) {
      const stored = idPattern.test(id) ? await read(id) : undefined;
      if (stored?.account !== account) throw new ConcordError('not_found');
      await store.commit([], (tx) => tx.delete(prefix + id));
      revocations?.revoke(actorOf(id));
    },

    async verify(key) {
      const [, id, secret] = keyPattern.exec(key) ?? [];
      if (id === undefined || secret === undefined) throw new ConcordError('unauthenticated');
      const stored = await read(id);
      // An unknown id is compared all the same, so that it takes as long as a wrong secret.
      const expected = stored === undefined ? Buffer.alloc(32) : Buffer.from(stored.hash, 'base64url');
      if (!timingSafeEqual(sha256(secret), expected) || stored === undefined) throw new ConcordError('unauthenticated');
      const { account, name, roles, scopes } = stored;
      const bound = scopes === undefined ? {} : { scopes };
      return { account, user: actorOf(id), name, roles, ...bound, credential: actorOf(id) };
    },
  };
}

function actorOf(id: string): string {
  return `api-key:${id}`;
}

function checkRequest(request: unknown): ApiKeyRequest {
  const {
    name,
    roles = [],
    scopes,
    ...rest
  } = (typeof request === 'object' && request !== null ? request : {}) as Record<string, unknown>;
  if (!isName('user', name))
    throw new ConcordError('bad_request', { field: 'name', message: 'Give the key a name of at most 128 printable characters.' });
  if (!areRoles(roles)) throw new ConcordError('bad_request', { field: 'roles', message: 'Roles are a list of names.' });
  if (scopes !== undefined && !areScopes(scopes))
    throw new ConcordError('bad_request', {
      field: 'scopes',
      message: 'Scopes are a list like tickets:read, tickets:write and *:read.',
    });
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new ConcordError('bad_request', {
      field: unknown.slice(0, 80),
      message: 'A key has a name, roles and scopes, nothing else.',
    });
  return { name, roles, ...(scopes === undefined ? {} : { scopes }) };
}

const maxScopes = 100;

/** A collection that is not there yet may be named: the config changes, and keys stay. */
function areScopes(scopes: unknown): scopes is readonly string[] {
  if (!Array.isArray(scopes) || scopes.length > maxScopes) return false;
  return scopes.every((scope: unknown) => {
    const [, name] = (typeof scope === 'string' && /^(.+):(?:read|write)$/.exec(scope)) || [];
    return name === '*' || isName('collection', name);
  });
}

function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function decode(value: Uint8Array): StoredKey {
  return JSON.parse(Buffer.from(value).toString('utf8')) as StoredKey;
}
