import { collection, defineConfig, field, policy } from '@concord/schema';

const access = { read: ['member'], create: ['member'], update: ['member'], delete: ['member'] };

const isMember = policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] !== undefined });

/** What the benchmark's clients write to: `pages` by Yjs, `ticks` by REST, `rooms` by their members. Its webhooks go to loopback. */
export default defineConfig({
  collections: {
    pages: collection({ fields: { body: field.text() }, access, createOnConnect: true }),
    ticks: collection({ fields: { seq: field.number() }, access }),
    rooms: collection({
      fields: {
        title: field.string(),
        members: field.members(),
        messages: field.log({ access: { write: isMember } }),
      },
      access: { ...access, read: isMember, update: isMember },
    }),
  },
  webhooks: { allowPrivate: true },
  // A room is filled by few.
  limits: { maxEntriesPerMinute: 10_000_000 },
});
