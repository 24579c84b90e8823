import { collection, defineConfig, field } from '@concord/schema';

const access = { read: ['member'], create: ['member'], update: ['member'], delete: ['member'] };

/** What the benchmark's clients write to: `pages` by Yjs, `ticks` by REST. Its webhooks go to loopback. */
export default defineConfig({
  collections: {
    pages: collection({ fields: { body: field.text() }, access, createOnConnect: true }),
    ticks: collection({ fields: { seq: field.number() }, access }),
  },
  webhooks: { allowPrivate: true },
});
