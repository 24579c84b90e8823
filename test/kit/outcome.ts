import type { ErrorBody } from '@concord/protocol';
import type { Reachable } from './requests.ts';
import type { TestUser } from './tokens.ts';

/** The status of an answer that is a success, the error's code otherwise. */
export async function outcome(
  server: Reachable,
  as: TestUser | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  const response = await server.fetch(path, {
    method,
    ...(as === undefined ? {} : { as }),
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return response.ok ? String(response.status) : (JSON.parse(text) as ErrorBody).error.code;
}
