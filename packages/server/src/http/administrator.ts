import { ConcordError } from '@concord/protocol';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { principalOf } from './authentication.ts';

const role = 'admin';

/** Who asks, if it is an administrator of its account. Throws `forbidden`. */
export function administrator(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  // A key that is for records only, whoever made it.
  const isBound = principal.scopes !== undefined;
  if (isBound || !principal.roles.includes(role))
    throw new ConcordError('forbidden', { message: `This needs the role ${role}.` });
  return principal;
}
