import { ConcordError, type ErrorCode, type RecordView } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { Records } from '../records/records.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { addBatchRoutes } from './batch-routes.ts';
import { entityTag, matchesTag, parseIfMatch } from './entity-tag.ts';
import { bodyOf } from './json-body.ts';
import { listParameters, readListQuery } from './list-query.ts';
import { addMembersRoutes } from './members-routes.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';
import { present, presentationParameters, readPresentation } from './presentation.ts';
import { readQuery } from './query.ts';
import { addRecordSchemas, recordSchemas, type RecordSchemas } from './record-schemas.ts';

export interface RecordsRoutesDeps {
  readonly schema: Schema;
  readonly access: Access;
  readonly records: Records;
  readonly authenticate: Authenticate;
  /** The feed cursor, as this reader gets it, of a place in its account's feed. */
  readonly cursorAt: (principal: Principal, seq: number) => string;
}

interface OneRecord {
  Params: { id: string };
}

/** One set of routes per collection, so that the API's description shows each with its own fields. */
export async function addRecordsRoutes(app: FastifyInstance, deps: RecordsRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    addAuthentication(scope, deps.authenticate);
    for (const collection of deps.schema.collections.values()) {
      addRecordSchemas(scope, collection);
      const base = `/api/v1/records/${collection.name}`;
      await scope.register(async (own) => {
        hideFromStrangers(own, collection, deps.access);
        addListRoutes(own, base, collection, deps);
        addRecordRoutes(own, base, collection, deps);
        addAfterlifeRoutes(own, base, collection, deps);
        addMembersRoutes(own, base, collection, deps.records);
        addBatchRoutes(own, base, collection, deps.records);
      });
    }
  });
}

/** To who may do nothing with a collection it is not there, whatever else is wrong with the request. */
function hideFromStrangers(scope: FastifyInstance, collection: CollectionSchema, access: Access): void {
  const actions = ['read', 'create', 'update', 'delete'] as const;
  scope.addHook('onRequest', (request, _reply, done) => {
    const principal = principalOf(request);
    done(actions.some((action) => access.could(principal, action, collection)) ? undefined : new ConcordError('not_found'));
  });
}

