import { collection, defineConfig, field, policy } from '@concord/schema';

/** What fifty clients keep a copy of: records for everybody, with a field for auditors, and projects for those whom a policy admits. */
export default defineConfig({
  collections: {
    tickets: collection({
      fields: {
        title: field.string(),
        status: field.enum(['open', 'waiting', 'closed'], { default: 'open' }),
        estimate: field.number(),
        body: field.text(),
        cost: field.number({ access: { read: ['auditor'], write: ['lead'] } }),
      },
    }),
    notes: collection({
      fields: { title: field.string(), body: field.text() },
      createOnConnect: true,
      quietMs: 20,
      maxQuietMs: 100,
    }),
    projects: collection({
      fields: {
        title: field.string(),
        members: field.set({ access: { write: ['lead'] } }),
        editors: field.set({ access: { write: ['lead'] } }),
        budget: field.number({
          access: {
            read: policy({ reads: ['editors'], allow: ({ user, record }) => record.editors.includes(user.id) }),
            write: ['lead'],
          },
        }),
      },
      access: {
        read: policy({
          reads: ['members'],
          allow: ({ user, record }) => record.createdBy === user.id || record.members.includes(user.id),
        }),
      },
    }),
  },
});
