import type { Transport } from '../client.ts';
import type { Clock } from '../clock.ts';
import type { FeedSocket } from '../feed-socket.ts';
import { createListeners } from '../live.ts';

/** A way that is blocked is tried again after this, then after twice as long, and so on … */
const firstRetryMs = 15_000;
/** … up to this. */
const maxRetryMs = 600_000;

/** A browser keeps six connections to a server that speaks HTTP/1.1, for all tabs: requests need some of them, too. */
const maxStreams = 2;

/** Which transports get through here: what one reader has found out, all know. */
export interface TransportChoice {
  /** In the order in which they are preferred; `reader` as in {@link TransportChoice.occupy}. */
  usable(reader: object): readonly Transport[];
  /** These did not get through, and one behind them did. */
  block(transports: readonly Transport[]): void;
  /** The reader uses that transport, or none. Few may keep a request open at a time: the others poll. */
  occupy(reader: object, transport: Transport | undefined): void;
  /** Tries what is blocked now. */
  retry(): void;
  /** Calls `listener` when something can be used that could not before. What is blocked is tried again while somebody listens. */
  onBetter(listener: () => void): () => void;
}

export interface TransportChoiceParts {
  readonly order: readonly Transport[];
  readonly socket: FeedSocket | undefined;
  readonly clock: Clock;
  /** Whether streams get through by now. */
  readonly probeStream: (signal: AbortSignal) => Promise<boolean>;
}

interface Block {
  retryMs: number;
  cancel(): void;
}

export function createTransportChoice({ order, socket, clock, probeStream }: TransportChoiceParts): TransportChoice {
  const known = order.filter((transport) => transport !== 'websocket' || socket !== undefined);
  const blocks = new Map<Transport, Block>();
  const listeners = createListeners();
  const streaming = new Set<object>();
  let stopWatching: () => void = () => undefined;

  function retryLater(transport: Transport, block: Block): void {
    block.cancel();
    block.cancel = clock.after(block.retryMs * (0.75 + 0.5 * clock.random()), () => retryNow(transport, block));
  }

  /** A wait that is cut shows itself only by waiting: that is tried by who reads. */
  function retryNow(transport: Transport, block: Block): void {
    block.cancel();
    block.retryMs = Math.min(block.retryMs * 2, maxRetryMs);
    if (transport !== 'sse') return unblock(transport);
    const abort = new AbortController();
    block.cancel = () => abort.abort();
    // A failure is an answer, too.
    void probeStream(abort.signal)
      .catch(() => false)
      .then((isThrough) => {
        if (abort.signal.aborted) return;
        if (isThrough) unblock(transport);
        else retryLater(transport, block);
      });
  }

  function unblock(transport: Transport): void {
    open.add(transport);
    listeners.call();
  }

  /** Those that were blocked and are tried again; what they were waiting for is kept in case they are blocked again. */
  const open = new Set<Transport>();
  const isBlocked = (transport: Transport): boolean =>
    transport === 'websocket' ? socket?.state.get() === 'blocked' : blocks.has(transport) && !open.has(transport);

  return {
    usable(reader) {
      const isFull = streaming.size >= maxStreams && !streaming.has(reader) && known.includes('poll');
      return known.filter((transport) => !isBlocked(transport) && !(isFull && isStream(transport)));
    },
    block(transports) {
      for (const transport of transports) {
        // The socket remembers by itself.
        if (transport === 'websocket' || isBlocked(transport)) continue;
        const block = blocks.get(transport) ?? { retryMs: firstRetryMs, cancel: () => undefined };
        blocks.set(transport, block);
        open.delete(transport);
        if (listeners.size > 0) retryLater(transport, block);
      }
    },
    occupy(reader, transport) {
      if (transport !== undefined && isStream(transport)) streaming.add(reader);
      else if (streaming.delete(reader) && streaming.size === maxStreams - 1) listeners.call();
    },
    retry() {
      for (const [transport, block] of blocks) if (isBlocked(transport)) retryNow(transport, block);
    },
    onBetter(listener) {
      const stop = listeners.add(listener);
      if (listeners.size === 1) {
        for (const [transport, block] of blocks) if (isBlocked(transport)) retryLater(transport, block);
        const watch = socket?.state.subscribe(() => {
          if (socket.state.get() === 'open') listeners.call();
        });
        stopWatching = watch ?? stopWatching;
      }
      return () => {
        stop();
        if (listeners.size > 0) return;
        stopWatching();
        for (const block of blocks.values()) block.cancel();
      };
    },
  };
}

function isStream(transport: Transport): boolean {
  return transport === 'sse' || transport === 'longpoll';
}
