import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CredentialBearer } from '../access/authenticator.ts';
import type { Principal } from '../access/principal.ts';

export type Authenticate = (request: CredentialBearer) => Promise<Principal>;

const principals = new WeakMap<FastifyRequest, Principal>();

/** Every route of this scope needs to know who asks. Before the body is read: strangers send us no megabytes. */
export function addAuthentication(scope: FastifyInstance, authenticate: Authenticate): void {
  scope.addHook('onRequest', async (request, reply) => {
    // What one may see, another may not: no cache between us may mix them up.
    void reply.headers({ 'cache-control': 'private, no-cache', vary: 'Authorization, X-API-Key' });
    principals.set(request, await authenticate(request));
  });
}

/** Who asks. Only in a scope with {@link addAuthentication}. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new TypeError('principalOf() was called on a route without authentication');
  return principal;
}
