import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { ConcordError, errorTable, type ErrorCode, type Limits } from '@concord/protocol';
import type { Documents } from '../documents/documents.ts';
import type { Connections, Visit } from '../limits/connections.ts';
import type { ClientOriginOf } from './client-origin.ts';
import { originMessage, type PageOrigins } from './page-origins.ts';
import { loggedPath } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { boundStranger } from './stranger-bytes.ts';

/** What a frame may have beyond the update in it: its address, and numbers. */
const frameOverheadBytes = 4096;

/** How long a socket that is sent away has to answer its close. */
const closeGraceMs = 1000;

/** Takes over a socket. */
export type TakeSocket = (socket: WebSocket, stream: Duplex, visit: Visit) => void;

/**
 * Decides before there is a socket, for clients that do not look at close codes: what it throws refuses the upgrade.
 */
export interface Gate {
  admit(visit: Visit): Promise<TakeSocket>;
}

/** Sockets of one kind. */
export interface SocketRoute {
  /** What a frame may have at most. */
  readonly maxPayload: number;
  /** Who takes a socket that is asked for by that path; undefined where this is not the kind. */
  match(request: IncomingMessage, path: string, query: URLSearchParams): TakeSocket | Gate | undefined;
}

export interface UpgradesParts {
  readonly routes: readonly SocketRoute[];
  readonly connections: Connections;
  readonly originOf: ClientOriginOf;
  readonly admitsPage: PageOrigins;
  readonly onLimit: (limit: keyof Limits) => void;
  readonly logger: Logger;
}

/**
 * Takes the WebSocket upgrades of `server`.
 *
 * What is no socket of ours (another path, a foreign page, a broken handshake) is refused as any request is, with
 * a named error, a request id and one line in the log. What is refused for now gets a socket and a close code: a
 * browser tells its page nothing of a refused upgrade.
 */
export function registerUpgrades(server: Server, parts: UpgradesParts): void {
  const { connections, originOf, admitsPage, logger } = parts;
  const ids = new WeakMap<IncomingMessage, string>();
  const routes = parts.routes.map((route) => ({ route, sockets: createSockets(route.maxPayload) }));

  function createSockets(maxPayload: number): WebSocketServer {
    // Messages are small, and updates already compact; compression would cost memory per socket and time per frame.
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
    sockets.on('headers', (headers, request) => headers.push(`X-Request-Id: ${ids.get(request) ?? ''}`));
    sockets.on('wsClientError', (cause, stream, request) => refuse(request, stream, new ConcordError('bad_request', { cause })));
    return sockets;
  }

  function find(request: IncomingMessage): { readonly taker: TakeSocket | Gate; readonly sockets: WebSocketServer } | undefined {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    for (const { route, sockets } of routes) {
      const taker = route.match(request, path, new URLSearchParams(query));
      if (taker !== undefined) return { taker, sockets };
    }
    return undefined;
  }

  function refuse(request: IncomingMessage, stream: Duplex, error: ConcordError): void {
    const requestId = ids.get(request);
    const { address } = originOf(request);
    const path = loggedPath(request.url ?? '');
    logger.info({ reqId: requestId, address, path, status: error.entry.http, code: error.code }, 'upgrade refused');
    const body = JSON.stringify(error.toBody(requestId));
    const head = [
      `HTTP/1.1 ${error.entry.http} ${error.code}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      `x-request-id: ${requestId}`,
      ...Object.entries(securityHeaders).map(([name, value]) => `${name}: ${value}`),
      'connection: close',
    ];
    stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  }

  function enter(request: IncomingMessage): Visit | undefined {
    const origin = originOf(request);
    try {
      return { place: connections.enter(origin), isLocal: origin.isLocal };
    } catch {
      parts.onLimit('maxConnectionsPerAddress');
      logger.info({ reqId: ids.get(request), address: origin.address, code: 'too_many_connections' }, 'socket refused');
      return undefined;
    }
  }

  server.on('upgrade', (request, stream, head) => {
    ids.set(request, randomBytes(9).toString('base64url'));
    stream.on('error', () => stream.destroy());
    const found = find(request);
    if (found === undefined) return refuse(request, stream, new ConcordError('not_found'));
    if (!admitsPage(request.headers, originOf(request).isLocal))
      return refuse(request, stream, new ConcordError('origin_not_allowed', { message: originMessage }));
    const visit = enter(request);
    // A handshake that fails has no socket whose end could be heard.
    stream.on('close', () => visit?.place.leave());
    const upgrade = (take: TakeSocket): void =>
      found.sockets.handleUpgrade(request, stream, head, (socket) => {
        if (visit === undefined) return endSoon(socket, 'too_many_connections');
        boundStranger(stream, visit.place, () => {
          parts.onLimit('maxUpdateBytes');
          logger.info({ reqId: ids.get(request), address: originOf(request).address, code: 'too_large' }, 'socket ended');
          socket.pause();
          endSoon(socket, 'too_large');
        });
        take(socket, stream, visit);
      });
    if (typeof found.taker === 'function') return upgrade(found.taker);
    if (visit === undefined) return refuse(request, stream, new ConcordError('too_many_connections'));
    found.taker.admit(visit).then(upgrade, (error: unknown) => {
      const known = error instanceof ConcordError ? error : new ConcordError('internal', { cause: error });
      if (known !== error) logger.error({ reqId: ids.get(request), err: error }, 'admitting a socket failed');
      if (known.limit !== undefined) parts.onLimit(known.limit);
      refuse(request, stream, known);
    });
  });
}

/** Names the reason, and does not wait for long until it has been heard. */
function endSoon(socket: WebSocket, code: ErrorCode): void {
  socket.on('error', () => socket.terminate());
  socket.close(errorTable[code].close, code);
  const cut = setTimeout(() => socket.terminate(), closeGraceMs);
  cut.unref();
  socket.on('close', () => clearTimeout(cut));
}

/** `/sync` for Hocuspocus providers, `/yjs/<document>` for y-websocket's. */
export function documentSockets(documents: Documents, limits: Limits): SocketRoute {
  return {
    maxPayload: limits.maxDocumentBytes + frameOverheadBytes,
    match(request, path, query) {
      if (path === '/sync' || path === '/sync/') return (socket, stream, visit) => documents.connectSync(socket, stream, visit);
      if (!path.startsWith('/yjs/')) return undefined;
      const documentName = decode(path.slice('/yjs/'.length));
      // A name that cannot be is refused behind the upgrade, with a close code that the client can read.
      const token = tokenOf(request, query) ?? '';
      return (socket, stream, visit) => documents.connectYjs(socket, stream, visit, documentName, token);
    },
  };
}

/** The token or API key that a request for a socket brings. */
export function tokenOf({ headers }: IncomingMessage, query: URLSearchParams): string | undefined {
  const key = headers['x-api-key'];
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return query.get('token') ?? bearer ?? (typeof key === 'string' ? key : undefined);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
