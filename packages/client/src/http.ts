import { ConcordError, errorTable, type ErrorBody, type ErrorCode } from '@concord/protocol';
import type { TokenSource } from './token-source.ts';

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  readonly signal?: AbortSignal | undefined;
}

/** Requests to `/api/v1`, each with the token. */
export interface Http {
  /**
   * Answers what the server does not refuse (304 is no refusal). Where it refuses the token, another one is asked for, once.
   * Throws the `ConcordError` of the answer, `unreachable` where none came; what `signal` aborts with.
   */
  fetch(path: string, request?: HttpRequest): Promise<Response>;
  /** The same in JSON. Undefined where the answer is empty. */
  json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T>;
}

/** @param url of the server, without a slash at the end */
export function createHttp(url: string, tokens: TokenSource, fetcher: typeof fetch): Http {
  async function send(path: string, { headers, ...request }: HttpRequest, token: string): Promise<Response> {
    try {
      return await fetcher(`${url}/api/v1${path}`, {
        ...request,
        headers: { ...headers, authorization: `Bearer ${token}` },
      } as RequestInit);
    } catch (cause) {
      request.signal?.throwIfAborted();
      throw new ConcordError('unreachable', { cause });
    }
  }

  const http: Http = {
    async fetch(path, request = {}) {
      for (let isLast = false; ; isLast = true) {
        const token = await tokens.get();
        const response = await send(path, request, token);
        if (response.ok || response.status === 304) return response;
        const error = refusalOf(await response.text().catch(() => ''), response.status, response.headers.get('retry-after'));
        if (error.entry.retry !== 'reauth') throw error;
        tokens.reject(token);
        if (isLast) throw error;
      }
    },
    async json(method, path, body, signal) {
      const request = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const response = await http.fetch(path, { method, signal, ...request });
      const text = await response.text();
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
  };
  return http;
}

/**
 * What a refused request says; where something in between has answered, what its status means.
 *
 * @param retryAfter the header: seconds
 */
export function refusalOf(text: string, status: number, retryAfter?: string | null): ConcordError {
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    if (Object.hasOwn(errorTable, error.code))
      return new ConcordError(error.code, { ...error, retryAfter: Number(retryAfter) || undefined });
  } catch {
    // Not from Concord: a proxy says so in its own words.
  }
  return new ConcordError(codeOfStatus(status), { message: `The server answered ${status}.` });
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unreachable' : 'bad_request';
}
