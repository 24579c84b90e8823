import { collection, defineConfig, field } from '@concord/schema';

/** The config that the tests run on: every kind of field, and each way a record can come to be. */
export default defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string({ max: 200, required: true }),
        status: field.enum(['open', 'waiting', 'closed'], { default: 'open' }),
        estimate: field.number({ min: 0 }),
        body: field.text(),
        notes: field.richText(),
        comments: field.log(),
      },
    }),
    notes: collection({
      fields: { title: field.string(), body: field.text() },
      createOnConnect: true,
      quietMs: 20,
      maxQuietMs: 100,
    }),
    everything: collection({
      fields: {
        name: field.string(),
        count: field.number(),
        done: field.boolean(),
        due: field.date(),
        kind: field.enum(['a', 'b']),
        parent: field.ref('everything'),
        meta: field.json(),
        body: field.text(),
        rich: field.richText(),
        lines: field.list({ item: field.string(), amount: field.number() }),
        votes: field.counter(),
        tags: field.set(),
      },
      createOnConnect: true,
    }),
    secrets: collection({
      fields: { title: field.string() },
      access: { read: ['admin'], create: ['admin'], update: ['admin'], delete: ['admin'] },
    }),
    articles: collection({
      fields: { title: field.string() },
      access: { create: ['editor'], update: ['editor'], delete: ['editor'] },
    }),
  },
});
