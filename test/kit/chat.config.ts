import { collection, defineConfig, field, policy } from '@concord/schema';

/** Where the visitors of a page of somebody else come from. */
export const foreignOrigin = 'https://bakery.example';

const isMember = policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] !== undefined });
const isReader = policy({
  reads: ['members'],
  allow: ({ user, record }) => user.roles.includes('lead') || record.members[user.id] !== undefined,
});

/** A room for those who belong to it, which leads may look into; visitors have rooms of their own. */
export default defineConfig({
  origins: [foreignOrigin],
  // A history is written in one go.
  limits: { maxEntriesPerMinute: 100_000 },
  collections: {
    rooms: collection({
      fields: {
        title: field.string({ max: 80 }),
        slow: field.number({ min: 0 }),
        members: field.members({
          roles: ['owner', 'member'],
          manage: ['lead'],
          guests: { values: { title: 'A visitor' }, invite: ['bob'] },
        }),
        messages: field.log({ slowMode: 'slow', maxLength: 2000, access: { write: isMember } }),
        notices: field.log({ access: { write: ['lead'] }, attachments: false }),
      },
      access: { read: isReader, create: ['member'], update: isMember, delete: ['lead'] },
      quietMs: 20,
      maxQuietMs: 100,
    }),
  },
});
