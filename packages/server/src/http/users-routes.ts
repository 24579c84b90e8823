import type { FastifyInstance } from 'fastify';
import type { Users } from '../access/users.ts';
import { administrator } from './administrator.ts';
import { addAuthentication, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';

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

/** The people who sign in with a password: for administrators of an account, and of its people only. */
export async function addUsersRoutes(
  app: FastifyInstance,
  { users, authenticate }: { readonly users: Users; readonly authenticate: Authenticate },
): Promise<void> {
  const params = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
  await app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get(
      '/api/v1/users',
      {
        schema: {
          tags,
          summary: 'List the users of the account',
          description: 'Those who sign in here with a password. For the role admin.',
          response: {
            200: answers('The users.', {
              type: 'object',
              required: ['items'],
              properties: { items: { type: 'array', items: userSchema } },
            }),
            ...refusals('forbidden'),
          },
        },
      },
      async (request) => ({ items: await users.list(administrator(request).account) }),
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
          description: 'For the role admin. The user is signed out everywhere, at once; what it wrote stays.',
          params,
          response: {
            204: answersNothing('It cannot sign in any more.'),
            ...refusals('forbidden', 'not_found', 'commit_unknown', 'store_unavailable'),
          },
        },
      },
      async (request, reply) => {
        await users.delete(administrator(request).account, request.params.id);
        return reply.code(204).send();
      },
    );
  });
}
