import { HocuspocusProvider, HocuspocusProviderWebsocket, type HocuspocusProviderConfiguration } from '@hocuspocus/provider';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { TestServer } from './server.ts';
import { tokenFor, type TestUser } from './tokens.ts';
import { until } from './until.ts';

export interface ConnectOptions {
  readonly as?: TestUser;
  readonly document?: Y.Doc;
  /** Shared by several documents; one is made, and closed with the provider, when left out. */
  readonly socket?: HocuspocusProviderWebsocket;
}

/** The socket of stock Hocuspocus providers, closed when the test is over. */
export function openSocket(server: Pick<TestServer, 'wsUrl'>): HocuspocusProviderWebsocket {
  const socket = new HocuspocusProviderWebsocket({ url: `${server.wsUrl}/sync`, WebSocketPolyfill: WebSocket });
  onTestFinished(() => socket.destroy());
  return socket;
}

/** A stock Hocuspocus provider. It need not be synced yet. */
export async function connect(
  server: Pick<TestServer, 'wsUrl'>,
  name: string,
  { as, document = new Y.Doc(), socket = openSocket(server) }: ConnectOptions = {},
  more: Partial<HocuspocusProviderConfiguration> = {},
): Promise<HocuspocusProvider> {
  const token = await tokenFor(as);
  const provider = new HocuspocusProvider({
    name,
    document,
    token,
    websocketProvider: socket,
    ...more,
  });
  onTestFinished(() => provider.destroy());
  provider.attach();
  return provider;
}

/** The same, synced. */
export async function connected(
  server: Pick<TestServer, 'wsUrl'>,
  name: string,
  options: ConnectOptions = {},
): Promise<HocuspocusProvider> {
  const provider = await connect(server, name, options);
  await until(`${name} to be synced`, () => provider.isSynced);
  return provider;
}

/** Resolves once the server has said that everything `provider` has sent is on disk. */
export async function flushed(provider: HocuspocusProvider): Promise<void> {
  const id = Math.floor(Math.random() * 2 ** 48);
  await new Promise<void>((resolve) => {
    const answered = ({ payload }: { payload: string }): void => {
      if (payload !== JSON.stringify({ type: 'flushed', id })) return;
      provider.off('stateless', answered);
      resolve();
    };
    provider.on('stateless', answered);
    provider.sendStateless(JSON.stringify({ type: 'flush', id }));
  });
}

/** A stock y-websocket provider, synced. */
export async function connectedYjs(
  server: Pick<TestServer, 'wsUrl'>,
  name: string,
  { as, document = new Y.Doc() }: Omit<ConnectOptions, 'socket'> = {},
): Promise<WebsocketProvider> {
  const provider = new WebsocketProvider(`${server.wsUrl}/yjs`, name, document, {
    params: { token: await tokenFor(as) },
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  onTestFinished(() => provider.destroy());
  await until(`${name} to be synced`, () => provider.synced);
  return provider;
}
