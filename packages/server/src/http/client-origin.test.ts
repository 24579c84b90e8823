import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import type { TrustProxy } from '@concord/schema';
import { createClientOrigin } from './client-origin.ts';

function from(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

it.each<[string, TrustProxy, string, string | undefined, string]>([
  ['believes nobody by default', false, '10.0.0.1', '192.0.2.1', '10.0.0.1'],
  ['believes one proxy', 1, '10.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['and not what the client has made up', 1, '10.0.0.1', '198.51.100.9, 192.0.2.1', '192.0.2.1'],
  ['believes two proxies', 2, '10.0.0.1', '198.51.100.9, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
  ['takes the outermost where there are fewer', 3, '10.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['believes the proxies of a list', ['10.0.0.0/8', '::1'], '10.0.0.1', '192.0.2.1, 10.9.9.9', '192.0.2.1'],
  ['and nobody else', ['10.0.0.0/8'], '203.0.113.5', '192.0.2.1', '203.0.113.5'],
  ['believes the own machine', ['loopback'], '::ffff:127.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['stops at what is no address', 2, '10.0.0.1', '192.0.2.1, unknown', '10.0.0.1'],
  ['stops at a broken list', 1, '10.0.0.1', ',,', '10.0.0.1'],
  ['reads ports and brackets', 1, '10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
  ['has the connection itself without the header', 1, '10.0.0.1', undefined, '10.0.0.1'],
])('%s', (_what, trust, remoteAddress, forwarded, address) => {
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(createClientOrigin(trust)(from(remoteAddress, headers)).address).toBe(address);
});

it('takes a client for local only where no proxy has passed it on', () => {
  const of = createClientOrigin(false);
  expect(of(from('127.0.0.1'))).toMatchObject({ isLoopback: true, isLocal: true });
  expect(of(from('::1', { 'x-forwarded-for': '192.0.2.1' }))).toMatchObject({ isLoopback: true, isLocal: false });
  expect(of(from('192.0.2.1'))).toMatchObject({ isLoopback: false, isLocal: false });
});

it('takes a connection for encrypted only where a trusted proxy says so', () => {
  const headers = { 'x-forwarded-proto': 'https' };
  expect(createClientOrigin(false)(from('10.0.0.1', headers)).isSecure).toBe(false);
  expect(createClientOrigin(1)(from('10.0.0.1', headers)).isSecure).toBe(true);
  expect(createClientOrigin(1)(from('10.0.0.1', { 'x-forwarded-proto': 'https, http' })).isSecure).toBe(false);
});
