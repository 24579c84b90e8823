import { errorTable, type ErrorBody, type ErrorCode } from '@concord/protocol';
import type { SessionStore } from '../session/session.ts';

/** Why a request did not succeed. `unreachable`: no answer, or one that no Concord server gives. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode | 'unreachable';

  constructor(code: ErrorCode | 'unreachable', message: string) {
    super(message);
    this.code = code;
  }
}

export interface Api {
  /** Throws {@link Refusal}. A 401 ends the session, too. */
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  delete(path: string): Promise<void>;
}

/** On a network that swallows everything, a request would wait for minutes. */
const requestMs = 15_000;

/** The REST routes under `/api/v1` of the server that the page came from. */
export function createApi(session: SessionStore): Api {
  async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const token = session.get().session?.token;
    const headers = new Headers({ accept: 'application/json' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    let response: Response;
    try {
      response = await fetch(`/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(requestMs), ...(signal === undefined ? [] : [signal])]),
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new Refusal('unreachable', 'The server cannot be reached.');
    }
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    // Only if it is still the token in use: another answer may have come in late.
    if (response.status === 401 && session.get().session?.token === token) session.expire();
    throw await refusalOf(response);
  }

  return {
    get: (path, signal) => send('GET', path, undefined, signal),
    post: (path, body) => send('POST', path, body),
    delete: (path) => send('DELETE', path),
  };
}

async function refusalOf(response: Response): Promise<Refusal> {
  try {
    const { error } = (await response.json()) as ErrorBody;
    if (Object.hasOwn(errorTable, error.code)) return new Refusal(error.code, error.message);
  } catch {
    // No JSON: a proxy's page, or no Concord server at all.
  }
  if (response.status === 404) return new Refusal('not_found', errorTable.not_found.message);
  return new Refusal('unreachable', `The server answered ${response.status}.`);
}
