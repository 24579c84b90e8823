import type { FastifyInstance } from 'fastify';
import type { ApiKeys } from '../access/api-keys.ts';
import { administrator } from './administrator.ts';
import { addAuthentication, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';

const info = {
  id: { type: 'string' },
  name: { type: 'string' },
  roles: { type: 'array', items: { type: 'string' } },
  scopes: {
    type: 'array',
    items: { type: 'string', pattern: '^(\\*|[a-z][a-zA-Z0-9_]{0,62}):(read|write)$' },
    description:
      'What it is good for, within its roles: `tickets:read`, `tickets:write` (which reads, too), `*:read`. Absent: everything.',
  },
  createdAt: { type: 'string', format: 'date-time' },
  createdBy: { type: 'string' },
} as const;
const key = { type: 'string', description: 'Send it as `X-API-Key`. It is shown only this once.' } as const;
const request = {
  type: 'object',
  required: ['name'],
  properties: { name: info.name, roles: info.roles, scopes: info.scopes },
  additionalProperties: false,
} as const;

/** For administrators of an account, and of its keys only. */
export async function addApiKeysRoutes(
  app: FastifyInstance,
  deps: { readonly apiKeys: ApiKeys; readonly authenticate: Authenticate },
): Promise<void> {
  const { apiKeys, authenticate } = deps;
  await app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get(
      '/api/v1/api-keys',
      {
        schema: {
          tags: ['api-keys'],
          summary: 'List the API keys of the account',
          response: {
            200: answers('The keys, without what is secret of them.', itemsOf({ type: 'object', properties: info })),
            ...refusals('forbidden'),
          },
        },
      },
      async (request) => ({ items: await apiKeys.list(administrator(request).account) }),
    );
    scope.post(
      '/api/v1/api-keys',
      {
        schema: {
          tags: ['api-keys'],
          summary: 'Make an API key',
          body: request,
          response: {
            201: answers('The key.', { type: 'object', properties: { ...info, key } }),
            ...refusals(...writeRefusals),
          },
        },
      },
      async (request, reply) => {
        const creator = administrator(request);
        const created = await apiKeys.create(creator, bodyOf(request));
        return reply.code(201).header('cache-control', 'no-store').send(created);
      },
    );
    scope.delete<{ Params: { id: string } }>(
      '/api/v1/api-keys/:id',
      {
        schema: {
          tags: ['api-keys'],
          summary: 'Revoke an API key',
          params: { type: 'object', required: ['id'], properties: { id: info.id } },
          response: {
            204: answersNothing('It is no longer accepted, and what was open by it is closed.'),
            ...refusals('forbidden', 'not_found', 'commit_unknown', 'store_unavailable'),
          },
        },
      },
      async (request, reply) => {
        await apiKeys.revoke(administrator(request).account, request.params.id);
        return reply.code(204).send();
      },
    );
  });
}

function itemsOf(item: object): object {
  return { type: 'object', required: ['items'], properties: { items: { type: 'array', items: item } } };
}
