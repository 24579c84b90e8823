import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isName } from '@concord/protocol';

/** What is kept of one sign-in: it lasts until its refresh token is not used for {@link refreshMs}. */
export interface StoredSession {
  readonly id: string;
  /** SHA-256 of what all its refresh tokens share: only who held one of them can have this. */
  readonly family: string;
  /** SHA-256 of what only the latest has. */
  readonly latest: string;
  readonly expiresAt: number;
}

/** A refresh token, taken apart: `cr_<whose>.<session>.<family><latest>`. */
export interface RefreshToken {
  readonly account: string;
  readonly user: string;
  readonly session: string;
  readonly family: Uint8Array;
  readonly latest: Uint8Array;
}

export const refreshMs: number = 30 * 24 * 60 * 60 * 1000;

const secretBytes = 32;
const tokenPattern = /^cr_([A-Za-z0-9_-]{1,1024})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{86})$/;

interface Issued {
  readonly session: StoredSession;
  readonly refreshToken: string;
}

export function openSession(account: string, user: string, now: number): Issued {
  return issue({ account, user, session: randomBytes(16).toString('hex'), family: randomBytes(secretBytes) }, now);
}

/** The same session with its next refresh token; the one before is used up. */
export function rotate({ account, user, session, family }: RefreshToken, now: number): Issued {
  return issue({ account, user, session, family }, now);
}

/** `used`: it was good once, so somebody has a copy of it. `foreign`: it is none of this session's. */
export function judge(token: RefreshToken, { family, latest }: StoredSession): 'good' | 'used' | 'foreign' {
  if (!isHashOf(token.family, family)) return 'foreign';
  return isHashOf(token.latest, latest) ? 'good' : 'used';
}

export function parseRefreshToken(token: unknown): RefreshToken | undefined {
  if (typeof token !== 'string' || token.length > 2048) return undefined;
  const [, whose = '', session = '', secret = ''] = tokenPattern.exec(token) ?? [];
  const text = Buffer.from(whose, 'base64url').toString('utf8');
  const slash = text.indexOf('/');
  const [account, user] = [text.slice(0, slash), text.slice(slash + 1)];
  const bytes = Buffer.from(secret, 'base64url');
  if (slash < 0 || !isName('account', account) || !isName('user', user) || bytes.length !== 2 * secretBytes) return undefined;
  return { account, user, session, family: bytes.subarray(0, secretBytes), latest: bytes.subarray(secretBytes) };
}

function issue({ account, user, session, family }: Omit<RefreshToken, 'latest'>, now: number): Issued {
  const latest = randomBytes(secretBytes);
  const whose = Buffer.from(`${account}/${user}`).toString('base64url');
  return {
    session: { id: session, family: hashOf(family), latest: hashOf(latest), expiresAt: now + refreshMs },
    refreshToken: `cr_${whose}.${session}.${Buffer.concat([family, latest]).toString('base64url')}`,
  };
}

/** 256 random bits cannot be guessed, so a plain hash is enough. */
function hashOf(secret: Uint8Array): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isHashOf(secret: Uint8Array, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(hash));
}
