import { namePatterns } from '@concord/protocol';
import { jsonSchemaOf, type CollectionSchema } from '@concord/schema';
import type { FastifyInstance } from 'fastify';

/** The schemas of a collection's routes; those with fields stand in the description's components. */
export interface RecordSchemas {
  readonly view: object;
  readonly create: object;
  readonly update: object;
  readonly page: object;
  readonly params: object;
}

const shapes = ['view', 'create', 'update'] as const;

/** To be called once per collection, before its routes are added. */
export function addRecordSchemas(scope: FastifyInstance, collection: CollectionSchema): void {
  for (const shape of shapes)
    scope.addSchema({ ...jsonSchemaOf(collection, shape, new Set(collection.partOf.keys())), $id: schemaId(collection, shape) });
}

export function recordSchemas(collection: CollectionSchema): RecordSchemas {
  const view = reference(collection, 'view');
  return {
    view,
    create: reference(collection, 'create'),
    update: reference(collection, 'update'),
    page: {
      type: 'object',
      required: ['items', 'cursor'],
      properties: {
        items: { type: 'array', items: view },
        nextPage: { type: 'string', description: 'Absent on the last page.' },
        total: { type: 'integer', description: 'How many match, when asked for.' },
        cursor: { type: 'string', description: 'Read the feed from here to learn of every later change.' },
      },
    },
    params: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: namePatterns.record.source } } },
  };
}

/** The names under which a collection's schemas stand in the description. */
export function schemaIds(collection: CollectionSchema): readonly string[] {
  return shapes.map((shape) => schemaId(collection, shape));
}

/** A collection's name has no dot, so these cannot meet another's. */
function schemaId({ name }: CollectionSchema, shape: (typeof shapes)[number]): string {
  return shape === 'view' ? name : `${name}.${shape}`;
}

function reference(collection: CollectionSchema, shape: (typeof shapes)[number]): object {
  return { $ref: `${schemaId(collection, shape)}#` };
}
