import { collection, defineConfig, field, policy } from '@concord/schema';

const isMember = policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] !== undefined });

/** Rooms as a team has them: open ones that anybody of it may join, closed ones, one between two, one with a visitor. */
export default defineConfig({
  collections: {
    rooms: collection({
      fields: {
        title: field.string({ max: 60 }),
        topic: field.string(),
        kind: field.enum(['public', 'private', 'direct', 'support'], { default: 'private', access: { write: ['lead'] } }),
        email: field.string({ max: 100, access: { read: ['member'] } }),
        members: field.members({
          join: policy({
            reads: ['kind'],
            allow: ({ user, record }) => record.kind === 'public' && user.roles.includes('member'),
          }),
          manage: ['admin'],
          direct: { kind: 'direct' },
          guests: { values: { kind: 'support' }, invite: ['sam'] },
        }),
        messages: field.log({ access: { write: isMember, moderate: ['admin'] }, notes: ['topic', 'members'] }),
      },
      access: {
        read: policy({
          reads: ['kind', 'members'],
          allow: ({ user, record }) =>
            record.members[user.id] !== undefined || (record.kind === 'public' && user.roles.includes('member')),
        }),
        create: ['member'],
        update: policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] === 'owner' }),
        delete: ['admin'],
      },
      quietMs: 20,
      maxQuietMs: 100,
    }),
    notes: collection({ fields: { title: field.string() } }),
  },
  limits: { maxGuestsPerHour: 1000 },
});
