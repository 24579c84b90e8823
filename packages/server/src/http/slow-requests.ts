import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { answerBrokenRequest } from './broken-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A file comes with its requests, which may take longer than others. */
    takesFile?: boolean;
  }
}

/** Ends requests whose body is not there in time, but for those of routes that take files: the server has one time for all. */
export function endSlowRequests(app: FastifyInstance, requestMs: number, logger: Logger): void {
  app.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    if (hasBody(raw.headers) && routeOptions.config?.takesFile !== true) {
      const timer = setTimeout(() => {
        if (!raw.complete)
          answerBrokenRequest(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket, logger);
      }, requestMs);
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}

function hasBody(headers: { readonly [name: string]: unknown }): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
