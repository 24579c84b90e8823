import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SnackBaseClient, type SnackBaseConfig } from '@snackbase/sdk';
import { onTestFinished } from 'vitest';
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
        comments: field.log(),
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
  onTestFinished(() => client.realtime.disconnect());
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

export type Message = Record<string, unknown>;

/** All that the client is told of, as `message` tells it. */
export function messagesOf(client: SnackBaseClient): Message[] {
  const messages: Message[] = [];
  client.realtime.on('message', (message) => void messages.push({ ...message }));
  return messages;
}

/** A server behind a proxy that lets no WebSocket through. */
export interface Blocked {
  readonly url: string;
  /** WebSockets that were not let through. */
  readonly refused: number;
  /** Cuts all connections; others may be made at once. */
  cut(): void;
}

export async function withoutWebSockets({ url }: { readonly url: string }): Promise<Blocked> {
  let refused = 0;
  const proxy = createServer((request, response) => {
    const { method = 'GET', headers, url: path = '/' } = request;
    const onward = httpRequest(`${url}${path}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  proxy.on('upgrade', (_request, socket) => {
    refused++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    get refused() {
      return refused;
    },
    cut: () => proxy.closeAllConnections(),
  };
}
