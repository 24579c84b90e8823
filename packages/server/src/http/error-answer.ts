import { ConcordError, type ErrorCode, type Limits } from '@concord/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { noteRefusal } from './request-log.ts';

/** Seconds after which it makes sense to try again what was refused for now, unless the error or the route knows better. */
const retryAfterSeconds = 1;

/**
 * The border at which errors become answers: a ConcordError as its table entry says, the framework's own
 * as the table's nearest, anything else as `internal`, of which nothing is told but the request id to
 * look for in the log. `shape` gives them another system's status and body.
 */
export function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, shape: ErrorShape = ownShape): void {
  const error = toConcordError(thrown);
  noteRefusal(request, error);
  if (error.code === 'unauthenticated' || error.code === 'token_expired') void reply.header('www-authenticate', 'Bearer');
  if (error.entry.retry === 'backoff' && error.code !== 'internal' && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', String(error.retryAfter ?? retryAfterSeconds));
  const { status, body } = shape(error, request.id);
  void reply
    .code(status)
    .removeHeader('etag')
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}

/** What of an error is told, and how. */
export type ErrorShape = (error: ConcordError, requestId: string) => { readonly status: number; readonly body: object };

const ownShape: ErrorShape = (error, requestId) => ({ status: error.entry.http, body: error.toBody(requestId) });

/** What the framework calls it, and what we do. */
const frameworkErrors: ReadonlyMap<
  string,
  { readonly code: ErrorCode; readonly message?: string; readonly limit?: keyof Limits }
> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', { code: 'too_large', limit: 'maxBodyBytes' }],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', { code: 'unsupported_media_type' }],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', { code: 'bad_request', message: 'The body is not as long as Content-Length says.' }],
  ['FST_ERR_BAD_URL', { code: 'bad_request', message: 'The path is not a valid URL path.' }],
  ['ECONNRESET', { code: 'bad_request', message: 'The connection ended within the request.' }],
]);

/** Never repeats what an unknown error says: it may tell of the inside. */
function toConcordError(thrown: unknown): ConcordError {
  if (thrown instanceof ConcordError) return thrown;
  const { code, statusCode } = asFrameworkError(thrown);
  const known = code === undefined ? undefined : frameworkErrors.get(code);
  if (known !== undefined) return new ConcordError(known.code, { message: known.message, limit: known.limit, cause: thrown });
  if (statusCode === 403 || statusCode === 404) return new ConcordError('not_found', { cause: thrown });
  if (statusCode === 413) return new ConcordError('too_large', { cause: thrown });
  if (statusCode === 429) return new ConcordError('rate_limited', { cause: thrown });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ConcordError('bad_request', { cause: thrown });
  return new ConcordError('internal', { cause: thrown });
}

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
}

function asFrameworkError(thrown: unknown): FrameworkError {
  return thrown instanceof Error ? (thrown as FrameworkError) : {};
}
