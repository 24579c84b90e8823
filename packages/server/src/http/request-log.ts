import type { ConcordError } from '@concord/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import type { ClientOriginOf } from './client-origin.ts';

const refusals = new WeakMap<FastifyRequest, ConcordError>();
const addresses = new WeakMap<FastifyRequest, string>();

export interface RequestLogParts {
  readonly metrics: Metrics | undefined;
  readonly originOf: ClientOriginOf;
}

/** Remembers why a request was refused, for its line in the log. */
export function noteRefusal(request: FastifyRequest, error: ConcordError): void {
  refusals.set(request, error);
}

/**
 * One line per request, after its answer: method, path, status, time, the client's address, and the error's code;
 * `gone` where the client went away before the end of the answer. Neither query nor headers are logged: a token may
 * stand in either, and what people search for is theirs. What is asked by machines every few seconds (`/healthz`, …)
 * is logged only at `debug`.
 */
export function addRequestLog(app: FastifyInstance, { metrics, originOf }: RequestLogParts): void {
  const told = new WeakSet<FastifyRequest>();
  const tell = (request: FastifyRequest, reply: FastifyReply): void => {
    if (told.has(request)) return;
    told.add(request);
    logRequest(request, reply);
    const limit = refusals.get(request)?.limit;
    if (limit !== undefined) metrics?.countLimit(limit);
    if (!isStream(reply)) {
      const route = request.routeOptions.url ?? 'unmatched';
      metrics?.observeRequest({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    }
  };
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    // Now: of a connection that has ended by the time of the answer, nobody knows the address any more.
    addresses.set(request, originOf(request.raw).address);
    reply.raw.once('close', () => tell(request, reply));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    tell(request, reply);
    done();
  });
}

/** An event stream lasts as long as its reader likes: that is no latency. */
function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusals.get(request);
  const line = {
    method: request.method,
    path: loggedPath(request.url),
    status: reply.statusCode,
    address: addresses.get(request),
    ms: Math.round((reply.elapsedTime || 0) * 10) / 10,
    ...(refusal === undefined ? {} : { code: refusal.code }),
    ...(reply.raw.destroyed && !reply.raw.writableFinished ? { gone: true } : {}),
  };
  if (refusal?.code === 'internal') request.log.error({ ...line, err: refusal.cause ?? refusal }, 'request failed');
  else if (refusal !== undefined && refusal.entry.http >= 500)
    request.log.warn({ ...line, err: refusal.cause ?? refusal }, 'request failed');
  else if (request.routeOptions.config?.quiet === true) request.log.debug(line, 'request');
  else request.log.info(line, 'request');
}

/** Without the query, however its beginning is spelled, and no longer than a line should be. */
export function loggedPath(url: string): string {
  const query = url.search(/[?#;]|%3f|%23|%3b/i);
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 300 ? `${path.slice(0, 300)}…` : path;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked so often that its line is worth keeping only when looking for something. */
    quiet?: boolean;
  }
}
