import type { FastifyInstance } from 'fastify';
import { ConcordError } from '@concord/protocol';
import type { People } from '../access/people.ts';
import type { Users } from '../access/users.ts';
import { administrator, isAdministrator } from './administrator.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';
import { readCount, readQuery } from './query.ts';

const tags = ['users'];

const changeable = {
  name: { type: 'string', description: 'For people; the id when left out.' },
  roles: { type: 'array', items: { type: 'string' } },
} as const;
const password = { type: 'string', writeOnly: true, minLength: 10, maxLength: 1024 } as const;
const disabled = { type: 'boolean', description: 'Cannot sign in.' } as const;
const id = { type: 'string', description: 'What one signs in with.' } as const;

const userSchema = {
  type: 'object',
  required: ['id', 'name', 'roles', 'disabled', 'createdAt', 'createdBy'],
  properties: {
    id,
    ...changeable,
    disabled,
    createdAt: { type: 'string', format: 'date-time' },
    createdBy: { type: 'string' },
  },
} as const;
const writes = [...writeRefusals, 'rate_limited'] as const;

const maxFound = 100;
const maxQueryChars = 128;

const nameParameters = {
  type: 'object',
  properties: {
    query: {
      type: 'string',
      maxLength: maxQueryChars,
      description: 'How words of the name, or the id, begin; without case and accents.',
    },
    limit: { type: 'integer', minimum: 1, maximum: maxFound, default: 20 },
    id: {
      type: 'array',
      items: { type: 'string' },
      maxItems: maxFound,
      description: 'Those of these ids, as far as they are known.',
    },
  },
} as const;
const personOrUser = {
  type: 'object',
  required: ['id', 'name'],
  properties: userSchema.properties,
} as const;

/** Names of people for everybody of an account; those who sign in with a password for its administrators, too. */
export async function addUsersRoutes(
  app: FastifyInstance,
  { users, people, authenticate }: { readonly users: Users; readonly people: People; readonly authenticate: Authenticate },
): Promise<void> {
  const params = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
  await app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get(
      '/api/v1/users',
      {
        schema: {
          tags,
          summary: 'Find people by name, or list the users of the account',
          description:
            'Ids and names, for everybody of the account: of those who sign in here, and of everybody whose token was accepted once. Without a parameter, the role admin gets all who sign in here with a password, with all that is known of them.',
          querystring: nameParameters,
          response: {
            200: answers('The people.', {
              type: 'object',
              required: ['items'],
              properties: { items: { type: 'array', items: personOrUser } },
            }),
            ...refusals('bad_request', 'forbidden'),
          },
        },
      },
      async (request) => {
        const { account, scopes, only } = principalOf(request);
        const { id: ids, ...rest } = request.query as { readonly id?: unknown };
        const asked = readQuery(rest, ['query', 'limit']);
        if (ids === undefined && Object.keys(asked).length === 0 && isAdministrator(request))
          return { items: await users.list(account) };
        if (scopes !== undefined) throw new ConcordError('forbidden', { message: 'This key is for records only.' });
        if (only !== undefined) throw new ConcordError('forbidden', { message: 'This is not for guests.' });
        if (ids !== undefined) {
          if (asked.query !== undefined) throw new ConcordError('bad_request', { field: 'id', message: 'Give ids or a query.' });
          return { items: await people.named(account, readIds(ids)) };
        }
        const { query = '' } = asked;
        if (query.length > maxQueryChars)
          throw new ConcordError('bad_request', { field: 'query', message: `A query has at most ${maxQueryChars} characters.` });
        return { items: await people.find(account, query, readCount('limit', asked.limit, { fallback: 20, max: maxFound })) };
      },
    );
    scope.post(
      '/api/v1/users',
      {
        schema: {
          tags,
          summary: 'Add a user',
          description: 'For the role admin.',
          body: {
            type: 'object',
            required: ['id', 'password'],
            properties: { id, ...changeable, password },
            additionalProperties: false,
          },
          response: { 201: answers('The user.', userSchema), ...refusals('record_exists', ...writes) },
        },
      },
      async (request, reply) => {
        const { account, user } = administrator(request);
        return reply.code(201).send(await users.create(account, user, bodyOf(request)));
      },
    );
    scope.patch<{ Params: { id: string } }>(
      '/api/v1/users/:id',
      {
        schema: {
          tags,
          summary: 'Change a user',
          description: 'For the role admin. New roles, a new password and `disabled` sign the user out everywhere, at once.',
          params,
          body: { type: 'object', properties: { ...changeable, password, disabled }, additionalProperties: false },
          response: { 200: answers('The user.', userSchema), ...refusals('not_found', ...writes) },
        },
      },
      async (request) => users.change(administrator(request).account, request.params.id, bodyOf(request)),
    );
    scope.delete<{ Params: { id: string } }>(
      '/api/v1/users/:id',
      {
        schema: {
          tags,
          summary: 'Delete a user',
          description:
            'For the role admin. The user is signed out everywhere, at once; what it wrote stays. Of somebody whose token another system has made, the name is forgotten.',
          params,
          response: {
            204: answersNothing('It cannot sign in any more.'),
            ...refusals('forbidden', 'not_found', 'commit_unknown', 'store_unavailable'),
          },
        },
      },
      async (request, reply) => {
        const { account } = administrator(request);
        const { id: user } = request.params;
        const wasNamed = await people.forget(account, user);
        await users.delete(account, user).catch((error: unknown) => {
          if (!(wasNamed && error instanceof ConcordError && error.code === 'not_found')) throw error;
        });
        return reply.code(204).send();
      },
    );
  });
}

/** One of them, or several. */
function readIds(given: unknown): readonly string[] {
  const ids = [given].flat().filter((id): id is string => typeof id === 'string');
  if (ids.length > maxFound) throw new ConcordError('bad_request', { field: 'id', message: `At most ${maxFound} ids.` });
  return ids;
}
