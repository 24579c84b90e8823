import type { Feed } from '../changes.ts';
import type { Transport } from '../client.ts';
import { systemClock, type Clock } from '../clock.ts';
import type { FeedSocket } from '../feed-socket.ts';
import type { Http } from '../http.ts';
import { Follower } from './follower.ts';
import type { OpenLeg } from './leg.ts';
import { createSocketLegs } from './socket-legs.ts';
import { createTransportChoice } from './transport-choice.ts';

const allTransports: readonly Transport[] = ['websocket', 'sse', 'longpoll', 'poll'];

export interface FeedParts {
  readonly http: Http;
  /** Without one, `websocket` is left out. */
  readonly socket?: FeedSocket | undefined;
  /** In the order in which they are tried. All when left out. */
  readonly transports?: readonly Transport[] | undefined;
  readonly clock?: Clock;
  /**
   * Calls its listener when requests that are under way may never be answered, or may get through again: the page has
   * slept, the network is another, it is back.
   */
  readonly onWake?: (listener: () => void) => () => void;
}

/** What is loaded once the socket does not get through. */
const loadByRequests = () => import('./legs-by-request.ts');

/** The feed, by whichever transport gets through. What is asked of `follow` is in `changes.ts`. */
export function createFeed({ http, socket, transports, clock = systemClock, onWake }: FeedParts): Feed {
  const parts = { http, clock };
  const order = transports ?? allTransports;
  const choice = createTransportChoice({
    order,
    socket: order.includes('websocket') ? socket : undefined,
    clock,
    probeStream: async (signal) => (await loadByRequests()).probeStream(parts, signal),
  });
  const byRequest = (transport: 'sse' | 'longpoll' | 'poll'): OpenLeg => {
    return later(async () => (await loadByRequests()).createRequestLegs(transport, parts));
  };
  const legs = {
    websocket: socket === undefined ? neverThrough : createSocketLegs(socket),
    sse: byRequest('sse'),
    longpoll: byRequest('longpoll'),
    poll: byRequest('poll'),
  };

  const followers = new Set<Follower>();
  let stopListening: () => void = () => undefined;

  function listen(): void {
    const tell = (event: 'better' | 'woken'): void => {
      for (const follower of Array.from(followers)) follower.hear(event);
    };
    const stopWaking = onWake?.(() => {
      choice.retry();
      tell('woken');
    });
    const stopWatching = choice.onBetter(() => tell('better'));
    stopListening = () => {
      stopWaking?.();
      stopWatching();
    };
  }

  return {
    follow(request, listener) {
      // Also while another transport is used, so that it is tried again.
      const unwant = order[0] === 'websocket' ? socket?.want() : undefined;
      const stop = (): void => {
        if (!followers.delete(follower)) return;
        follower.hear('stopped');
        if (followers.size === 0) stopListening();
        unwant?.();
      };
      const follower = new Follower({ choice, legs, clock }, request, {
        onReady: (cursor) => listener.onReady(cursor),
        onLost: () => listener.onLost?.(),
        onChange: (change) => listener.onChange(change),
        onRefused(error) {
          stop();
          listener.onRefused(error);
        },
      });
      followers.add(follower);
      if (followers.size === 1) listen();
      follower.start();
      return stop;
    },
  };
}

const neverThrough: OpenLeg = (_request, _since, listener) => {
  listener.onEnded({ kind: 'blocked' });
  return () => undefined;
};

/** A leg whose code is loaded when it is opened first. Where that fails, so does the leg. */
function later(load: () => Promise<OpenLeg>): OpenLeg {
  let loaded: OpenLeg | undefined;
  return (request, since, listener) => {
    if (loaded !== undefined) return loaded(request, since, listener);
    let isOver = false;
    let stop: (() => void) | undefined;
    void load().then(
      (open) => {
        loaded = open;
        if (!isOver) stop = open(request, since, listener);
      },
      () => {
        if (!isOver) listener.onEnded({ kind: 'cut' });
      },
    );
    return () => {
      isOver = true;
      stop?.();
    };
  };
}
