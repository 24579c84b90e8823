import { ConcordError } from '@concord/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { principalOf } from '../../http/authentication.ts';
import { bodyOf } from '../../http/json-body.ts';
import type { BatchItem } from '../../records/records.ts';
import { fromSnackbase, toSnackbase, type SnackbaseRecord } from './record.ts';
import { collectionOf, type InCollection, type SnackbaseRecordsParts } from './records-routes.ts';

/** Many records by one request: all of them or none. The scope has authentication. */
export function addBatchRoutes(scope: FastifyInstance, parts: SnackbaseRecordsParts): void {
  const url = '/records/:collection/batch';
  const schema = { hide: true };

  async function run(
    request: FastifyRequest<InCollection>,
    key: string,
    read: (item: unknown, at: string) => BatchItem,
  ): Promise<readonly SnackbaseRecord[]> {
    const principal = principalOf(request);
    const collection = collectionOf(parts, request);
    const items = readList(bodyOf(request), key, collection.limits.maxBatchRecords);
    if (items.length === 0) return [];
    const batch = items.map((item, index) => read(item, `${key}.${index}`));
    const views = await parts.records.batch(principal, collection.name, batch);
    return views.map((view) => toSnackbase(view, principal.account));
  }

  scope.post<InCollection>(url, { schema }, async (request, reply) => {
    const collection = collectionOf(parts, request);
    const created = await run(request, 'records', (item) => ({
      operation: 'create',
      input: fromSnackbase(item, collection, 'create'),
    }));
    return reply.code(201).send({ created, count: created.length });
  });
  scope.patch<InCollection>(url, { schema }, async (request) => {
    const collection = collectionOf(parts, request);
    const updated = await run(request, 'records', (item, at) => {
      const { id, data } = Object(item) as { readonly id?: unknown; readonly data?: unknown };
      return { operation: 'update', id: readId(id, `${at}.id`), input: fromSnackbase(data, collection, 'update') };
    });
    return { updated, count: updated.length };
  });
  scope.delete<InCollection>(url, { schema }, async (request) => {
    const deleted = await run(request, 'ids', (id, at) => ({ operation: 'delete', id: readId(id, at) }));
    return { deleted: deleted.map(({ id }) => id), count: deleted.length };
  });
}

function readList(body: unknown, key: string, max: number): readonly unknown[] {
  const list = (Object(body) as Record<string, unknown>)[key];
  if (!Array.isArray(list))
    throw new ConcordError('bad_request', { field: key, message: `The body is an object with a list "${key}".` });
  if (list.length > max)
    throw new ConcordError('too_large', {
      limit: 'maxBatchRecords',
      message: `Batch size ${list.length} exceeds maximum of ${max}`,
    });
  return list as readonly unknown[];
}

function readId(id: unknown, field: string): string {
  if (typeof id === 'string') return id;
  throw new ConcordError('bad_request', { field, message: 'An id is a string.' });
}
