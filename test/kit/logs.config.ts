import { collection, defineConfig, field, policy } from '@concord/schema';

/** Rooms in which those who belong to them talk, and tickets that everybody comments on. */
export default defineConfig({
  collections: {
    rooms: collection({
      fields: {
        title: field.string({ max: 200 }),
        topic: field.text(),
        slow: field.number({ min: 0 }),
        members: field.set({ access: { write: ['lead'] } }),
        messages: field.log({
          slowMode: 'slow',
          maxLength: 8000,
          access: {
            write: policy({ reads: ['members'], allow: ({ user, record }) => record.members.includes(user.id) }),
            moderate: ['lead'],
          },
        }),
      },
      access: {
        read: policy({
          reads: ['members'],
          allow: ({ user, record }) => user.roles.includes('lead') || record.members.includes(user.id),
        }),
        create: ['lead'],
        update: ['lead'],
        delete: ['lead'],
      },
    }),
    tickets: collection({
      fields: {
        title: field.string(),
        comments: field.log({ maxLength: 100, attachments: false, access: { moderate: ['lead'] } }),
      },
    }),
    drafts: collection({
      fields: { title: field.string(), remarks: field.log({ access: { read: ['editor'] } }) },
      createOnConnect: true,
    }),
  },
});
