import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { RealtimeEvent, RealtimeMessage, RealtimeRequest } from '@concord/protocol';
import type { TestServer } from './server.ts';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

/** A client of the feed that says what it is told to, and notes what it hears. */
export interface RealtimeClient {
  readonly socket: WebSocket;
  /** Everything heard so far, in order. */
  readonly heard: RealtimeMessage[];
  readonly end: { readonly code: number; readonly reason: string } | undefined;
  send(...requests: readonly (RealtimeRequest | string)[]): void;
  /** The events of a subscription, in order. */
  events(id?: string): RealtimeEvent[];
  /** The next message of that type that has not been taken yet. */
  next<T extends RealtimeMessage['type']>(type: T): Promise<Extract<RealtimeMessage, { readonly type: T }>>;
  /** Resolves once the subscription has that many events. */
  has(count: number, id?: string): Promise<void>;
  ended(): Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens one on `/api/v1/realtime/ws`, with the token in its address. */
export async function openRealtime(
  server: Pick<TestServer, 'wsUrl'>,
  { as, token, ...options }: ClientOptions & { readonly as?: TestUser; readonly token?: string | null } = {},
): Promise<RealtimeClient> {
  const query = token === null ? '' : `?token=${token ?? (await tokenFor(as))}`;
  const socket = new WebSocket(`${server.wsUrl}/api/v1/realtime/ws${query}`, options);
  onTestFinished(() => socket.terminate());
  const client = realtimeOn(socket);
  await once(socket, 'open');
  return client;
}

/** A client of the feed on a socket that may be there for documents, too. */
export function realtimeOn(socket: WebSocket): RealtimeClient {
  const heard: RealtimeMessage[] = [];
  const taken = new Set<RealtimeMessage>();
  let end: { readonly code: number; readonly reason: string } | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) heard.push(JSON.parse(data.toString()) as RealtimeMessage);
  });
  socket.on('close', (code, reason) => (end = { code, reason: reason.toString() }));
  const client: RealtimeClient = {
    socket,
    heard,
    get end() {
      return end;
    },
    send(...requests) {
      for (const request of requests) socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    },
    events: (id = 's') =>
      heard.filter((message): message is RealtimeEvent => 'subscription' in message && message.subscription === id),
    async next(type) {
      const message = await until(`a message "${type}"`, () => heard.find((one) => one.type === type && !taken.has(one)));
      taken.add(message);
      return message as never;
    },
    async has(count, id) {
      await until(`${count} events`, () => client.events(id).length >= count);
    },
    ended: () => until('the socket to end', () => end),
  };
  return client;
}
