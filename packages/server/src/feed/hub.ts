import { Channel, type ChannelParts } from './channel.ts';
import type { Reader, Resume } from './resume.ts';
import type { Sink, Subscriber, Subscription } from './subscriber.ts';

/** The transports by which events are pushed. */
export type PushTransport = 'sse' | 'realtime';

export interface SubscribeOptions {
  readonly transport: PushTransport;
  readonly reader: Reader;
  readonly resume: Resume;
  readonly sink: Sink;
  /** Whether it is sent the records that there are: at first, where it does not go on, and with a reset. */
  readonly snapshot?: boolean;
  /** When what its reader may see ends, in milliseconds since the epoch. */
  readonly expiresAt?: number | undefined;
}

/** All subscriptions that events are pushed to. */
export interface Hub {
  /**
   * First says how the resume went (F3), then sends what lies behind it, then what happens. A `closing` hub
   * ends it at once.
   */
  subscribe(options: SubscribeOptions): Subscription;
  count(transport: PushTransport): number;
  /** Ends all subscriptions, and every later one. */
  close(): void;
}

export function createHub(parts: ChannelParts): Hub {
  const { clock, cursors } = parts;
  const channels = new Map<string, Channel>();
  const counts = { sse: 0, realtime: 0 };
  let closed = false;

  function channelOf(account: string, head: number): Channel {
    let channel = channels.get(account);
    if (channel === undefined) {
      channel = new Channel(account, head, parts, () => channels.delete(account));
      channels.set(account, channel);
    }
    return channel;
  }

  function expireAt(at: number | undefined, subscriber: Subscriber, channel: Channel): void {
    if (at === undefined) return;
    // A timer may be shorter than what it was asked for.
    const remainingMs = at - clock.now();
    if (remainingMs <= 0) channel.end(subscriber, 'expired');
    else subscriber.cancelExpiry = clock.after(remainingMs, () => expireAt(at, subscriber, channel));
  }

  return {
    count: (transport) => counts[transport],
    subscribe({ transport, reader, resume, sink, snapshot = false, expiresAt }) {
      if (closed) {
        sink.end('closing');
        return { place: () => undefined, stop() {}, end() {} };
      }
      const cursor = cursors.format(reader.account, resume.seq, reader.digest);
      const isListed = snapshot && !resume.goesOn;
      if (resume.reset !== undefined) sink.reset(resume.reset, cursor);
      else if (!isListed) sink.resumed(cursor);

      const onEnded = () => {
        counts[transport]--;
      };
      const subscriber: Subscriber = {
        reader,
        sink,
        state: isListed ? 'listing' : 'behind',
        wantsSnapshot: snapshot,
        listing: { after: undefined },
        known: new Map(),
        // What is in the snapshot was there by then.
        seq: isListed ? resume.head : resume.seq,
        cancelExpiry: () => {},
        onEnded,
      };
      counts[transport]++;
      const channel = channelOf(reader.account, resume.head);
      channel.join(subscriber);
      expireAt(expiresAt, subscriber, channel);
      return {
        place() {
          const { state, seq } = subscriber;
          return state === 'listing' ? undefined : { seq, cursor: cursors.format(reader.account, seq, reader.digest) };
        },
        stop: () => channel.leave(subscriber),
        end: (why) => channel.end(subscriber, why),
      };
    },
    close() {
      closed = true;
      for (const channel of channels.values()) channel.close();
    },
  };
}
