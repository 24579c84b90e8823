import { ConcordError } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import type { DeliveryQuery, Webhooks } from '../webhooks/webhooks.ts';
import { administrator } from './administrator.ts';
import { addAuthentication, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { readCount, readQuery } from './query.ts';
import { deliveryStates, webhooksSchemas as schemas } from './webhooks-schema.ts';

const base = '/api/v1/webhooks';
const defaultLimit = 50;
const maxLimit = 1000;

interface WithId {
  readonly Params: { readonly id: string };
}

/** For administrators of an account, and of its webhooks only. */
export async function addWebhooksRoutes(
  app: FastifyInstance,
  { webhooks, authenticate }: { readonly webhooks: Webhooks; readonly authenticate: Authenticate },
): Promise<void> {
  await app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get(base, { schema: schemas.list }, async (request) => ({
      items: await webhooks.list(administrator(request).account),
    }));
    scope.post(base, { schema: schemas.create }, async (request, reply) => {
      const creator = administrator(request);
      const created = await webhooks.create(creator, bodyOf(request));
      return reply.code(201).header('cache-control', 'no-store').send(created);
    });
    scope.get<WithId>(`${base}/:id`, { schema: schemas.get }, (request) =>
      webhooks.get(administrator(request).account, request.params.id),
    );
    scope.patch<WithId>(`${base}/:id`, { schema: schemas.update }, async (request) => {
      const { account } = administrator(request);
      return await webhooks.update(account, request.params.id, bodyOf(request));
    });
    scope.delete<WithId>(`${base}/:id`, { schema: schemas.remove }, async (request, reply) => {
      await webhooks.remove(administrator(request).account, request.params.id);
      return reply.code(204).send();
    });
    scope.post<WithId>(`${base}/:id/rotate`, { schema: schemas.rotate }, async (request, reply) => {
      const rotated = await webhooks.rotate(administrator(request).account, request.params.id);
      return reply.header('cache-control', 'no-store').send(rotated);
    });
    scope.get<WithId>(`${base}/:id/deliveries`, { schema: schemas.deliveries }, async (request) => {
      const { account } = administrator(request);
      const query = readDeliveryQuery(request.query);
      const items = await webhooks.deliveries(account, request.params.id, query);
      // One that is full may be the last one; the next is empty then.
      return { items, ...(items.length < query.limit ? {} : { nextPage: items.at(-1)?.id }) };
    });
    scope.post<WithId>(`${base}/:id/test`, { schema: schemas.test }, async (request, reply) => {
      const answer = await webhooks.test(administrator(request).account, request.params.id);
      return reply.code(202).send(answer);
    });
    scope.post<WithId>(`${base}/:id/replay`, { schema: schemas.replay }, async (request, reply) => {
      const { account } = administrator(request);
      const answer = await webhooks.replay(account, request.params.id, bodyOf(request));
      return reply.code(202).send(answer);
    });
  });
}

/** Throws `bad_request`. */
function readDeliveryQuery(given: unknown): DeliveryQuery {
  const { status, limit, page } = readQuery(given, ['status', 'limit', 'page']);
  const states = status === undefined ? deliveryStates : deliveryStates.filter((known) => known === status);
  if (states.length === 0)
    throw new ConcordError('bad_request', { field: 'status', message: `status is one of ${deliveryStates.join(', ')}.` });
  return {
    states: new Set(states),
    limit: readCount('limit', limit, { fallback: defaultLimit, max: maxLimit }),
    before: page === undefined ? Infinity : readCount('page', page, { fallback: 1, max: 99_999_999_999_999 }),
  };
}
