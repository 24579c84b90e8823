import { randomBytes } from 'node:crypto';
import type { Enter } from '../../http/entry.ts';
import { ConcordError, operations } from '@concord/protocol';
import type { Schema } from '@concord/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import { hasCredential, type CredentialBearer } from '../../access/authenticator.ts';
import type { Principal } from '../../access/principal.ts';
import type { Clock } from '../../clock.ts';
import type { Since } from '../../feed/resume.ts';
import { addAuthentication, principalOf, type Authenticate } from '../../http/authentication.ts';
import { openFeedStream, type FeedStreamParts, type StreamRequest } from '../../http/feed-stream.ts';
import { SnackbaseStream } from './stream-sink.ts';
import { createStreams } from './streams.ts';

export interface SnackbaseStreamParts extends FeedStreamParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly enter: Enter;
  readonly onSlowReader: () => void;
}

interface Subscribe {
  Querystring: { readonly [name: string]: string | readonly string[] };
}

/** `GET /realtime/subscribe`: the feed as an event stream, for where WebSockets are blocked. */
export function addStreamRoutes(scope: FastifyInstance, parts: SnackbaseStreamParts): void {
  const { changes, clock, enter, onSlowReader } = parts;
  const streams = createStreams();
  addAuthentication(scope, (request) => authenticated(parts.authenticate, request));
  // HEAD would open a stream, too.
  scope.get<Subscribe>('/realtime/subscribe', { schema: { hide: true }, exposeHeadRoute: false }, async (request, reply) => {
    const principal = principalOf(request);
    const { place, name } = parseId(request.headers['last-event-id']);
    const query = await streamRequest(parts, request, principal, place);
    const leave = enter(request, principal);
    try {
      const over = streams.open(principal, name, () => reply.raw.destroy());
      reply.raw.on('close', over);
      if (reply.raw.destroyed) over();
      const idOf = (cursor: string): string => `${cursor}.${name}`;
      return await openFeedStream(
        parts,
        query,
        principal,
        reply,
        (response, retryMs) =>
          new SnackbaseStream(response, { account: principal.account, clock, retryMs, idOf, onSlow: onSlowReader }),
      );
    } finally {
      if (reply.sent && !reply.raw.closed) reply.raw.on('close', leave);
      else leave();
    }
  });

  /** From a place that cannot be told any more it goes on from now: the client could not be told to begin anew. */
  async function streamRequest(
    { schema, access }: SnackbaseStreamParts,
    request: FastifyRequest<Subscribe>,
    principal: Principal,
    place: string | undefined,
  ): Promise<StreamRequest> {
    const { collections, collection } = request.query;
    const given = [collections ?? [], collection ?? []].flat();
    // There are no logs in SnackBase: who names nothing asks for all collections.
    const named = given.length > 0 ? given : [...schema.collections.keys()];
    // One that is not there, or not for the asker, does not keep it from the others.
    const readable = named.filter((text) => {
      const known = schema.collections.get(text.replace(/:.*$/s, ''));
      return known !== undefined && access.widest(principal, known) !== undefined;
    });
    if (readable.length === 0 && given.length > 0) throw new ConcordError('not_found', { message: 'Collection not found' });
    const all = readable.map((text) => (text.endsWith(':') ? `${text}${operations.join(',')}` : text));
    const asked = { collections: all, record: undefined, filter: undefined };
    const reader = changes.reader(asked, principal);
    const from = (since: Since): StreamRequest => ({ asked, reader, since, snapshot: false });
    if (place === undefined) return from('now');
    const isKnown = await changes.resume(from({ cursor: place })).then(
      () => true,
      (error: unknown) => !(error instanceof ConcordError && error.code === 'invalid_cursor'),
    );
    return from(isKnown ? { cursor: place } : 'now');
  }
}

/** The place and the name that a frame's id carried. */
function parseId(header: string | readonly string[] | undefined): { readonly place: string | undefined; readonly name: string } {
  const [, place, name] = /^([A-Za-z0-9_-]{1,512})\.([A-Za-z0-9_-]{12})$/.exec(String(header ?? '')) ?? [];
  return { place, name: name ?? randomBytes(9).toString('base64url') };
}

async function authenticated(authenticate: Authenticate, request: CredentialBearer): Promise<Principal> {
  if (!hasCredential(request)) throw new ConcordError('unauthenticated', { message: 'Missing token' });
  try {
    return await authenticate(request);
  } catch (cause) {
    const isRefused = cause instanceof ConcordError && cause.entry.http === 401;
    throw isRefused ? new ConcordError(cause.code, { message: 'Invalid token', cause }) : cause;
  }
}
