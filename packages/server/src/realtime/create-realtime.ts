import type { ErrorCode } from '@concord/protocol';
import { tokenOf, type SocketRoute } from '../http/upgrade.ts';
import type { RealtimeParts } from './feed-session.ts';
import { RealtimeSocket } from './realtime-socket.ts';
import { maxRequestBytes } from './request.ts';
import { createSocketSet } from './socket-set.ts';

/** The feed over WebSockets, at `/api/v1/realtime/ws`. */
export interface Realtime {
  readonly route: SocketRoute;
  /** Open sockets. */
  readonly size: number;
  /** Ends all, and every later one. Those that do not answer are left to {@link Realtime.terminate}. */
  close(code: ErrorCode): void;
  terminate(): void;
}

export function createRealtime(parts: RealtimeParts): Realtime {
  const sockets = createSocketSet();
  return {
    get size() {
      return sockets.size;
    },
    route: {
      maxPayload: maxRequestBytes,
      match(request, path, query) {
        if (path !== '/api/v1/realtime/ws') return undefined;
        const token = tokenOf(request, query);
        return (webSocket, stream, visit) => {
          const socket = new RealtimeSocket(webSocket, stream, visit, parts);
          if (sockets.add(webSocket, socket) && token !== undefined) socket.begin(token);
        };
      },
    },
    close: (code) => sockets.close(code),
    terminate: () => sockets.terminate(),
  };
}
