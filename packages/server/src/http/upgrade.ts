import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Limits } from '@concord/protocol';
import type { Documents } from '../documents/documents.ts';

/** What a frame may have beyond the update in it: its address, and numbers. */
const frameOverheadBytes = 4096;

/** Takes the WebSocket upgrades of `server`: `/sync` for Hocuspocus providers, `/yjs/<document>` for y-websocket's. */
export function registerUpgrades(server: Server, documents: Documents, limits: Limits): void {
  const sockets = new WebSocketServer({
    noServer: true,
    // Updates are small and already compact; compression would cost memory per socket and time per frame.
    perMessageDeflate: false,
    maxPayload: limits.maxDocumentBytes + frameOverheadBytes,
  });
  server.on('upgrade', (request, stream, head) => {
    const route = routeOf(request);
    if (route === undefined) {
      refuse(stream);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => route(documents, socket, stream));
  });
}

type Route = (documents: Documents, socket: WebSocket, stream: Duplex) => void;

function routeOf(request: IncomingMessage): Route | undefined {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (path === '/sync' || path === '/sync/') return (documents, socket, stream) => documents.connectSync(socket, stream);
  if (!path.startsWith('/yjs/')) return undefined;
  const documentName = decode(path.slice('/yjs/'.length));
  const token = new URLSearchParams(query).get('token') ?? headerToken(request) ?? '';
  // A name that cannot be is refused behind the upgrade, with a close code that the client can read.
  return (documents, socket, stream) => documents.connectYjs(socket, stream, documentName, token);
}

/** What a client that can set headers says: servers, not browsers. */
function headerToken({ headers }: IncomingMessage): string | undefined {
  const key = headers['x-api-key'];
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? (typeof key === 'string' ? key : undefined);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(stream: Duplex): void {
  stream.on('error', () => stream.destroy());
  stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}
