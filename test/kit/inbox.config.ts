import { collection, defineConfig, field, policy } from '@concord/schema';

const isMember = policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] !== undefined });

/** Rooms for those who belong to them, and tickets that everybody comments on. */
export default defineConfig({
  collections: {
    rooms: collection({
      fields: {
        title: field.string(),
        members: field.members({ manage: ['admin'] }),
        messages: field.log({ access: { write: isMember } }),
      },
      access: { read: isMember, update: isMember, delete: ['admin'] },
      quietMs: 20,
      maxQuietMs: 100,
    }),
    tickets: collection({ fields: { title: field.string(), comments: field.log() } }),
  },
  limits: { maxEntriesPerMinute: 100_000 },
});
