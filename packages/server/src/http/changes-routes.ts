import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Enter } from './entry.ts';
import { ConcordError } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import { whenRevoked, type Revocations } from '../access/revocations.ts';
import type { ChangesQuery } from '../feed/changes-query.ts';
import type { Changes } from '../feed/changes.ts';
import type { HookRunner } from '../hooks/run-hooks.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { changesSchema } from './changes-schema.ts';
import { openFeedStream } from './feed-stream.ts';
import { EventStream, streamHeaders } from './sse.ts';

export interface ChangesRoutesParts {
  readonly changes: Changes;
  readonly authenticate: Authenticate;
  readonly revocations?: Revocations;
  readonly hooks?: HookRunner | undefined;
  readonly enter?: Enter;
  /** A reader was dropped because it did not read. */
  readonly onSlowReader?: () => void;
}

/** What an answer depends on beside its address. */
const vary = 'Authorization, X-API-Key, Last-Event-ID, Accept, Origin';

/**
 * `GET /api/v1/changes`: poll, long poll and SSE. When the app closes, whoever waits is answered and every
 * stream ended, so that closing waits for nobody.
 */
export function registerChangesRoutes(app: FastifyInstance, parts: ChangesRoutesParts): void {
  const { changes, authenticate, onSlowReader, enter = () => () => {} } = parts;
  app.addHook('preClose', (done) => {
    changes.close();
    done();
  });
  void app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get('/api/v1/changes', { schema: changesSchema }, async (request, reply) => {
      const principal = principalOf(request);
      const query = changes.parse({ query: request.query as Record<string, unknown>, headers: request.headers }, principal);
      void reply.header('vary', vary);
      // HEAD asks what the headers would be: it waits for nothing and opens no stream.
      if (request.method === 'HEAD')
        return query.transport === 'sse' ? reply.headers(streamHeaders).send('') : poll(changes, query, request, reply);
      if (query.transport === 'poll') return poll(changes, query, request, reply);
      const leave = enter(request, principal);
      try {
        if (query.transport === 'longpoll') return await longPoll(parts, query, principal, reply);
        return await openFeedStream(
          parts,
          query,
          principal,
          reply,
          (raw, retryMs) => new EventStream(raw, { retryMs, wantsSnapshot: query.snapshot, onSlow: onSlowReader }),
        );
      } finally {
        if (reply.sent && !reply.raw.closed) reply.raw.on('close', leave);
        else leave();
      }
    });
  });
}

async function poll(changes: Changes, query: ChangesQuery, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { etag, pollAfterMs, body } = await changes.poll(query, request.headers['if-none-match']);
  void reply.headers({ etag, 'poll-after-ms': String(pollAfterMs) });
  return body === undefined ? reply.code(304).send() : sendJson(reply, body);
}

async function longPoll(
  { changes, revocations }: ChangesRoutesParts,
  query: ChangesQuery,
  principal: Principal,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  reply.raw.on('close', onClose);
  if (reply.raw.destroyed) gone.abort();
  let revoked = false;
  const stopListening = whenRevoked(revocations, principal, () => {
    revoked = true;
    gone.abort();
  });
  const body = await changes.longPoll(query, principal, gone.signal).finally(() => {
    reply.raw.off('close', onClose);
    stopListening();
  });
  if (revoked) throw new ConcordError('unauthenticated');
  if (changes.closed) void reply.header('connection', 'close');
  return sendJson(reply.header('cache-control', 'no-store'), body);
}

function sendJson(reply: FastifyReply, body: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(body);
}
