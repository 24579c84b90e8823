import { Channel, type ChannelParts } from './channel.ts';
import type { Reader, Resume } from './resume.ts';
import type { Sink, Subscriber, Subscription } from './subscriber.ts';

export interface SubscribeOptions {
  readonly reader: Reader;
  readonly resume: Resume;
  readonly sink: Sink;
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
  readonly size: number;
  /** Ends all subscriptions, and every later one. */
  close(): void;
}

export function createHub(parts: ChannelParts): Hub {
  const { clock, cursors } = parts;
  const channels = new Map<string, Channel>();
  let size = 0;
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
    get size() {
      return size;
    },
    subscribe({ reader, resume, sink, expiresAt }) {
      if (closed) {
        sink.end('closing');
        return { stop() {}, end() {} };
      }
      const cursor = cursors.format(reader.account, resume.seq, reader.digest);
      if (resume.reset === undefined) sink.resumed(cursor);
      else sink.reset(resume.reset, cursor);

      const onEnded = () => {
        size--;
      };
      const subscriber: Subscriber = { reader, sink, state: 'behind', seq: resume.seq, cancelExpiry: () => {}, onEnded };
      size++;
      const channel = channelOf(reader.account, resume.head);
      channel.join(subscriber);
      expireAt(expiresAt, subscriber, channel);
      return { stop: () => channel.leave(subscriber), end: (why) => channel.end(subscriber, why) };
    },
    close() {
      closed = true;
      for (const channel of channels.values()) channel.close();
    },
  };
}
