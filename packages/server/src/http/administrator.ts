import { ConcordError } from '@concord/protocol';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import { principalOf } from './authentication.ts';

const role = 'admin';

/** Whether who asks is an administrator of its account. A key that is for records only is none, whoever made it, nor is a guest. */
export function isAdministrator(request: FastifyRequest): boolean {
  const { scopes, only, roles } = principalOf(request);
  return scopes === undefined && only === undefined && roles.includes(role);
}

/** Who asks, if it is an administrator of its account. Throws `forbidden`. */
export function administrator(request: FastifyRequest): Principal {
  if (!isAdministrator(request)) throw new ConcordError('forbidden', { message: `This needs the role ${role}.` });
  return principalOf(request);
}
