import type { TestServer } from './server.ts';
import type { TestUser } from './tokens.ts';

/** May make webhooks; good for as long as a test lets go by. */
export const webhookAdmin: TestUser = { user: 'ada', roles: ['member', 'admin'], expiresIn: 1_000_000_000 };

export interface Webhook {
  readonly id: string;
  readonly secret: string;
  readonly status: string;
  readonly pending: number;
  readonly cursor: string;
  readonly disabled?: { readonly reason: string; readonly since: string };
  readonly failingSince?: string;
  readonly problem?: string;
}

export interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly event: string;
  readonly type: string;
  readonly record?: string;
  readonly replay?: boolean;
  readonly nextAttemptAt?: string;
  readonly attempts: readonly {
    readonly at: string;
    readonly ms: number;
    readonly request: { readonly url: string; readonly timestamp: string; readonly bytes: number };
    readonly response?: { readonly status: number; readonly body: string; readonly truncated?: boolean };
    readonly error?: string;
  }[];
}

export function makeWebhook(server: TestServer, request: object, as: TestUser = webhookAdmin): Promise<Webhook> {
  return server.json<Webhook>('POST', '/webhooks', request, as);
}

export function readWebhook(server: TestServer, { id }: Pick<Webhook, 'id'>, as: TestUser = webhookAdmin): Promise<Webhook> {
  return server.json<Webhook>('GET', `/webhooks/${id}`, undefined, as);
}

/** Its log, the newest first. */
export async function readDeliveries(
  server: TestServer,
  { id }: Pick<Webhook, 'id'>,
  query = '',
  as: TestUser = webhookAdmin,
): Promise<readonly Delivery[]> {
  const { items } = await server.json<{ items: Delivery[] }>('GET', `/webhooks/${id}/deliveries?${query}`, undefined, as);
  return items;
}
