import { ConcordError, type ErrorCode } from '@concord/protocol';
import type { CollectionSchema, LogSchema, Schema } from '@concord/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { LogFiles } from '../logs/files/log-files.ts';
import type { LogName, Logs } from '../logs/logs.ts';
import { addAuthentication, principalOf, type Authenticate } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { addLogFilesRoutes } from './log-files-routes.ts';
import { readLogQuery, readLogSearch } from './log-query.ts';
import { addLogSchemas, logParams, logSchemas } from './log-schemas.ts';
import { answers, answersNothing, refusals, writeRefusals } from './openapi.ts';
import { readQuery } from './query.ts';

export interface LogRoutesParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly logs: Logs;
  /** Where there are none, nothing can be attached. */
  readonly files: LogFiles | undefined;
  /** Whether pages of other origins may show the pictures. */
  readonly isOpen: boolean;
  readonly authenticate: Authenticate;
}

interface OneLog {
  Params: { id: string };
}
interface OneEntry {
  Params: { id: string; entry: string };
}
interface OneReaction {
  Params: { id: string; entry: string; emoji: string };
}

/** What the routes of one log of one collection need. */
interface LogScope {
  readonly scope: FastifyInstance;
  readonly path: string;
  /** `messages of rooms` */
  readonly title: string;
  readonly logs: Logs;
  readonly nameOf: (request: FastifyRequest<OneLog>) => LogName;
}

/** One set of routes per collection and log. */
export async function addLogRoutes(app: FastifyInstance, parts: LogRoutesParts): Promise<void> {
  const { schema, access, logs, files, isOpen, authenticate } = parts;
  await app.register(async (all) => {
    addAuthentication(all, authenticate);
    addLogSchemas(all);
    for (const collection of schema.collections.values())
      for (const log of collection.logs.values())
        await all.register(async (scope) => {
          hideFromStrangers(scope, collection, log, access);
          const nameOf = ({ params }: FastifyRequest<OneLog>): LogName => ({
            collection: collection.name,
            record: params.id,
            log: log.name,
          });
          const path = `/api/v1/records/${collection.name}/:id/${log.name}`;
          const own: LogScope = { scope, path, title: `${log.name} of ${collection.name}`, logs, nameOf };
          addPageRoutes(own);
          addEntryRoutes(own);
          addReactionRoutes(own);
          if (files === undefined) return;
          const { title } = own;
          await scope.register(async (bytes) => addLogFilesRoutes(bytes, { path, title, log, files, isOpen, nameOf }));
        });
  });
}

/** To who may read the log of no record it is not there, whatever else is wrong with the request. */
export function hideFromStrangers(
  scope: FastifyInstance,
  collection: CollectionSchema,
  { name }: LogSchema,
  access: Access,
): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    const isShown = access.widest(principalOf(request), collection)?.shows(name) === true;
    done(isShown ? undefined : new ConcordError('not_found'));
  });
}

function addPageRoutes({ scope, path, title, logs, nameOf }: LogScope): void {
  scope.get<OneLog>(
    path,
    {
      schema: {
        tags: ['logs'],
        summary: `Read or search ${title}`,
        description: 'The newest, or those at a place that is named. Replies and deleted ones are among them, each in its place.',
        params: logParams('id'),
        querystring: logSchemas.query,
        response: {
          200: answers('The entries, in their order; or what was found, the newest first.', {
            oneOf: [logSchemas.page, logSchemas.searchPage],
          }),
          ...refusals('bad_request', 'not_found', 'record_deleted'),
        },
      },
    },
    async (request) => {
      const search = readLogSearch(request.query);
      if (search !== undefined) return await logs.search(principalOf(request), nameOf(request), search);
      const query = readLogQuery(request.query);
      return await logs.list(principalOf(request), nameOf(request), query);
    },
  );
  scope.post<OneLog>(
    path,
    {
      schema: {
        tags: ['logs'],
        summary: `Post to ${title}`,
        params: logParams('id'),
        body: logSchemas.input,
        response: {
          200: answers('The entry, which was there already.', logSchemas.entry),
          201: answers('The entry.', logSchemas.entry),
          ...entryRefusals('invalid_name', 'invalid_record', 'entry_exists', 'slow_mode'),
        },
      },
    },
    async (request, reply) => {
      const { entry, isNew } = await logs.post(principalOf(request), nameOf(request), bodyOf(request));
      return await reply.code(isNew ? 201 : 200).send(entry);
    },
  );
}

function addEntryRoutes({ scope, path, title, logs, nameOf }: LogScope): void {
  const described = { tags: ['logs'], params: logParams('id', 'entry') };
  scope.get<OneEntry>(
    `${path}/:entry`,
    {
      schema: {
        ...described,
        summary: `Read an entry of ${title}`,
        response: { 200: answers('The entry.', logSchemas.entry), ...refusals('bad_request', 'not_found', 'record_deleted') },
      },
    },
    async (request) => {
      readQuery(request.query, []);
      return await logs.get(principalOf(request), nameOf(request), request.params.entry);
    },
  );
  scope.patch<OneEntry>(
    `${path}/:entry`,
    {
      schema: {
        ...described,
        summary: `Edit or pin an entry of ${title}`,
        body: logSchemas.amendment,
        response: { 200: answers('The entry after the change.', logSchemas.entry), ...entryRefusals('invalid_record') },
      },
    },
    async (request) => {
      const change = readAmendment(bodyOf(request));
      const [principal, name, { entry }] = [principalOf(request), nameOf(request), request.params];
      return 'text' in change
        ? await logs.edit(principal, name, entry, change.text)
        : await logs.pin(principal, name, entry, change.pinned);
    },
  );
  scope.delete<OneEntry>(
    `${path}/:entry`,
    {
      schema: {
        ...described,
        summary: `Delete an entry of ${title}`,
        description: 'It leaves a tombstone in its place.',
        response: { 204: answersNothing('It is deleted.'), ...entryRefusals() },
      },
    },
    async (request, reply) => {
      await logs.remove(principalOf(request), nameOf(request), request.params.entry);
      return await reply.code(204).send();
    },
  );
}

function addReactionRoutes({ scope, path, title, logs, nameOf }: LogScope): void {
  for (const { method, summary, isThere } of [
    { method: 'PUT', summary: `React to an entry of ${title}`, isThere: true },
    { method: 'DELETE', summary: `Take back a reaction to an entry of ${title}`, isThere: false },
  ] as const)
    scope.route<OneReaction>({
      method,
      url: `${path}/:entry/reactions/:emoji`,
      schema: {
        tags: ['logs'],
        summary,
        params: logParams('id', 'entry', 'emoji'),
        response: { 200: answers('The entry after it.', logSchemas.entry), ...entryRefusals() },
      },
      handler: async (request) => {
        const { entry, emoji } = request.params;
        return await logs.react(principalOf(request), nameOf(request), entry, emoji, isThere);
      },
    });
}

function readAmendment(body: unknown): { readonly text: unknown } | { readonly pinned: boolean } {
  if (typeof body === 'object' && body !== null && Object.keys(body).length === 1) {
    if ('text' in body) return { text: body.text };
    if ('pinned' in body && typeof body.pinned === 'boolean') return { pinned: body.pinned };
  }
  throw new ConcordError('bad_request', { message: 'Send either { "text": … }, or { "pinned": true or false }.' });
}

function entryRefusals(...codes: readonly ErrorCode[]): ReturnType<typeof refusals> {
  return refusals(...writeRefusals, 'not_found', 'record_deleted', 'entry_deleted', 'rate_limited', ...codes);
}
