import ipaddr from 'ipaddr.js';

/** Which addresses webhooks may be sent to. */
export interface AddressRules {
  /** Whether this machine may connect to that address, however it is spelled. False for what is no address. */
  allows(address: string): boolean;
}

/**
 * Where clouds answer every machine with its own credentials. Link-local addresses are refused as a range; these lie in
 * ranges that are private, or even public.
 */
const metadata: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '168.63.129.16',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fd00:42::42',
]);

/** Opened by the setting. Everything else that is not public never is. */
const privateRanges: ReadonlySet<string> = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

/** IPv6 addresses that stand for an IPv4 one, and where in their bytes that lies: what it may be decides. */
const carriers: readonly (readonly [network: [ipaddr.IPv6, number], at: number])[] = [
  // Mapped, translated, the deprecated compatible ones, NAT64, 6to4.
  [ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), 12],
  [ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), 12],
  [ipaddr.IPv6.parseCIDR('::/96'), 12],
  [ipaddr.IPv6.parseCIDR('64:ff9b::/96'), 12],
  [ipaddr.IPv6.parseCIDR('2002::/16'), 2],
];

/** IPv6 addresses outside of this have not been given to anybody. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** @param allowPrivate opens private, shared and loopback addresses; link-local and metadata addresses stay closed */
export function createAddressRules(allowPrivate: boolean): AddressRules {
  return {
    allows(text) {
      if (!ipaddr.isValid(text)) return false;
      const address = carried(ipaddr.parse(text));
      if (metadata.has(address.toString())) return false;
      const range: string = address.range();
      if (privateRanges.has(range)) return allowPrivate;
      return range === 'unicast' && (address instanceof ipaddr.IPv4 || address.match(globalUnicast));
    },
  };
}

function carried(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  // `::` and `::1` are no IPv4 addresses, though they look like one.
  if (address instanceof ipaddr.IPv4 || address.range() === 'unspecified' || address.range() === 'loopback') return address;
  const carrier = carriers.find(([network]) => address.match(network));
  return carrier === undefined ? address : new ipaddr.IPv4(address.toByteArray().slice(carrier[1], carrier[1] + 4));
}
