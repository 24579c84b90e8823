import { collection, defineConfig, field, policy } from '@concord/schema';

/** A demo in which one person says who may see a plan, and who may change it. */
export default defineConfig({
  collections: {
    plans: collection({
      fields: {
        title: field.string({ max: 200 }),
        body: field.richText(),
        members: field.set({ access: { write: ['lead'] } }),
        editors: field.set({ access: { write: ['lead'] } }),
      },
      access: {
        read: policy({
          reads: ['members'],
          allow: ({ user, record }) => record.createdBy === user.id || record.members.includes(user.id),
        }),
        update: policy({
          reads: ['editors'],
          allow: ({ user, record }) => record.createdBy === user.id || record.editors.includes(user.id),
        }),
      },
    }),
  },
  demo: {
    account: 'demo',
    people: [
      { id: 'lea', name: 'Lea', roles: ['member', 'lead'] },
      { id: 'ann', name: 'Ann', roles: ['member'] },
    ],
    records: {},
  },
});
