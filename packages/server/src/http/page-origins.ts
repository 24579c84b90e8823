import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { ConcordError } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import type { ClientOriginOf } from './client-origin.ts';

/** Whether whoever sends this may: see {@link createPageOrigins}. `isLocal` is {@link ClientOrigin}'s. */
export type PageOrigins = (headers: IncomingHttpHeaders, isLocal: boolean) => boolean;

/**
 * Which pages may use the server. A browser names the page's origin; a request that names none comes from a program
 * and passes. A page of the server's own host passes, so does one of the list, or any where the list holds `*`.
 *
 * The host alone is compared, as a server behind a proxy does not know how the page was fetched. A browser on this
 * machine that comes without a proxy knows the server as `localhost`, by an address, or by the machine's name: a
 * page of any other name has been made to point here by whoever that name belongs to (DNS rebinding).
 */
export function createPageOrigins(list: readonly string[]): PageOrigins {
  const all = list.includes('*');
  const allowed = new Set(list);
  return ({ origin, host }, isLocal) =>
    origin === undefined || all || allowed.has(origin) || (isSameHost(origin, host) && !(isLocal && isForeignName(origin)));
}

function isForeignName(origin: string): boolean {
  const name = new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(name) === 0 && !/(?:^|\.)localhost$/.test(name) && name !== hostname().toLowerCase();
}

function isSameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.protocol !== 'http:' && page.protocol !== 'https:') return false;
  const own = `${page.protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === page.host;
}

export const originMessage =
  'Pages of that origin may not use this server: add it to CONCORD_ORIGINS or `origins`, or have the proxy pass on Host.';

/** What a page may read of an answer, beyond its body. */
const exposed = 'ETag, Poll-After-Ms, Location, Retry-After, X-Request-Id, WWW-Authenticate';
const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const allowedHeaders = 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, X-API-Key';
const preflightSeconds = 600;

/**
 * CORS, for the pages that {@link createPageOrigins} admits; others are refused with `origin_not_allowed`, whatever
 * they ask for. Tokens travel in headers, so credentials (cookies) are never allowed.
 */
export function addPageOrigins(app: FastifyInstance, admits: PageOrigins, originOf: ClientOriginOf): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined) return done();
    if (!admits(request.headers, originOf(request.raw).isLocal))
      return done(new ConcordError('origin_not_allowed', { message: originMessage }));
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return done();
    void reply
      .headers({
        'access-control-allow-methods': allowedMethods,
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': String(preflightSeconds),
        vary: 'Origin',
      })
      .code(204)
      .send();
  });
  // At the end, as routes say themselves what their answers vary by.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    addVaryOrigin(reply);
    done();
  });
}

/** Which answer a cache may give depends on the page that asks. */
function addVaryOrigin(reply: { getHeader(name: string): unknown; header(name: string, value: string): unknown }): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (!/\borigin\b/i.test(vary)) reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
}
