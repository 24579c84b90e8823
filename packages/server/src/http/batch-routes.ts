import { ConcordError, type RecordView } from '@concord/protocol';
import type { CollectionSchema } from '@concord/schema';
import type { FastifyInstance } from 'fastify';
import type { Principal } from '../access/principal.ts';
import type { BatchItem, Records } from '../records/records.ts';
import { principalOf } from './authentication.ts';
import { bodyOf } from './json-body.ts';
import { answers, answersNothing, refusals } from './openapi.ts';
import { recordSchemas } from './record-schemas.ts';

/** Many records by one request: all of them or, with an error that names the item (`records.3.title`), none. */
export function addBatchRoutes(scope: FastifyInstance, base: string, collection: CollectionSchema, records: Records): void {
  const { name } = collection;
  const { maxBatchRecords } = collection.limits;
  const { view, create, update } = recordSchemas(collection);
  const items = { type: 'object', required: ['items'], properties: { items: { type: 'array', items: view } } };
  const refused = refusals(
    ...([
      'bad_request',
      'invalid_json',
      'invalid_name',
      'forbidden',
      'not_found',
      'record_exists',
      'record_deleted',
      'version_mismatch',
    ] as const),
    ...(['too_large', 'unsupported_media_type', 'invalid_record', 'commit_unknown', 'store_unavailable'] as const),
  );
  const list = (key: string, of: object) => ({
    type: 'object',
    required: [key],
    properties: { [key]: { type: 'array', maxItems: maxBatchRecords, items: of } },
  });
  const run = async (principal: Principal, batch: readonly BatchItem[]): Promise<readonly RecordView[]> =>
    batch.length === 0 ? [] : await records.batch(principal, name, batch);

  scope.post(
    `${base}/batch`,
    {
      schema: {
        tags: ['records'],
        summary: `Create records of ${name}`,
        body: list('records', create),
        response: { 201: answers('The records, in that order.', items), ...refused },
      },
    },
    async (request, reply) => {
      const inputs = readList(bodyOf(request), 'records', maxBatchRecords);
      const created = await run(
        principalOf(request),
        inputs.map((input) => ({ operation: 'create', input })),
      );
      return reply.code(201).send({ items: created });
    },
  );
  scope.patch(
    `${base}/batch`,
    {
      schema: {
        tags: ['records'],
        summary: `Change records of ${name}`,
        description: 'Each names its `id` and, where it is to be changed only if it still has it, its `version`.',
        body: list('records', {
          allOf: [
            update,
            { type: 'object', required: ['id'], properties: { id: { type: 'string' }, version: { type: 'integer' } } },
          ],
        }),
        response: { 200: answers('The records after the change, in that order.', items), ...refused },
      },
    },
    async (request) => {
      const inputs = readList(bodyOf(request), 'records', maxBatchRecords);
      return { items: await run(principalOf(request), inputs.map(readChange)) };
    },
  );
  scope.delete(
    `${base}/batch`,
    {
      schema: {
        tags: ['records'],
        summary: `Delete records of ${name}`,
        body: list('ids', { type: 'string' }),
        response: { 204: answersNothing('They are deleted.'), ...refused },
      },
    },
    async (request, reply) => {
      const ids = readList(bodyOf(request), 'ids', maxBatchRecords);
      const batch = ids.map((id, index) => ({ operation: 'delete', id: readId(id, `ids.${index}`) }) as const);
      try {
        await run(principalOf(request), batch);
      } catch (error) {
        throw namingIds(error);
      }
      return reply.code(204).send();
    },
  );
}

function readList(body: unknown, key: string, max: number): readonly unknown[] {
  const list = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;
  if (!Array.isArray(list))
    throw new ConcordError('bad_request', {
      field: key,
      message: `The body is an object with a list "${key}".`,
    });
  if (list.length > max)
    throw new ConcordError('too_large', { field: key, limit: 'maxBatchRecords', message: `A batch has at most ${max} items.` });
  return list as readonly unknown[];
}

function readChange(item: unknown, index: number): BatchItem {
  const at = `records.${index}`;
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new ConcordError('bad_request', { field: at, message: 'A change is an object.' });
  const { id, version, ...input } = item as Record<string, unknown>;
  const change = { operation: 'update', id: readId(id, `${at}.id`), input } as const;
  if (version === undefined) return change;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 0) {
    throw new ConcordError('bad_request', { field: `${at}.version`, message: 'A version is a whole number.' });
  }
  return { ...change, condition: { version } };
}

function readId(id: unknown, field: string): string {
  if (typeof id === 'string') return id;
  throw new ConcordError('bad_request', { field, message: 'An id is a string.' });
}

/** An item is named as `records.<n>`, and what was sent is a list of ids: `ids.<n>`. */
function namingIds(error: unknown): unknown {
  const [, index] = error instanceof ConcordError ? (/^records\.([0-9]+)/.exec(error.field ?? '') ?? []) : [];
  if (!(error instanceof ConcordError) || index === undefined) return error;
  return new ConcordError(error.code, { message: error.message, field: `ids.${index}`, cause: error });
}
