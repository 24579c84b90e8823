import { createClient, type Client, type ClientOptions, type CollectionName, type Live, type LiveRecord } from '@concord/client';
import type { ConcordConfig } from '@concord/schema';
import { onTestFinished } from 'vitest';
import type config from './concord.config.ts';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

/** A client of the SDK, closed when the test is over. */
export async function clientOf<C extends ConcordConfig = typeof config>(
  server: { readonly url: string },
  as?: TestUser,
  options: Partial<ClientOptions> = {},
): Promise<Client<C>> {
  const client = createClient<C>({ url: server.url, token: await tokenFor(as), ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A record of which there is something to show. */
export async function opened<C extends ConcordConfig, N extends CollectionName<C>>(
  client: Client<C>,
  collection: N,
  id: string,
): Promise<LiveRecord<C, N>> {
  const record = client.record(collection, id);
  await record.ready;
  return record;
}

/** Resolves when a live value is what the test waits for. */
export async function becomes<T>(what: string, live: Live<T>, condition: (value: T) => boolean): Promise<T> {
  return await until(what, () => (condition(live.get()) ? (live.get() as T & {}) : undefined));
}

/** Resolves when all that was edited in the record is acknowledged. */
export async function saved(record: Pick<LiveRecord, 'status'>): Promise<void> {
  await becomes('everything to be saved', record.status, ({ phase, save }) => phase === 'live' && save.kind === 'saved');
}

/** A WebSocket as it is behind a firewall that lets none through. */
export class BlockedWebSocket extends EventTarget {
  readonly readyState = 3;

  constructor() {
    super();
    queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('close'), { code: 1006, reason: '' })));
  }

  send(): void {
    throw new Error('It is not open.');
  }

  close(): void {
    // It never was open.
  }
}
