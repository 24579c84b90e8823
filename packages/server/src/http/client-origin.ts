import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { TrustProxy } from '@concord/schema';
import type { Origin } from '../limits/connections.ts';

/** Where a request comes from, as far as it can be believed. */
export interface ClientOrigin extends Origin {
  /** It comes from this machine and says of itself that no proxy passed it on. */
  readonly isLocal: boolean;
  /** The client's own connection is encrypted. */
  readonly isSecure: boolean;
}

export type ClientOriginOf = (request: IncomingMessage) => ClientOrigin;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Reads the client's address behind proxies. Each proxy appends to `X-Forwarded-For` whom it was called by; what
 * a client has put there itself stands in front and is not looked at, as long as `trust` counts no more proxies
 * than there are. False believes nobody: the address is that of the connection.
 */
export function createClientOrigin(trust: TrustProxy): ClientOriginOf {
  const isTrusted = trusting(trust);
  return ({ socket, headers }) => {
    const forwarded = headers['x-forwarded-for'];
    const hops = (typeof forwarded === 'string' ? forwarded.split(',') : []).map(plain).toReversed();
    let address = plain(socket.remoteAddress ?? '');
    const isPassedOn = isTrusted(address, 0);
    for (let hop = 0; isTrusted(address, hop); hop++) {
      const next = hops[hop];
      if (next === undefined || isIP(next) === 0) break;
      address = next;
    }
    const isLoopback = isIn(loopback, address);
    return {
      address,
      isLoopback,
      isLocal: isLoopback && forwarded === undefined && headers['forwarded'] === undefined,
      isSecure: 'encrypted' in socket || (isPassedOn && lastOf(headers['x-forwarded-proto']) === 'https'),
    };
  };
}

function trusting(trust: TrustProxy): (address: string, hop: number) => boolean {
  if (trust === false) return () => false;
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const list = new BlockList();
  let trustsLoopback = false;
  for (const entry of trust) {
    const [net = '', prefix] = entry.split('/');
    const family = isIPv4(net) ? 'ipv4' : 'ipv6';
    if (entry === 'loopback') trustsLoopback = true;
    else if (prefix === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(prefix), family);
  }
  return (address) => isIn(list, address) || (trustsLoopback && isIn(loopback, address));
}

function isIn(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** An address without what may stand around it: a port, brackets, a zone, the prefix of an IPv4 one in IPv6. */
function plain(text: string): string {
  const address = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .toLowerCase();
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address;
}

function lastOf(header: string | string[] | undefined): string | undefined {
  const values = Array.isArray(header) ? header : header?.split(',');
  return values?.at(-1)?.trim().toLowerCase();
}
