import { collection, defineConfig, field } from '@concord/schema';
import { customers, notes, people, projects, tickets } from './demo-data.ts';

const members = { read: ['member'], create: ['member'], update: ['member'], delete: ['member'] };

export default defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string({ min: 1, max: 200, required: true }),
        status: field.enum(['open', 'waiting', 'closed'], { default: 'open' }),
        priority: field.enum(['low', 'normal', 'high', 'urgent'], { default: 'normal' }),
        /** A user's id. */
        assignee: field.string({ max: 128 }),
        /** Hours. */
        estimate: field.number({ min: 0 }),
        notes: field.richText(),
      },
      access: members,
    }),
    projects: collection({
      fields: {
        title: field.string({ min: 1, max: 200, required: true }),
        stage: field.enum(['idea', 'planned', 'running', 'done'], { default: 'idea' }),
        /** A user's id. */
        lead: field.string({ max: 128 }),
        customer: field.ref('customers'),
        start: field.date(),
        due: field.date(),
        rush: field.boolean({ default: false }),
        tags: field.set({ max: 20, maxLength: 40 }),
        /** How many sheets have come out of the machines: each counts on from where it stands. */
        sheets: field.counter(),
        /** For the eyes of those who lead: a document of its own, which nobody else is sent. */
        budget: field.number({ min: 0, access: { read: ['lead'], write: ['lead'] } }),
        brief: field.richText(),
        tasks: field.list({
          task: field.string({ max: 200 }),
          owner: field.string({ max: 128 }),
          hours: field.number({ min: 0 }),
          done: field.boolean({ default: false }),
        }),
        /** What the machines are set to. */
        settings: field.json(),
      },
      access: members,
    }),
    notes: collection({
      fields: {
        title: field.string({ max: 200 }),
        body: field.richText(),
        source: field.text(),
      },
      access: members,
      createOnConnect: true,
    }),
    customers: collection({
      fields: {
        name: field.string({ min: 1, max: 120, required: true }),
        city: field.string({ max: 80 }),
        email: field.string({ max: 200, pattern: '^[^@\\s]+@[^@\\s]+$' }),
        since: field.date(),
        regular: field.boolean({ default: false }),
        remarks: field.text(),
      },
      access: members,
    }),
  },
  demo: { account: 'demo', people, records: { tickets, projects, notes, customers } },
});
