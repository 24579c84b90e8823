import { SignJWT } from 'jose';

/** The secret that every test server signs and verifies with. */
export const testSecret = 'a secret for tests, at least 32 bytes long';

export interface TestUser {
  readonly account?: string;
  readonly user?: string;
  readonly roles?: readonly string[];
  /** Seconds from now. */
  readonly expiresIn?: number;
}

/** A token as another system would make it. */
export function tokenFor({
  account = 'acme',
  user = 'alice',
  roles = ['member'],
  expiresIn = 3600,
}: TestUser = {}): Promise<string> {
  return new SignJWT({ account, roles, name: user })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
    .sign(new TextEncoder().encode(testSecret));
}
