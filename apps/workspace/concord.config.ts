import { collection, defineConfig, field } from '@concord/schema';
import { customers, notes, people, projects, tickets } from './demo-data.ts';
import { logs, rooms } from './demo-rooms.ts';
import { roomsAccess } from './rooms-access.ts';

const members = { read: ['member'], create: ['member'], update: ['member'], delete: ['member'] };

/** Everybody comments, and nobody but who leads takes away what others have said. */
const comments = field.log({ access: { moderate: ['lead'] } });

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
        comments,
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
        comments,
      },
      access: members,
    }),
    rooms: collection({
      fields: {
        /** None of a room between two: it is called like the other one. */
        title: field.string({ max: 80 }),
        topic: field.string({ max: 250 }),
        /** Who finds it: `public`, the team; `private` and `direct`, its members; `support`, a visitor and the team. */
        kind: field.enum(['public', 'private', 'direct', 'support'], { default: 'private', access: { write: roomsAccess.kind } }),
        archived: field.boolean({ default: false, group: 'settings' }),
        /** Seconds between two messages of one person. */
        slow: field.number({ min: 0, max: 3600, integer: true, group: 'settings' }),
        /** Where a visitor wants to be answered who has left. */
        email: field.string({ max: 200, pattern: '^[^@\\s]+@[^@\\s]+$', access: { read: ['member'], write: ['member'] } }),
        members: field.members({
          join: roomsAccess.join,
          manage: roomsAccess.manage,
          direct: { kind: 'direct' },
          guests: { values: { kind: 'support' }, invite: ['chloe'] },
        }),
        messages: field.log({
          access: { write: roomsAccess.post, moderate: roomsAccess.moderate },
          slowMode: 'slow',
          notes: ['topic', 'members', 'archived'],
        }),
      },
      groups: { settings: { write: roomsAccess.settings } },
      access: { read: roomsAccess.read, create: ['member'], update: roomsAccess.update, delete: roomsAccess.delete },
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
  demo: { account: 'demo', people, records: { tickets, projects, rooms, notes, customers }, logs },
});
