import { ConcordError } from '@concord/protocol';
import type { CollectionSchema } from '@concord/schema';
import type { FastifyInstance } from 'fastify';
import type { Records } from '../records/records.ts';
import { principalOf } from './authentication.ts';
import { entityTag } from './entity-tag.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';
import { recordSchemas } from './record-schemas.ts';

interface OneMember {
  Params: { id: string; user: string };
}

/** Who belongs to the records of a collection, where they have members. */
export function addMembersRoutes(scope: FastifyInstance, base: string, collection: CollectionSchema, records: Records): void {
  const { name, members } = collection;
  if (members === null) return;
  const schemas = recordSchemas(collection);
  const path = `${base}/:id/${members.name}/:user`;
  const described = {
    tags: ['records'],
    params: {
      type: 'object',
      required: ['id', 'user'],
      properties: { id: { type: 'string' }, user: { type: 'string', description: 'The id of a user.' } },
    },
  };
  const refused = refusals(...writeRefusals, 'invalid_name', 'not_found', 'record_deleted', 'last_owner');
  scope.put<OneMember>(
    path,
    {
      schema: {
        ...described,
        summary: `Make somebody a member of a record of ${name}, or give another role`,
        description: `One joins by oneself where the config says so; all else is up to members of the role ${members.roles[0]}, and whom the config admits beside them.`,
        body: {
          type: 'object',
          properties: { role: { type: 'string', enum: members.roles, default: members.roles.at(-1) } },
          additionalProperties: false,
        },
        response: { 200: answers('The record.', schemas.view), ...refused },
      },
    },
    async (request, reply) => {
      const { id, user } = request.params;
      const view = await records.appoint(principalOf(request), name, id, user, roleIn(request.body));
      return reply.header('etag', entityTag(view, collection)).send(view);
    },
  );
  scope.delete<OneMember>(
    path,
    {
      schema: {
        ...described,
        summary: `Take somebody out of the members of a record of ${name}`,
        description: 'One may always go by oneself, but for the last who may let others in while there are others.',
        response: { 204: answersNothing('It is no member.'), ...refused },
      },
    },
    async (request, reply) => {
      const { id, user } = request.params;
      await records.dismiss(principalOf(request), name, id, user);
      return reply.code(204).send();
    },
  );
  if (members.direct !== null) addDirectRoute(scope, base, collection, records);
}

function addDirectRoute(scope: FastifyInstance, base: string, collection: CollectionSchema, records: Records): void {
  const { view: schema } = recordSchemas(collection);
  scope.post(
    `${base}/direct`,
    {
      schema: {
        tags: ['records'],
        summary: `The record of ${collection.name} that one has with somebody else`,
        description: 'It is made when either of the two asks for it first, and is the same one ever after.',
        body: {
          type: 'object',
          required: ['with'],
          properties: { with: { type: 'string', description: 'The id of the other user.' } },
          additionalProperties: false,
        },
        response: {
          200: answers('It was there.', schema),
          201: answers('It is made.', schema),
          ...refusals(...writeRefusals, 'invalid_record', 'not_found', 'record_deleted'),
        },
      },
    },
    async (request, reply) => {
      const { with: other } = Object(bodyOf(request)) as { readonly with?: unknown };
      if (typeof other !== 'string') throw new ConcordError('bad_request', { field: 'with', message: 'with is missing.' });
      const { view, isNew } = await records.direct(principalOf(request), collection.name, other);
      return reply
        .code(isNew ? 201 : 200)
        .headers({ etag: entityTag(view, collection), location: `${base}/${view.id}` })
        .send(view);
    },
  );
}

function roleIn(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ConcordError('bad_request', { message: 'Send { "role": "…" }.' });
  const { role, ...others } = body as { readonly role?: unknown };
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new ConcordError('bad_request', { field: other.slice(0, 80), message: 'There is a role to give, nothing else.' });
  if (role !== undefined && typeof role !== 'string')
    throw new ConcordError('bad_request', { field: 'role', message: 'A role is a string.' });
  return role;
}
