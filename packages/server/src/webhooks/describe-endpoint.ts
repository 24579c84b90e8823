import type { Endpoint, Progress } from './endpoint.ts';
import type { EndpointInfo } from './webhooks.ts';

/** What its row does not tell of an endpoint. */
export interface Circumstances {
  readonly now: number;
  readonly pending: number;
  readonly problem: string | undefined;
  readonly cursorAt: (seq: number, digest: string) => string;
}

/** An endpoint as it is shown: without its secrets, and what its headers hold. */
export function describeEndpoint(
  endpoint: Endpoint,
  progress: Readonly<Progress> | undefined,
  { now, pending, problem, cursorAt }: Circumstances,
): EndpointInfo {
  const { id, url, name, events, collections, filter, roles, secrets, disabled } = endpoint;
  const { createdAt, createdBy, updatedAt, freshAt, headers } = endpoint;
  const { seq = 0, digest = '', failingSince = -Infinity } = progress ?? {};
  const until = secrets[1]?.until ?? 0;
  return {
    id,
    url,
    name,
    events,
    collections,
    filter,
    headerNames: Object.keys(headers),
    roles,
    status: disabled === undefined ? 'enabled' : 'disabled',
    ...(disabled === undefined ? {} : { disabled }),
    // What was before it was enabled anew does not count.
    ...(failingSince >= Date.parse(freshAt) ? { failingSince: new Date(failingSince).toISOString() } : {}),
    ...(problem === undefined ? {} : { problem }),
    cursor: cursorAt(seq, digest),
    pending,
    ...(until > now ? { previousSecretUntil: new Date(until).toISOString() } : {}),
    createdAt,
    createdBy,
    updatedAt,
  };
}
