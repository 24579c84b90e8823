import type { FastifyRequest } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { Connections } from '../limits/connections.ts';
import type { ClientOriginOf } from './client-origin.ts';

/** Counts a connection that stays open. Throws `too_many_connections`; answers what ends the count. */
export type Enter = (request: FastifyRequest, principal: Principal) => () => void;

export function createEntry(connections: Connections, originOf: ClientOriginOf): Enter {
  return (request, { account, user }) => {
    const place = connections.enter(originOf(request.raw));
    try {
      place.identify(account, user);
    } catch (error) {
      place.leave();
      throw error;
    }
    return () => place.leave();
  };
}
