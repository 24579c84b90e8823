import { describe, expect, it } from 'vitest';
import { createConnections } from './connections.ts';

const limits = { maxConnectionsPerAddress: 3, maxConnectionsPerUser: 2 };
const from = (address: string) => ({ address, isLoopback: false });
const tooMany = expect.objectContaining({ code: 'too_many_connections' });

describe('connections', () => {
  it('are counted by address until they leave, however often they do', () => {
    const connections = createConnections(limits);
    const places = [1, 2, 3].map(() => connections.enter(from('192.0.2.1')));
    expect(() => connections.enter(from('192.0.2.1'))).toThrow(tooMany);
    connections.enter(from('192.0.2.2'));
    places[0]?.leave();
    places[0]?.leave();
    connections.enter(from('192.0.2.1'));
    expect(() => connections.enter(from('192.0.2.1'))).toThrow(tooMany);
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8::1:ffff:0:0:7', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['::ffff:1', '::2', true],
  ])('from %s and %s share an address: %s', (one, other, same) => {
    const connections = createConnections({ ...limits, maxConnectionsPerAddress: 1 });
    connections.enter(from(one));
    if (same) expect(() => connections.enter(from(other))).toThrow(tooMany);
    else connections.enter(from(other));
  });

  it('from the same machine are not counted by address', () => {
    const connections = createConnections(limits);
    for (let count = 0; count < 100; count++) connections.enter({ address: '127.0.0.1', isLoopback: true });
  });

  it('are counted by user, each once, and a refusal takes nothing', () => {
    const connections = createConnections(limits);
    const [a, b, c] = [1, 2, 3].map(() => connections.enter({ address: '127.0.0.1', isLoopback: true }));
    a?.identify('acme', 'ada');
    a?.identify('acme', 'ada');
    b?.identify('acme', 'ada');
    expect(() => c?.identify('acme', 'ada')).toThrow(tooMany);
    expect(c?.isIdentified).toBe(false);
    c?.identify('other', 'ada');
    c?.leave();
    a?.leave();
    connections.enter(from('192.0.2.1')).identify('acme', 'ada');
  });
});
