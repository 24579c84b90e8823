import { isIPv6 } from 'node:net';
import { ConcordError, type Limits } from '@concord/protocol';

/** Where a connection comes from. */
export interface Origin {
  readonly address: string;
  readonly isLoopback: boolean;
}

/** One connection among those that are counted. */
export interface Place {
  /** Whether a user of it is known. */
  readonly isIdentified: boolean;
  /**
   * It speaks for that user, too, from now on. A socket whose documents were opened with the tokens of several
   * users counts for each.
   *
   * @throws `too_many_connections`, where the user has as many already; then nothing has changed
   */
  identify(account: string, user: string): void;
  /** It is over. Idempotent. */
  leave(): void;
}

/** One socket among those that are counted. */
export interface Visit {
  readonly place: Place;
  /** It comes from this machine, where the benchmark and trusted programs are: its frames are not counted. */
  readonly isLocal: boolean;
}

export interface Connections {
  /** @throws `too_many_connections`, where the address has as many already */
  enter(origin: Origin): Place;
}

/**
 * Counts what stays open, sockets, event streams and long polls alike, by client address and by user. Loopback
 * addresses are not counted: behind a proxy on the same machine all clients may have that one.
 */
export function createConnections(limits: Pick<Limits, 'maxConnectionsPerAddress' | 'maxConnectionsPerUser'>): Connections {
  const addresses = new Tally();
  const users = new Tally();
  return {
    enter({ address, isLoopback }) {
      const network = isLoopback ? undefined : networkOf(address);
      if (network !== undefined && !addresses.add(network, limits.maxConnectionsPerAddress))
        throw new ConcordError('too_many_connections', { limit: 'maxConnectionsPerAddress' });
      const known = new Set<string>();
      let isOver = false;
      return {
        get isIdentified() {
          return known.size > 0;
        },
        identify(account, user) {
          const who = `${account}/${user}`;
          if (isOver || known.has(who)) return;
          if (!users.add(who, limits.maxConnectionsPerUser))
            throw new ConcordError('too_many_connections', { limit: 'maxConnectionsPerUser' });
          known.add(who);
        },
        leave() {
          if (isOver) return;
          isOver = true;
          if (network !== undefined) addresses.remove(network);
          for (const who of known) users.remove(who);
        },
      };
    },
  };
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(key: string, max: number): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count >= max) return false;
    this.#counts.set(key, count + 1);
    return true;
  }

  remove(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

/** An IPv4 address, or the /64 of an IPv6 one: whoever has one address of that has all of them. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