function addListRoutes(
  scope: FastifyInstance,
  base: string,
  collection: CollectionSchema,
  { records, access, cursorAt }: RecordsRoutesDeps,
): void {
  const { name } = collection;
  const schemas = recordSchemas(collection);
  scope.get(
    base,
    {
      schema: {
        tags: ['records'],
        summary: `List ${name}`,
        querystring: listParameters,
        response: {
          200: answers('The records, and the feed cursor at which they were taken.', schemas.page),
          ...refusals('bad_request', 'invalid_filter', 'invalid_sort', 'invalid_cursor', 'forbidden', 'too_large'),
        },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      // What one may not see is no field, by which nothing can be asked for.
      const visible = access.widest(principal, collection);
      if (visible === undefined) throw new ConcordError('not_found');
      const { list, presentation } = readListQuery(request.query, visible);
      const { items, seq, ...page } = await records.list(principal, name, list);
      return { items: items.map((view) => present(view, collection, presentation)), ...page, cursor: cursorAt(principal, seq) };
    },
  );
  scope.post(
    base,
    {
      schema: {
        tags: ['records'],
        summary: `Create a record of ${name}`,
        body: schemas.create,
        response: { 201: answers('The record.', schemas.view), ...recordRefusals('record_exists', 'record_deleted') },
      },
    },
    async (request, reply) => {
      const view = await records.create(principalOf(request), name, bodyOf(request));
      return tagged(reply, view, collection).code(201).header('location', `${base}/${view.id}`).send(view);
    },
  );
}

function addRecordRoutes(
  scope: FastifyInstance,
  base: string,
  collection: CollectionSchema,
  { records, access }: RecordsRoutesDeps,
): void {
  const { name } = collection;
  const schemas = recordSchemas(collection);
  const described = describeOne(schemas);
  scope.get<OneRecord>(
    `${base}/:id`,
    {
      schema: {
        ...described,
        summary: `Read a record of ${name}`,
        querystring: { type: 'object', properties: presentationParameters },
        headers: header('If-None-Match', 'Answer 304 while the record still has this version.'),
        response: {
          200: answers('The record.', schemas.view),
          304: answersNothing('It still has that version.'),
          ...refusals('bad_request', 'forbidden', 'not_found', 'record_deleted'),
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const visible = access.widest(principal, collection);
      if (visible === undefined) throw new ConcordError('not_found');
      const presentation = readPresentation(readQuery(request.query, ['fields', 'richText']), visible);
      const view = await records.get(principal, name, request.params.id);
      tagged(reply, view, collection);
      if (matchesTag(request.headers['if-none-match'], entityTag(view, collection))) return reply.code(304).send();
      return reply.send(present(view, collection, presentation));
    },
  );
  scope.patch<OneRecord>(
    `${base}/:id`,
    {
      schema: {
        ...described,
        summary: `Change fields of a record of ${name}`,
        description:
          'Fields that are left out stay as they are. A text is changed by the smallest edit, so people who are typing in it go on undisturbed.',
        headers: ifMatch,
        body: schemas.update,
        response: {
          200: answers('The record after the change.', schemas.view),
          ...recordRefusals('not_found', 'record_deleted', 'version_mismatch'),
        },
      },
    },
    async (request, reply) => {
      const condition = parseIfMatch(request.headers['if-match']);
      const view = await records.update(principalOf(request), name, request.params.id, bodyOf(request), condition);
      return tagged(reply, view, collection).send(view);
    },
  );
  scope.delete<OneRecord>(
    `${base}/:id`,
    {
      schema: {
        ...described,
        summary: `Delete a record of ${name}`,
        description: 'It can be restored until it is purged. Its id is not taken again.',
        headers: ifMatch,
        response: { 204: answersNothing('It is deleted.'), ...recordRefusals('not_found', 'record_deleted', 'version_mismatch') },
      },
    },
    async (request, reply) => {
      const condition = parseIfMatch(request.headers['if-match']);
      await records.remove(principalOf(request), name, request.params.id, condition);
      return reply.code(204).send();
    },
  );
}

function addAfterlifeRoutes(
  scope: FastifyInstance,
  base: string,
  collection: CollectionSchema,
  { records }: RecordsRoutesDeps,
): void {
  const { name } = collection;
  const schemas = recordSchemas(collection);
  const described = describeOne(schemas);
  scope.post<OneRecord>(
    `${base}/:id/restore`,
    {
      schema: {
        ...described,
        summary: `Restore a deleted record of ${name}`,
        response: { 200: answers('The record.', schemas.view), ...recordRefusals('not_found', 'not_deleted') },
      },
    },
    async (request, reply) => {
      const view = await records.restore(principalOf(request), name, request.params.id);
      return tagged(reply, view, collection).send(view);
    },
  );
  scope.post<OneRecord>(
    `${base}/:id/purge`,
    {
      schema: {
        ...described,
        summary: `Erase a deleted record of ${name}`,
        description: 'Its content, history and event data are erased for good; only its id stays taken.',
        response: { 204: answersNothing('It is erased.'), ...recordRefusals('not_found', 'not_deleted') },
      },
    },
    async (request, reply) => {
      await records.purge(principalOf(request), name, request.params.id);
      return reply.code(204).send();
    },
  );
}

function recordRefusals(...codes: readonly ErrorCode[]): ReturnType<typeof refusals> {
  return refusals(...writeRefusals, 'invalid_name', 'invalid_record', ...codes);
}

function describeOne({ params }: RecordSchemas): { readonly tags: readonly string[]; readonly params: object } {
  return { tags: ['records'], params };
}

function header(name: string, description: string): object {
  return { type: 'object', properties: { [name]: { type: 'string', description } } };
}

const ifMatch = header('If-Match', 'Only if the record still has this version: `"17"`.');

function tagged(reply: FastifyReply, view: RecordView, collection: CollectionSchema): FastifyReply {
  return reply.header('etag', entityTag(view, collection));
}
