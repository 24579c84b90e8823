import { describe, expect, it } from 'vitest';
import { createSignInThrottle } from './sign-in-throttle.ts';

describe('attempts to sign in', () => {
  const start = Date.UTC(2026, 10, 21, 10, 0, 15);
  let now = start;
  const from = (address: string, user = 'ada') => ({
    account: 'acme',
    user,
    origin: { address, isLoopback: address === '127.0.0.1' },
  });
  const begin = () => {
    now = start;
    return createSignInThrottle({ now: () => now, after: () => () => {} });
  };

  it('are ten a minute for each user, wherever they come from', () => {
    const throttle = begin();
    for (let attempt = 0; attempt < 10; attempt++) expect(throttle.take(from(`192.0.2.${attempt}`))).toBeUndefined();
    expect(throttle.take(from('192.0.2.99'))).toBe(45);
    expect(throttle.take(from('127.0.0.1'))).toBe(45);
    expect(throttle.take(from('192.0.2.99', 'ben'))).toBeUndefined();
    now += 45_000;
    expect(throttle.take(from('192.0.2.99'))).toBeUndefined();
  });

  it('are sixty a minute for each address, whoever they are for, but for this machine', () => {
    const throttle = begin();
    for (let attempt = 0; attempt < 60; attempt++) {
      expect(throttle.take(from('192.0.2.1', `user${attempt}`))).toBeUndefined();
      expect(throttle.take(from('127.0.0.1', `local${attempt}`))).toBeUndefined();
    }
    expect(throttle.take(from('192.0.2.1', 'ada'))).toBe(45);
    expect(throttle.take(from('192.0.2.2', 'ada'))).toBeUndefined();
    expect(throttle.take(from('127.0.0.1', 'ada'))).toBeUndefined();
  });

  it('are counted together for all addresses of an IPv6 network', () => {
    const throttle = begin();
    for (let attempt = 0; attempt < 60; attempt++)
      expect(throttle.take(from(`2001:db8:0:7::${attempt.toString(16)}`, `user${attempt}`))).toBeUndefined();
    expect(throttle.take(from('2001:db8:0:7:ffff::1', 'ada'))).toBe(45);
    expect(throttle.take(from('2001:db8:0:8::1', 'ada'))).toBeUndefined();
  });
});
