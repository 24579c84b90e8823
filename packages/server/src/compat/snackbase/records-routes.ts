import { ConcordError, type RecordView } from '@concord/protocol';
import type { CollectionSchema, Schema } from '@concord/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from '../../access/access.ts';
import type { Principal } from '../../access/principal.ts';
import type { Projection } from '../../access/projection.ts';
import { principalOf } from '../../http/authentication.ts';
import { bodyOf } from '../../http/json-body.ts';
import { readQuery } from '../../http/query.ts';
import type { Records } from '../../records/records.ts';
import { expandRecords, parseExpand, type ExpandPaths } from './expand.ts';
import { readListQuery } from './list-query.ts';
import { pageOf } from './page.ts';
import { asReplacement, fromSnackbase, parseFields, pick, toSnackbase, type SnackbaseRecord } from './record.ts';

export interface SnackbaseRecordsParts {
  readonly schema: Schema;
  readonly access: Access;
  readonly records: Records;
}

export interface InCollection {
  Params: { collection: string };
}
interface OneRecord {
  Params: { collection: string; id: string };
}

/** Reading, listing, creating, changing and deleting records. The scope has authentication. */
export function addRecordsRoutes(scope: FastifyInstance, parts: SnackbaseRecordsParts): void {
  const { records } = parts;
  const schema = { hide: true };
  scope.get<InCollection>('/records/:collection', { schema }, async (request) => {
    const principal = principalOf(request);
    const visible = visibleIn(parts, principal, request.params.collection);
    const { filter, sort, range, limit, byCursor, count, fields, expand } = readListQuery(request.query, visible);
    const all = await records.list(principal, visible.name, {
      sort,
      limit: Infinity,
      ...(filter === undefined ? {} : { filter }),
    });
    const { items: views, next, previous } = pageOf(all.items, sort, range, limit);
    const items = await shown(parts, principal, visible, views, { fields, expand });
    const cursors = { next_cursor: next, prev_cursor: previous, has_more: 'before' in range ? previous !== null : next !== null };
    if (byCursor) return { items, ...cursors, total: count ? all.items.length : null };
    return { items, total: all.items.length, skip: 'skip' in range ? range.skip : 0, limit, ...cursors };
  });
  scope.post<InCollection>('/records/:collection', { schema }, async (request, reply) => {
    const principal = principalOf(request);
    const collection = collectionOf(parts, request);
    const view = await records.create(principal, collection.name, fromSnackbase(bodyOf(request), collection, 'create'));
    return reply.code(201).send(toSnackbase(view, principal.account));
  });
  scope.get<OneRecord>('/records/:collection/:id', { schema }, async (request) => {
    const principal = principalOf(request);
    const visible = visibleIn(parts, principal, request.params.collection);
    const query = readQuery(request.query, ['fields', 'expand']);
    const asked = { fields: parseFields(query.fields, visible), expand: parseExpand(query.expand, visible) };
    const view = await records.get(principal, visible.name, request.params.id);
    return (await shown(parts, principal, visible, [view], asked))[0];
  });
  for (const method of ['PUT', 'PATCH'] as const) {
    scope.route<OneRecord>({
      method,
      url: '/records/:collection/:id',
      schema,
      async handler(request) {
        const principal = principalOf(request);
        const collection = collectionOf(parts, request);
        const input = fromSnackbase(bodyOf(request), collection, 'update');
        const change = method === 'PUT' ? asReplacement(input, collection) : input;
        return toSnackbase(await records.update(principal, collection.name, request.params.id, change), principal.account);
      },
    });
  }
  scope.delete<OneRecord>('/records/:collection/:id', { schema }, async (request, reply) => {
    const { collection, id } = request.params;
    await records.remove(principalOf(request), collection, id);
    return reply.code(204).send();
  });
}

/** The collection that the path names. Throws `not_found`, also for who may do nothing with it. */
export function collectionOf({ schema, access }: SnackbaseRecordsParts, request: FastifyRequest<InCollection>): CollectionSchema {
  const collection = schema.collections.get(request.params.collection);
  const principal = principalOf(request);
  const actions = ['read', 'create', 'update', 'delete'] as const;
  if (collection !== undefined && actions.some((action) => access.could(principal, action, collection))) return collection;
  throw new ConcordError('not_found');
}

/** What one may not see is no field, by which nothing can be asked for. */
function visibleIn({ schema, access }: SnackbaseRecordsParts, principal: Principal, name: string): Projection {
  const collection = schema.collections.get(name);
  const visible = collection && access.widest(principal, collection);
  if (visible === undefined) throw new ConcordError('not_found');
  return visible;
}

interface Asked {
  readonly fields: ReadonlySet<string> | undefined;
  readonly expand: ExpandPaths;
}

async function shown(
  { schema, records }: SnackbaseRecordsParts,
  principal: Principal,
  visible: Projection,
  views: readonly RecordView[],
  { fields, expand }: Asked,
): Promise<readonly SnackbaseRecord[]> {
  const { account } = principal;
  const read = async (collection: string, id: string): Promise<RecordView | undefined> => {
    try {
      return await records.get(principal, collection, id);
    } catch (error) {
      if (error instanceof ConcordError && ['not_found', 'record_deleted', 'forbidden'].includes(error.code)) return undefined;
      throw error;
    }
  };
  const items = views.map((view) => toSnackbase(view, account));
  return (await expandRecords(items, expand, visible, { schema, account, read })).map((item) => pick(item, fields));
}
