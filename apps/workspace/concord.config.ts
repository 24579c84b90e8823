import { collection, defineConfig, field } from '@concord/schema';
import { notes, people, tickets } from './demo-data.ts';

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
    notes: collection({
      fields: {
        title: field.string({ max: 200 }),
        body: field.richText(),
        source: field.text(),
      },
      access: members,
      createOnConnect: true,
    }),
  },
  demo: { account: 'demo', people, records: { tickets, notes } },
});
