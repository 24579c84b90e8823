import { collection, defineConfig, field } from '@concord/schema';

/** What the benchmark's browsers edit: pages of the kinds that are typed into, and a list of many people. */
export default defineConfig({
  collections: {
    pages: collection({
      fields: { title: field.string({ max: 200 }), body: field.richText(), source: field.text() },
    }),
    people: collection({
      fields: {
        name: field.string({ max: 200 }),
        city: field.string({ max: 80 }),
        stage: field.enum(['new', 'known', 'gone'], { default: 'new' }),
        since: field.date(),
        visits: field.number(),
      },
    }),
  },
  limits: { maxBodyBytes: 8 * 1024 * 1024 },
  demo: {
    account: 'demo',
    people: [
      { id: 'ada', name: 'Ada', roles: ['member'] },
      { id: 'ben', name: 'Ben', roles: ['member'] },
    ],
    records: {},
  },
});
