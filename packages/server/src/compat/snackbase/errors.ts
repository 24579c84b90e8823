import { ConcordError, type ErrorCode } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import { answerError, type ErrorShape } from '../../http/error-answer.ts';

/** SnackBase's words for what is refused. */
const titles: Partial<Record<ErrorCode, string>> = {
  invalid_filter: 'Invalid filter expression',
  invalid_cursor: 'Invalid cursor',
  invalid_record: 'Validation error',
  rate_limited: 'Rate limit exceeded',
  commit_unknown: 'Service unavailable',
  store_unavailable: 'Service unavailable',
  shutting_down: 'Service unavailable',
};
const titlesByStatus: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Authentication failed',
  403: 'Permission denied',
  404: 'Not found',
  409: 'Conflict',
  413: 'Payload too large',
  415: 'Unsupported media type',
  422: 'Validation error',
  429: 'Too many requests',
};

/**
 * Errors as SnackBase answers them. `message` names the field, as nothing else is shown to people; a 422 has it apart,
 * too. What is deleted is not found: there are no tombstones.
 */
const snackbaseShape: ErrorShape = (error, requestId) => {
  const status = error.code === 'record_deleted' ? 404 : error.entry.http;
  if (error.limit === 'maxBatchRecords')
    return { status: 400, body: { error: 'batch_too_large', message: error.message, code: error.code } };
  const { code, field } = error;
  const message = code === 'invalid_filter' || field === undefined ? error.message : `${field}: ${error.message}`;
  const at =
    status === 422 && field !== undefined
      ? { field, errors: { [field]: [error.message] }, details: [{ field, message: error.message, code }] }
      : {};
  return {
    status,
    body: { error: titles[code] ?? titlesByStatus[status] ?? 'Internal error', message, code, request_id: requestId, ...at },
  };
};

/** As FastAPI answers where it refuses before the application is asked: the event stream's errors look so. */
const detailShape: ErrorShape = (error) => ({ status: error.entry.http, body: { detail: error.message } });

/** Every error of this scope, and of what is not there within it, is answered as SnackBase does. */
export function addSnackbaseErrors(scope: FastifyInstance): void {
  const refuse = (): never => {
    throw new ConcordError('not_found');
  };
  scope.setErrorHandler((error, request, reply) => answerError(error, request, reply, snackbaseShape));
  scope.setNotFoundHandler(refuse);
  // What is asked for by GET would otherwise be looked for in the app.
  scope.get('/*', { schema: { hide: true } }, refuse);
}

export function addDetailErrors(scope: FastifyInstance): void {
  scope.setErrorHandler((error, request, reply) => answerError(error, request, reply, detailShape));
}
