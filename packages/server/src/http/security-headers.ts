import type { FastifyInstance } from 'fastify';
import type { ClientOriginOf } from './client-origin.ts';

/**
 * Everything the pages need comes from here: the workspace app and the API's description. Styles may be
 * inline, as editors and Swagger UI set them; scripts may not.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** `no-referrer`, as a token may stand in an address. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': contentSecurityPolicy,
};

/** Half a year. Browsers take it over TLS only, and so only then it is said. */
const strictTransport = 'max-age=15552000';

export function addSecurityHeaders(app: FastifyInstance, originOf: ClientOriginOf): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders);
    if (originOf(request.raw).isSecure) void reply.header('strict-transport-security', strictTransport);
    done();
  });
}
