import { createHash } from 'node:crypto';
import { ConcordError, type InboxLevel, type LogRead } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { matchesTag } from './entity-tag.ts';
import type { Enter } from './entry.ts';
import { inboxAnswerSchema } from './inbox-schema.ts';
import { openInboxStream, type InboxStreamParts } from './inbox-stream.ts';
import { hideFromStrangers } from './log-routes.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';
import { readQuery } from './query.ts';
import { recordSchemas } from './record-schemas.ts';

export interface InboxRoutesDeps extends InboxStreamParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly inbox: Inbox;
  readonly authenticate: Authenticate;
  readonly enter: Enter;
}

const levels: readonly InboxLevel[] = ['all', 'mentions', 'none'];

/** What is new for the one who asks, and what they say of it. */
export async function addInboxRoutes(app: FastifyInstance, deps: InboxRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    addAuthentication(scope, deps.authenticate);
    addAnswer(scope, deps);
    for (const collection of deps.schema.collections.values())
      for (const log of collection.logs.values())
        await scope.register(async (own) => {
          hideFromStrangers(own, collection, log, deps.access);
          addLogRoutes(own, collection, log.name, deps.inbox);
        });
  });
}

function addAnswer(scope: FastifyInstance, deps: InboxRoutesDeps): void {
  scope.get(
    '/api/v1/inbox',
    {
      schema: {
        tags: ['inbox'],
        summary: 'What is new for you',
        description:
          'Of each log that you follow how much in it is unread; and the latest that mentions or answers you. With `Accept: text/event-stream` it is a stream of what a live inbox is told: all of it at first, then what changes.',
        querystring: { type: 'object', properties: {} },
        headers: {
          type: 'object',
          properties: { 'If-None-Match': { type: 'string', description: 'Answer 304 while nothing is new.' } },
        },
        response: {
          200: answers('What is new.', inboxAnswerSchema),
          304: answersNothing('It is still the same.'),
          ...refusals('bad_request', 'too_many_connections'),
        },
      },
    },
    async (request, reply) => {
      readQuery(request.query, []);
      const principal = principalOf(request);
      void reply.header('vary', 'Authorization, X-API-Key, Accept');
      if (request.method === 'GET' && request.headers.accept?.includes('text/event-stream') === true)
        return await stream(deps, request, reply, principal);
      const body = JSON.stringify(await deps.inbox.get(principal));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      void reply.header('etag', etag);
      if (matchesTag(request.headers['if-none-match'], etag)) return await reply.code(304).send();
      return await reply.type('application/json; charset=utf-8').send(body);
    },
  );
}

async function stream(
  deps: InboxRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
): Promise<FastifyReply> {
  const leave = deps.enter(request, principal);
  reply.raw.on('close', leave);
  return openInboxStream(deps, principal, reply);
}

interface OneRecord {
  Params: { id: string };
}

function addLogRoutes(scope: FastifyInstance, collection: CollectionSchema, log: string, inbox: Inbox): void {
  const { name } = collection;
  const { params } = recordSchemas(collection);
  const base = `/api/v1/records/${name}/:id/${log}`;
  const described = { tags: ['inbox'], params };
  const refused = refusals(...writeRefusals, 'not_found', 'record_deleted');
  const number = { type: 'integer', minimum: 0 };
  scope.put<OneRecord>(
    `${base}/read`,
    {
      schema: {
        ...described,
        summary: `Say how far you have read the ${log} of a record of ${name}`,
        description:
          'All up to `seq` is read and nothing behind it is: a lower number than before marks as unread. With `thread`, the number of the entry that began one, it is said of its replies. Without effect where you do not follow the log, or take no part in the thread.',
        body: {
          type: 'object',
          required: ['seq'],
          properties: { seq: number, thread: { ...number, minimum: 1 } },
          additionalProperties: false,
        },
        response: { 204: answersNothing('It is noted.'), ...refused },
      },
    },
    async (request, reply) => {
      await inbox.read(principalOf(request), name, request.params.id, log, readOf(bodyOf(request)));
      return reply.code(204).send();
    },
  );
  scope.put<OneRecord>(
    `${base}/follow`,
    {
      schema: {
        ...described,
        summary: `Say what you want to be told of in the ${log} of a record of ${name}`,
        body: {
          type: 'object',
          required: ['level'],
          properties: { level: { type: 'string', enum: levels } },
          additionalProperties: false,
        },
        response: { 204: answersNothing('It is noted.'), ...refused },
      },
    },
    async (request, reply) => {
      await inbox.follow(principalOf(request), name, request.params.id, log, levelOf(bodyOf(request)));
      return reply.code(204).send();
    },
  );
}

function readOf(body: unknown): LogRead {
  const { seq, thread, ...others } = asObject(body);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw bad(unknown, 'There are seq and thread.');
  if (!isCount(seq) || seq < 0) throw bad('seq', 'seq is the number of an entry, or 0.');
  if (thread !== undefined && (!isCount(thread) || thread < 1)) throw bad('thread', 'thread is the number of an entry.');
  return { seq, ...(thread === undefined ? {} : { thread }) };
}

function levelOf(body: unknown): InboxLevel {
  const { level, ...others } = asObject(body);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw bad(unknown, 'There is nothing but level.');
  if ((levels as readonly unknown[]).includes(level)) return level as InboxLevel;
  throw bad('level', `level is one of ${levels.join(', ')}.`);
}

function asObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new ConcordError('bad_request', { message: 'The body is a JSON object.' });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function bad(field: string, message: string): ConcordError {
  return new ConcordError('bad_request', { field: field.slice(0, 80), message });
}
