import { collection, defineConfig, field } from '@concord/schema';

/** Forms of it have every kind of field, with something that each can break, and one that only a few may write. */
export default defineConfig({
  collections: {
    orders: collection({
      fields: {
        title: field.string({ min: 1, max: 40, required: true }),
        stage: field.enum(['new', 'in_work', 'done'], { default: 'new' }),
        amount: field.number({ min: 0, max: 1000 }),
        due: field.date(),
        rush: field.boolean({ default: false }),
        customer: field.ref('customers'),
        tags: field.set({ max: 4, maxLength: 12 }),
        votes: field.counter(),
        discount: field.number({ access: { write: ['lead'] } }),
        remarks: field.text({ max: 400 }),
        notes: field.richText(),
        lines: field.list({ item: field.string({ max: 30 }), count: field.number({ min: 0 }), packed: field.boolean() }),
        settings: field.json(),
      },
    }),
    customers: collection({ fields: { name: field.string({ required: true }), city: field.string() } }),
    secrets: collection({ fields: { title: field.string() }, access: { read: ['lead'] } }),
  },
});
