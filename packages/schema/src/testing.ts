import * as Y from 'yjs';
import { collection, compileConfig, defineConfig, field, type CollectionSchema } from './index.ts';

/** A collection with a field of every kind, for this package's own tests. */
export const tickets: CollectionSchema = collectionOf(
  collection({
    fields: {
      title: field.string({ required: true, max: 20 }),
      code: field.string({ default: 'none' }),
      status: field.enum(['open', 'waiting', 'closed'], { default: 'open' }),
      estimate: field.number({ min: 0 }),
      urgent: field.boolean(),
      due: field.date(),
      assignee: field.ref('tickets'),
      meta: field.json({ maxBytes: 100 }),
      source: field.text({ max: 100 }),
      notes: field.richText(),
      lines: field.list(
        { item: field.string({ required: true }), amount: field.number({ min: 0 }), paid: field.boolean({ default: false }) },
        { max: 5 },
      ),
      likes: field.counter(),
      tags: field.set({ max: 3, maxLength: 10 }),
    },
  }),
);

function collectionOf(config: Parameters<typeof collection>[0]): CollectionSchema {
  const schema = compileConfig(defineConfig({ collections: { tickets: config } }), 'test').collections.get('tickets');
  if (schema === undefined) throw new TypeError('The collection is missing.');
  return schema;
}

/** A second document with the same content. */
export function replicaOf(doc: Y.Doc): Y.Doc {
  const replica = new Y.Doc();
  Y.applyUpdate(replica, Y.encodeStateAsUpdate(doc));
  return replica;
}

/** Exchanges what either does not have. */
export function sync(a: Y.Doc, b: Y.Doc): void {
  const forB = Y.encodeStateAsUpdate(a, Y.encodeStateVector(b));
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)));
  Y.applyUpdate(b, forB);
}

/** The size of the update that `edit` makes, in bytes; 0 where it makes none. */
export function updateBytes(doc: Y.Doc, edit: () => void): number {
  let bytes = 0;
  const count = (update: Uint8Array): void => {
    bytes += update.length;
  };
  doc.on('update', count);
  doc.transact(edit);
  doc.off('update', count);
  return bytes;
}
