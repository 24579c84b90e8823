import { SnackBaseClient, type SnackBaseConfig } from '@snackbase/sdk';
import { collection, defineConfig, field, policy } from '@concord/schema';
import type { TestServer } from './server.ts';

/** Collections as an application of SnackBase's may have them. */
export const snackbaseConfig = defineConfig({
  collections: {
    posts: collection({
      fields: {
        title: field.string({ max: 200, required: true }),
        status: field.enum(['draft', 'published'], { default: 'draft' }),
        views: field.number({ min: 0 }),
        author: field.ref('authors'),
        body: field.text(),
      },
    }),
    authors: collection({ fields: { name: field.string(), mentor: field.ref('authors') } }),
    secrets: collection({ fields: { title: field.string() }, access: { read: ['admin'], create: ['admin'] } }),
    tasks: collection({
      fields: { title: field.string(), owner: field.string({ delegable: true }) },
      access: {
        read: policy({
          reads: ['owner'],
          allow: ({ user, record }) => record['owner'] === user.id || user.roles.includes('admin'),
        }),
      },
    }),
  },
});

export const admin = { account: 'acme', user: 'root', roles: ['admin'] } as const;
export const password = 'correct horse';

export async function addUser(server: TestServer, id: string, { account = 'acme', roles = ['member'] } = {}): Promise<void> {
  await server.json('POST', '/users', { id, roles, password }, { ...admin, account });
}

/** The published client of SnackBase, with nothing changed in it but how long it waits. */
export function snackbaseClient({ url }: { readonly url: string }, options: Partial<SnackBaseConfig> = {}): SnackBaseClient {
  const client = new SnackBaseClient({
    baseUrl: `${url}/compat/snackbase`,
    storageBackend: 'memory',
    maxRetries: 0,
    realTimeReconnectionDelay: 5,
    ...options,
  });
  return client;
}

/** The same, signed in. */
export async function signedIn(
  server: { readonly url: string },
  email = 'ada',
  options: Partial<SnackBaseConfig> = {},
): Promise<SnackBaseClient> {
  const client = snackbaseClient(server, options);
  await client.login({ email, password });
  return client;
}
