import { ConcordError } from '@concord/protocol';
import type { Principal } from '../../access/principal.ts';

/** The event streams that are open, each under a name that its reader brings along when it comes back. */
export interface Streams {
  /**
   * Notes a stream of that user; the one of the same name, if it is still there, is ended: its reader has come back
   * before we noticed that it was gone. Returns what to call when it is over.
   *
   * @throws `too_many_connections` where the user has ten already
   */
  open(who: Principal, name: string, end: () => void): () => void;
}

/**
 * The client opens another stream when one is cut off, and leaves the old one to come back by itself, so it has one more
 * each time. One that is refused is not tried again by the browser; one that was ended would be.
 */
const maxStreamsPerUser = 10;

export function createStreams(): Streams {
  const users = new Map<string, Map<string, () => void>>();
  return {
    open({ account, user }, name, end) {
      const who = `${account}/${user}`;
      const streams = users.get(who) ?? new Map<string, () => void>();
      if (!streams.has(name) && streams.size >= maxStreamsPerUser)
        throw new ConcordError('too_many_connections', { limit: 'maxConnectionsPerUser' });
      const before = streams.get(name);
      users.set(who, streams.set(name, end));
      before?.();
      return () => {
        if (streams.get(name) !== end) return;
        streams.delete(name);
        if (streams.size === 0) users.delete(who);
      };
    },
  };
}
