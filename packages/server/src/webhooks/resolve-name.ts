import { lookup, Resolver, type LookupAddress } from 'node:dns';

/** All addresses of a name; none, or an error, where there is none. */
export type ResolveName = (name: string, callback: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

const loopback: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/**
 * Asks the name servers, without taking one of the few threads that the system's own lookup, and the store, have: a name
 * whose servers do not answer holds up nobody but itself.
 *
 * @param asksSystem names that no server knows are looked up as the system does, in its hosts file, too. For where those
 *   who make webhooks may reach the own network: others could wait for such names on purpose.
 */
export function createResolveName(asksSystem: boolean): ResolveName {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  return (name, callback) => {
    // RFC 6761: never asked for.
    if (/(?:^|\.)localhost\.?$/i.test(name)) {
      callback(null, loopback);
      return;
    }
    let left = 2;
    let failure: Error | null = null;
    const found: LookupAddress[] = [];
    const collect =
      (family: 4 | 6) =>
      (error: Error | null, addresses: readonly string[] = []): void => {
        failure ??= error;
        for (const address of addresses) found.push({ address, family });
        if (--left > 0) return;
        if (found.length > 0) callback(null, found);
        else if (asksSystem) lookup(name, { all: true }, callback);
        else callback(failure, found);
      };
    resolver.resolve4(name, collect(4));
    resolver.resolve6(name, collect(6));
  };
}
