import { expect, it } from 'vitest';
import { createTokenSource } from './token-source.ts';

function jwt(exp: number): string {
  return `x.${btoa(JSON.stringify({ exp }))}.y`;
}

it('asks once, however many want a token', async () => {
  let asked = 0;
  const tokens = createTokenSource(async () => `token-${++asked}`);
  expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(['token-1', 'token-1', 'token-1']);
  expect(await tokens.get()).toBe('token-1');
});

it('asks for another one a minute before the one at hand ends', async () => {
  let [now, asked] = [1_000_000, 0];
  const tokens = createTokenSource(
    () => jwt(++asked * 1000 + 1000),
    () => now,
  );
  await tokens.get();
  expect(tokens.expiresAt).toBe(2_000_000);
  now = 1_939_999;
  await tokens.get();
  expect(asked).toBe(1);
  now = 1_940_001;
  await tokens.get();
  expect(asked).toBe(2);
});

it('does not give out a token that the server has not taken', async () => {
  let asked = 0;
  const tokens = createTokenSource(() => `token-${++asked}`);
  tokens.reject(await tokens.get());
  expect(await tokens.get()).toBe('token-2');
  tokens.reject('token-1');
  expect(await tokens.get()).toBe('token-2');
});

it('passes on what the function throws, and asks again', async () => {
  let asked = 0;
  const tokens = createTokenSource(() => {
    if (asked++ === 0) throw new Error('no network');
    return 'token';
  });
  await expect(tokens.get()).rejects.toThrow('no network');
  expect(await tokens.get()).toBe('token');
});
