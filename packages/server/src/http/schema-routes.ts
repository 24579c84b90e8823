import { createHash } from 'node:crypto';
import type { Schema } from '@concord/schema';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import { describeSchema } from '../access/describe-schema.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { matchesTag } from './entity-tag.ts';
import { answers, answersNothing, refusals } from './openapi.ts';
import { readQuery } from './query.ts';

export interface SchemaRouteParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly authenticate: Authenticate;
}

const permission = { enum: [true, false, 'depends'], description: '`depends`: a policy decides, record by record.' } as const;
const part = {
  type: 'object',
  required: ['name', 'read', 'write'],
  properties: {
    name: { type: ['string', 'null'], description: "Null for the content part, whose document's name ends with the record." },
    read: { enum: [true, 'depends'] },
    write: permission,
  },
} as const;
const field = {
  type: 'object',
  description: 'With the options of its kind.',
  required: ['kind', 'name', 'part'],
  properties: { kind: { type: 'string' }, name: { type: 'string' }, part: { type: ['string', 'null'] } },
} as const;
const collection = {
  type: 'object',
  required: ['name', 'createOnConnect', 'may', 'parts', 'fields'],
  properties: {
    name: { type: 'string' },
    createOnConnect: { type: 'boolean' },
    may: { type: 'object', properties: { create: permission, update: permission, delete: permission } },
    parts: { type: 'array', items: part },
    fields: { type: 'array', items: field },
  },
} as const;
const description = {
  type: 'object',
  required: ['account', 'user', 'version', 'limits', 'collections'],
  properties: {
    account: { type: 'string' },
    user: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        name: { type: 'string' },
        roles: { type: 'array', items: { type: 'string' } },
      },
    },
    version: { type: 'string', description: 'Another one whenever something of the collections is.' },
    limits: { type: 'object', additionalProperties: { type: 'integer' } },
    collections: { type: 'array', items: collection },
  },
} as const;

/** What a client needs to build forms, and to judge what is typed into them. */
export async function addSchemaRoutes(app: FastifyInstance, { schema, access, authenticate }: SchemaRouteParts): Promise<void> {
  await app.register(async (scope) => {
    addAuthentication(scope, authenticate);
    scope.get(
      '/api/v1/schema',
      {
        schema: {
          tags: ['records'],
          summary: 'Collections and fields, as one may see them',
          description:
            'What cannot be seen of any record is not there. With `If-None-Match` it answers 304 while it is the same.',
          response: {
            200: answers('The schema.', description),
            304: answersNothing('It is the one whose tag was given.'),
            ...refusals('bad_request'),
          },
        },
      },
      (request, reply) => {
        readQuery(request.query, []);
        const body = JSON.stringify(describeSchema(schema, access, principalOf(request)));
        const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
        void reply.header('etag', `W/${tag}`);
        if (matchesTag(request.headers['if-none-match'], tag)) return reply.code(304).send();
        return reply.type('application/json; charset=utf-8').send(body);
      },
    );
  });
}
