import type { ConcordError } from '@concord/protocol';
import type { Transport } from './client.ts';
import type { Clock } from './clock.ts';
import type { ConnectionStatus } from './connection.ts';
import type { Feed } from './changes.ts';
import type { FeedSocket } from './feed-socket.ts';
import { createLazyFeed } from './feed/lazy-feed.ts';
import type { Http } from './http.ts';
import type { HttpSync } from './http-sync.ts';
import { createCell, type Live } from './live.ts';
import type { Replica } from './replica.ts';
import { sameStatus, SocketConnection } from './socket-connection.ts';
import type { TokenSource } from './token-source.ts';
import type { Wake } from './wake.ts';

export interface WaysParts {
  /** Of the server, without a slash at the end. */
  readonly url: string;
  readonly http: Http;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly wake: Wake;
  readonly transports: readonly Transport[] | undefined;
  readonly WebSocket: typeof WebSocket;
  /** The records whose documents go by requests where the socket is blocked. */
  readonly replicas: () => Iterable<Replica>;
}

/** The ways to the server: one socket for documents and the feed, and requests where it does not get through. */
export interface Ways {
  readonly status: Live<ConnectionStatus>;
  readonly feed: Feed;
  readonly socket: FeedSocket;
  /** Has a connection be there until what it answers is called. */
  want(): () => void;
  /** Carries the document as long as it is open, by whatever gets through. */
  carry(replica: Replica): void;
  /** The same for one that is worth nothing without the socket. */
  carryBySocket(replica: Replica): void;
  close(): void;
}

export function createWays({ url, http, tokens, clock, wake, transports, replicas, WebSocket: Socket }: WaysParts): Ways {
  const socket = new SocketConnection({
    url: `${url.replace(/^http/, 'ws')}/sync`,
    tokens,
    clock,
    WebSocket: Socket,
    isAllowed: transports?.includes('websocket') ?? true,
    async probe() {
      try {
        await http.fetch('/auth/me');
        return true;
      } catch {
        return false;
      }
    },
  });
  const feed = createLazyFeed(async () => {
    const { createFeed } = await import('./feed/create-feed.ts');
    return createFeed({ http, socket, transports, clock, onWake: wake.onWake });
  });
  const status = createCell<ConnectionStatus>(socket.status.get(), sameStatus);
  /** While the socket is blocked. */
  let requests: { readonly sync: HttpSync; readonly stop: () => void } | undefined;
  let requestError: ConcordError | undefined;
  let isLoading = false;
  let isClosed = false;

  function report(): void {
    const found = socket.status.get();
    const isFinal = found.phase === 'denied' || found.phase === 'expired' || found.phase === 'gone';
    if (requests === undefined || isFinal) status.set(found);
    else if (requestError === undefined) status.set({ transport: 'http', phase: 'live' });
    else status.set({ transport: 'http', phase: 'offline', error: requestError });
  }

  async function startRequests(): Promise<void> {
    if (requests !== undefined || isLoading) return;
    isLoading = true;
    const { createHttpSync } = await import('./http-sync.ts').finally(() => (isLoading = false));
    if (isClosed || socket.state.get() !== 'blocked') return;
    const sync = createHttpSync({
      http,
      clock,
      onReachable(error) {
        requestError = error;
        report();
      },
    });
    // A change of a record is told by the feed, which finds its own way.
    const stopFollowing = feed.follow(
      { since: 'now' },
      {
        onReady: () => sync.wake(),
        onChange: (change) => ('record' in change ? sync.wake(change) : sync.wake()),
        onRefused: () => undefined,
      },
    );
    requests = {
      sync,
      stop() {
        stopFollowing();
        sync.stop();
      },
    };
    requestError = undefined;
    for (const replica of replicas()) sync.carry(replica);
    report();
  }

  function stopRequests(): void {
    requests?.stop();
    requests = undefined;
  }

  function switchWays(): void {
    const state = socket.state.get();
    if (state === 'blocked') void startRequests();
    else if (state === 'open') stopRequests();
    report();
  }

  socket.status.subscribe(report);
  socket.state.subscribe(switchWays);
  wake.onWake(() => {
    socket.wake();
    requests?.sync.wake();
  });
  wake.onNetworkLost(() => socket.networkLost());
  switchWays();

  return {
    status,
    feed,
    socket,
    want: () => socket.want(),
    carry(replica) {
      socket.carry(replica);
      requests?.sync.carry(replica);
    },
    carryBySocket: (replica) => socket.carry(replica),
    close() {
      isClosed = true;
      stopRequests();
      socket.close();
    },
  };
}
