import { onTestFinished } from 'vitest';
import type { Transport } from '@concord/client';
import {
  createFeed,
  createHttp,
  createTokenSource,
  SocketConnection,
  type Clock,
  type Feed,
  type Http,
} from '@concord/client/internals';
import { quickClock } from './quick-clock.ts';
import { tokenFor, type TestUser } from './tokens.ts';

export interface FeedClientOptions {
  readonly as?: TestUser | undefined;
  /** In place of `as`. */
  readonly token?: () => Promise<string>;
  readonly transports?: readonly Transport[];
  readonly clock?: Clock;
}

/** The SDK's parts that read the feed, put together as a client has them; how fast time goes by is the test's to say. */
export interface FeedClient {
  readonly http: Http;
  readonly socket: SocketConnection;
  readonly feed: Feed;
  readonly clock: Clock;
  /** As when the page has slept. */
  wake(): void;
  readonly onWake: (listener: () => void) => () => void;
}

export function createFeedClient(
  { url }: { readonly url: string },
  { as, token = () => tokenFor(as), transports, clock = quickClock(1) }: FeedClientOptions = {},
): FeedClient {
  const tokens = createTokenSource(token, clock.now);
  const http = createHttp(url, tokens, fetch);
  const socket = new SocketConnection({
    url: `${url.replace('http', 'ws')}/sync`,
    tokens,
    clock,
    WebSocket,
    isAllowed: transports?.includes('websocket') ?? true,
    probe: () =>
      http.fetch('/auth/me').then(
        () => true,
        () => false,
      ),
  });
  const wakers = new Set<() => void>();
  const onWake = (listener: () => void): (() => void) => {
    wakers.add(listener);
    return () => wakers.delete(listener);
  };
  const feed = createFeed({ http, socket, transports, clock, onWake });
  onTestFinished(() => socket.close());
  return {
    http,
    socket,
    clock,
    feed,
    onWake,
    wake: () => {
      for (const waker of wakers) waker();
    },
  };
}
