import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Target } from './target.ts';

/** Looks at all documents through a stock Hocuspocus provider until the server is gone; then all it was shown is owed. */
export async function readDocuments({ server, token, ledger, documentNames }: Target): Promise<void> {
  const socket = new HocuspocusProviderWebsocket({ url: `${server.wsUrl}/sync`, WebSocketPolyfill: WebSocket });
  const providers = documentNames.map((name) => {
    const provider = new HocuspocusProvider({ name, document: new Y.Doc(), token, websocketProvider: socket });
    provider.attach();
    return provider;
  });
  await new Promise<void>((resolve) => socket.on('disconnect', () => resolve()));
  for (const provider of providers) {
    // Nothing is ever deleted from these texts: what is there at the end is what was ever shown.
    ledger.show(provider.configuration.name, provider.document.getText('body').toString());
    provider.destroy();
    provider.document.destroy();
  }
  socket.destroy();
}

/** The same through a stock y-websocket provider, of one document. */
export async function readDocument({ server, token, ledger }: Target, name: string): Promise<void> {
  const document = new Y.Doc();
  const provider = new WebsocketProvider(`${server.wsUrl}/yjs`, name, document, {
    params: { token },
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
  await new Promise<void>((resolve) => provider.on('connection-close', () => resolve()));
  ledger.show(name, document.getText('body').toString());
  provider.destroy();
  document.destroy();
}

/** What somebody who comes anew is shown of each document. */
export async function readAnew(
  { server, token }: { readonly server: { readonly wsUrl: string }; readonly token: string },
  names: readonly string[],
): Promise<Map<string, Y.Doc>> {
  const socket = new HocuspocusProviderWebsocket({ url: `${server.wsUrl}/sync`, WebSocketPolyfill: WebSocket });
  const found = new Map<string, Y.Doc>();
  const providers = names.map((name) => {
    const document = new Y.Doc();
    found.set(name, document);
    return new HocuspocusProvider({ name, document, token, websocketProvider: socket });
  });
  await Promise.all(
    providers.map(async (provider) => {
      const synced = new Promise<void>((resolve, reject) => {
        provider.on('synced', () => resolve());
        provider.on('authenticationFailed', ({ reason }: { reason: string }) => reject(new Error(`Refused: ${reason}`)));
        provider.on('disconnect', () => reject(new Error('The socket was closed')));
      });
      provider.attach();
      await synced;
    }),
  );
  for (const provider of providers) provider.destroy();
  socket.destroy();
  return found;
}
