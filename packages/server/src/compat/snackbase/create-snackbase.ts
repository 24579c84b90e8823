import { ConcordError, type ErrorCode } from '@concord/protocol';
import type { FastifyInstance } from 'fastify';
import { addAuthentication } from '../../http/authentication.ts';
import { tokenOf, type SocketRoute } from '../../http/upgrade.ts';
import { maxRequestBytes } from '../../realtime/request.ts';
import type { RealtimeParts } from '../../realtime/feed-session.ts';
import { createSocketSet } from '../../realtime/socket-set.ts';
import { addAuthRoutes, type SnackbaseAuthParts } from './auth-routes.ts';
import { addBatchRoutes } from './batch-routes.ts';
import { addDetailErrors, addSnackbaseErrors } from './errors.ts';
import { SnackbaseSocket } from './realtime-socket.ts';
import { addRecordsRoutes, type SnackbaseRecordsParts } from './records-routes.ts';
import { addStreamRoutes, type SnackbaseStreamParts } from './stream-routes.ts';

export type SnackbaseParts = SnackbaseAuthParts & SnackbaseRecordsParts & SnackbaseStreamParts & RealtimeParts;

/** SnackBase's API for its own clients, whose base URL ends with `/compat/snackbase`. */
export interface Snackbase {
  addRoutes(app: FastifyInstance): Promise<void>;
  readonly sockets: SocketRoute;
  /** Open sockets. */
  readonly size: number;
  /** Ends all, and every later one. Those that do not answer are left to {@link Snackbase.terminate}. */
  close(code: ErrorCode): void;
  terminate(): void;
}

const base = '/compat/snackbase/api/v1';

export function createSnackbase(parts: SnackbaseParts): Snackbase {
  const sockets = createSocketSet();
  return {
    async addRoutes(app) {
      await app.register(
        async (scope) => {
          addSnackbaseErrors(scope);
          await addAuthRoutes(scope, parts);
          await scope.register(async (own) => {
            addAuthentication(own, parts.authenticate);
            addRecordsRoutes(own, parts);
            addBatchRoutes(own, parts);
          });
          await scope.register(async (own) => {
            addDetailErrors(own);
            addStreamRoutes(own, parts);
          });
        },
        { prefix: base },
      );
    },

    sockets: {
      maxPayload: maxRequestBytes,
      match(request, path, query) {
        if (path !== `${base}/realtime/ws`) return undefined;
        // The client takes a socket that is closed at once for one that was good, and comes again every second.
        return {
          async admit(visit) {
            const token = tokenOf(request, query) ?? request.headers['sec-websocket-protocol'];
            if (token === undefined) throw new ConcordError('unauthenticated');
            const principal = await parts.authenticator.authenticateCredential(token);
            visit.place.identify(principal.account, principal.user);
            return (webSocket, stream) =>
              void sockets.add(webSocket, new SnackbaseSocket(webSocket, stream, visit, principal, parts));
          },
        };
      },
    },
    get size() {
      return sockets.size;
    },
    close: (code) => sockets.close(code),
    terminate: () => sockets.terminate(),
  };
}
