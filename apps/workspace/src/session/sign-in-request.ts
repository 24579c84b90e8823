import { ConcordError, errorTable, type ErrorBody } from '@concord/protocol';
import type { User } from './session.ts';

/** Why nobody is signed in, and how long to wait before the next attempt, where that is said. */
export class SignInRefusal extends ConcordError {
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ConcordError['code'], message?: string, retryAfterSeconds?: number) {
    super(code, { message });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface SignedIn {
  readonly token: string;
  readonly refreshToken?: string;
  readonly user: User;
}

/** On a network that swallows everything, a request would wait for minutes. */
const requestMs = 15_000;

/** The requests that need no token. Throws a {@link SignInRefusal}; `unreachable` where no answer of Concord's came. */
export async function signInRequest<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/auth${path}`, {
      method,
      signal: AbortSignal.timeout(requestMs),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new SignInRefusal('unreachable');
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  throw await refusalOf(response);
}

async function refusalOf(response: Response): Promise<SignInRefusal> {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  try {
    const { error } = (await response.json()) as ErrorBody;
    if (Object.hasOwn(errorTable, error.code))
      return new SignInRefusal(error.code, error.message, Number.isFinite(seconds) ? seconds : undefined);
  } catch {
    // A proxy's page, or no Concord server at all.
  }
  return response.status === 404 ? new SignInRefusal('not_found') : new SignInRefusal('unreachable');
}
