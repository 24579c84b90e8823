import { tokenFor, type TestUser } from './tokens.ts';

/** A server as its clients see it. */
export interface Reachable {
  readonly url: string;
  readonly wsUrl: string;
  /** A request under `/api/v1`, as that user. */
  fetch(path: string, init?: RequestInit & { readonly as?: TestUser }): Promise<Response>;
  /** The same with a JSON body, answering the parsed body; throws unless the status is a success. */
  json<T = Record<string, unknown>>(method: string, path: string, body?: unknown, as?: TestUser): Promise<T>;
}

export function reach(url: string): Reachable {
  const request: Reachable['fetch'] = async (path, { as, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await tokenFor(as)}`);
    return await fetch(`${url}/api/v1${path}`, { ...init, headers });
  };
  return {
    url,
    wsUrl: url.replace('http', 'ws'),
    fetch: request,
    async json<T>(method: string, path: string, body?: unknown, as?: TestUser) {
      const response = await request(path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        ...(as === undefined ? {} : { as }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}
