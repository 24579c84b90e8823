import type { Limits } from './limits.ts';

/**
 * The one table of everything that can be refused.
 *
 * `http` is the status a request gets, `close` the WebSocket close code a socket gets, and `retry` what a
 * client can do about it: `never` (the same request will fail again), `backoff` (wait, then try again),
 * `reauth` (get a new token first), `resync` (connect again and let the documents sync).
 *
 * Close codes 4400–4499 are final for stock y-websocket clients; whatever may be retried lies outside.
 * Codes are stable; messages are for people and may change.
 */
export interface ErrorEntry {
  readonly http: number;
  readonly close: number;
  readonly retry: 'never' | 'backoff' | 'reauth' | 'resync';
  readonly message: string;
}

export const errorTable = {
  bad_request: { http: 400, close: 4400, retry: 'never', message: 'The request is malformed.' },
  invalid_json: { http: 400, close: 4400, retry: 'never', message: 'The body is not valid JSON.' },
  invalid_name: { http: 400, close: 4400, retry: 'never', message: 'A name does not fit its pattern.' },
  invalid_filter: { http: 400, close: 4400, retry: 'never', message: 'The filter does not parse.' },
  invalid_sort: { http: 400, close: 4400, retry: 'never', message: 'The sort order is not understood.' },
  invalid_cursor: { http: 400, close: 4400, retry: 'never', message: 'The cursor was not issued by this account.' },
  invalid_frame: { http: 400, close: 4400, retry: 'never', message: 'The frame cannot be decoded.' },
  invalid_update: { http: 400, close: 4422, retry: 'never', message: 'The Yjs update cannot be decoded.' },
  address_not_allowed: {
    http: 400,
    close: 4400,
    retry: 'never',
    message: 'Nothing is sent to that address: it is private, or of this machine.',
  },
  unauthenticated: { http: 401, close: 4401, retry: 'reauth', message: 'A valid token or API key is needed.' },
  token_expired: { http: 401, close: 4401, retry: 'reauth', message: 'The token has expired.' },
  forbidden: { http: 403, close: 4403, retry: 'never', message: 'This is not allowed.' },
  origin_not_allowed: { http: 403, close: 4403, retry: 'never', message: 'Pages of that origin may not use this server.' },
  not_found: { http: 404, close: 4404, retry: 'never', message: 'There is nothing here by that name.' },
  record_exists: { http: 409, close: 4409, retry: 'never', message: 'The id is taken.' },
  entry_exists: {
    http: 409,
    close: 4409,
    retry: 'never',
    message: 'An entry of that id is there already, and says something else.',
  },
  last_owner: { http: 409, close: 4409, retry: 'never', message: 'Somebody has to be left who may invite and remove members.' },
  entry_deleted: { http: 410, close: 4410, retry: 'never', message: 'The entry is deleted.' },
  not_deleted: { http: 409, close: 4409, retry: 'never', message: 'Only a deleted record can be restored or purged.' },
  record_deleted: { http: 410, close: 4410, retry: 'never', message: 'The record is deleted.' },
  client_id_conflict: { http: 409, close: 4409, retry: 'never', message: 'That Yjs client id belongs to somebody else.' },
  webhook_disabled: { http: 409, close: 4409, retry: 'never', message: 'The webhook is disabled: enable it first.' },
  too_many_webhooks: { http: 409, close: 4409, retry: 'never', message: 'The account has as many webhooks as it may have.' },
  version_mismatch: { http: 412, close: 4412, retry: 'resync', message: 'The record has changed since that version.' },
  too_large: { http: 413, close: 4413, retry: 'never', message: 'That is larger than the limit.' },
  document_too_large: {
    http: 413,
    close: 4413,
    retry: 'never',
    message: 'The document would grow beyond its limit; what was not accepted stays with you.',
  },
  unsupported_media_type: { http: 415, close: 4415, retry: 'never', message: 'Send JSON.' },
  invalid_record: { http: 422, close: 4422, retry: 'never', message: 'The record breaks its schema.' },
  change_refused: { http: 422, close: 4422, retry: 'never', message: 'A hook of this server has refused the change.' },
  rate_limited: { http: 429, close: 4529, retry: 'backoff', message: 'Too many requests.' },
  slow_mode: { http: 429, close: 4529, retry: 'backoff', message: 'Entries may follow one another only after a pause here.' },
  guard_limit: {
    http: 429,
    close: 4429,
    retry: 'never',
    message: 'Too many edits broke the schema; the connection is read-only now.',
  },
  too_many_connections: { http: 429, close: 4529, retry: 'backoff', message: 'Too many connections are open.' },
  too_many_documents: { http: 429, close: 4529, retry: 'backoff', message: 'Too many documents are open on this socket.' },
  too_many_subscriptions: { http: 429, close: 4429, retry: 'never', message: 'Too many subscriptions are open on this socket.' },
  slow_reader: { http: 429, close: 4529, retry: 'resync', message: 'The reader fell too far behind; resume.' },
  damaged: { http: 500, close: 4424, retry: 'never', message: 'What is stored of this cannot be read any more.' },
  hook_failed: { http: 500, close: 4500, retry: 'backoff', message: 'A hook of this server has failed; nothing was changed.' },
  internal: { http: 500, close: 4500, retry: 'backoff', message: 'Something went wrong here.' },
  commit_unknown: {
    http: 503,
    close: 4503,
    retry: 'resync',
    message: 'The store failed during the commit; whether it was written is not known.',
  },
  store_unavailable: {
    http: 503,
    close: 4503,
    retry: 'backoff',
    message: 'The store cannot be written to; nothing was changed.',
  },
  /** Never sent: it is what a client says where no answer came. */
  unreachable: { http: 503, close: 1006, retry: 'backoff', message: 'The server cannot be reached.' },
  shutting_down: { http: 503, close: 1012, retry: 'backoff', message: 'The server is restarting.' },
} as const;

/** A code of {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;

/** What an error says beyond its code. */
export interface ErrorDetails {
  /** For people; the table's sentence when left out. */
  readonly message?: string | undefined;
  /** The record field (`title`, `lines.3.amount`) that is at fault. */
  readonly field?: string | undefined;
  /** The limit that was met, for whoever counts. */
  readonly limit?: keyof Limits | undefined;
  /** Seconds after which the same may be tried again, where that is known. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** The body of every refused request. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly field?: string;
    readonly requestId?: string;
  };
}

/** An expected refusal, by its code. Anything else that is thrown is a defect and leaves as `internal`. */
export class ConcordError extends Error {
  override readonly name = 'ConcordError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly limit: keyof Limits | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? errorTable[code].message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.field = details.field;
    this.limit = details.limit;
    this.retryAfter = details.retryAfter;
  }

  get entry(): ErrorEntry {
    return errorTable[this.code];
  }

  toBody(requestId?: string): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.field === undefined ? {} : { field: this.field }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    };
  }
}
