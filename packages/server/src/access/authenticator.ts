import type { IncomingHttpHeaders } from 'node:http';
import { ConcordError } from '@concord/protocol';
import { isApiKey, type ApiKeys } from './api-keys.ts';
import type { Principal } from './principal.ts';
import type { Tokens } from './tokens.ts';
import { credentialOfSession, type Users } from './users.ts';

/** What is looked at of a request: a plain one, an upgrade to a WebSocket, or the framework's own. */
export interface CredentialBearer {
  readonly headers: IncomingHttpHeaders;
  /** Path and query as they came in. */
  readonly url?: string | undefined;
}

export interface Authenticator {
  /**
   * Who asks, by the first that is there of `Authorization: Bearer`, `X-API-Key` and `?token=`; each may
   * be a token or an API key. A bad one is refused, whatever the others say.
   *
   * @throws `unauthenticated` or `token_expired`
   */
  authenticate(request: CredentialBearer): Promise<Principal>;
  /** As {@link Authenticator.authenticate}, for a credential that came in a message. */
  authenticateCredential(credential: string): Promise<Principal>;
}

export interface AuthenticatorOptions {
  readonly tokens: Tokens;
  readonly apiKeys: ApiKeys;
  readonly users?: Users;
  /** Hears of whoever brings a token that another system has made; who signs in here is known. */
  readonly onPerson?: (principal: Principal) => void;
}

export function createAuthenticator({ tokens, apiKeys, users, onPerson }: AuthenticatorOptions): Authenticator {
  const authenticateCredential = async (credential: string): Promise<Principal> => {
    if (isApiKey(credential)) return await apiKeys.verify(credential);
    const principal = await tokens.verify(credential);
    const { account, user, session } = principal;
    if (session === undefined || users === undefined) {
      onPerson?.(principal);
      return principal;
    }
    // A session that was ended takes its tokens along, though they would be good for some minutes yet.
    await users.checkSession(account, user, session);
    return { ...principal, credential: credentialOfSession(session) };
  };
  return {
    authenticateCredential,
    async authenticate(request) {
      const credential = credentialOf(request);
      if (credential === undefined) throw new ConcordError('unauthenticated');
      return await authenticateCredential(credential);
    },
  };
}

/** Whether the request says at all who sends it. */
export function hasCredential(request: CredentialBearer): boolean {
  return credentialOf(request) !== undefined;
}

/** The token or key that the request brings; undefined where it has none. */
export function credentialOf({ headers, url }: CredentialBearer): string | undefined {
  // Other schemes belong to a proxy in front of us.
  const bearer = /^Bearer\b *(.*)$/i.exec(headers.authorization ?? '');
  if (bearer) return bearer[1];
  const apiKey = headers['x-api-key'];
  if (apiKey !== undefined) return typeof apiKey === 'string' ? apiKey : undefined;
  const query = url === undefined ? -1 : url.indexOf('?');
  if (url === undefined || query < 0) return undefined;
  return new URLSearchParams(url.slice(query + 1)).get('token') ?? undefined;
}
