import { collection, defineConfig, field, policy } from '@concord/schema';

const isMember = policy({
  reads: ['members'],
  allow: ({ user, record }) => record.createdBy === user.id || record.members.includes(user.id),
});

/** A config in which who may read and write what is decided in every way there is. */
export default defineConfig({
  collections: {
    staff: collection({
      fields: {
        name: field.string({ required: true }),
        bio: field.text(),
        salary: field.number({ min: 0, access: { read: ['hr'], write: ['hr'] } }),
        bonus: field.number({ group: 'review' }),
        verdict: field.richText({ group: 'review' }),
        remarks: field.set({ group: 'review' }),
        grade: field.enum(['a', 'b', 'c'], { access: { write: ['hr'] } }),
      },
      groups: { review: { read: ['hr', 'lead'], write: ['lead'] } },
      access: { delete: ['hr'] },
      quietMs: 20,
      maxQuietMs: 100,
    }),
    projects: collection({
      fields: {
        title: field.string(),
        body: field.text(),
        members: field.set({ access: { write: ['lead'] } }),
        editors: field.set({ access: { write: ['lead'] } }),
        budget: field.number({
          access: { read: policy({ reads: ['editors'], allow: ({ user, record }) => record.editors.includes(user.id) }) },
        }),
      },
      access: {
        read: isMember,
        update: policy({
          reads: ['editors'],
          allow: ({ user, record }) => record.createdBy === user.id || record.editors.includes(user.id),
        }),
        delete: policy({ reads: [], allow: ({ user, record }) => record.createdBy === user.id }),
      },
      // Nothing that a test waits for comes by the end of a quiet time.
      quietMs: 600_000,
      maxQuietMs: 600_000,
    }),
    drafts: collection({
      fields: {
        title: field.string(),
        owner: field.string({ delegable: true }),
      },
      access: {
        read: policy({ reads: ['owner'], allow: ({ user, record }) => record.owner === null || record.owner === user.id }),
      },
      createOnConnect: true,
    }),
    broken: collection({
      fields: { title: field.string() },
      access: {
        read: policy({
          reads: [],
          allow: () => {
            throw new Error('a policy with a mistake');
          },
        }),
      },
    }),
  },
});
