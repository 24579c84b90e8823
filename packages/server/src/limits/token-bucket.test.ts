import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

function taken(bucket: TokenBucket): number {
  let count = 0;
  while (bucket.take()) count++;
  return count;
}

it('lets a burst through, and then as many as time brings', () => {
  let now = 0;
  const bucket = new TokenBucket(100, 500, () => now);
  expect(taken(bucket)).toBe(500);
  now += 5;
  expect(taken(bucket)).toBe(0);
  now += 5;
  expect(taken(bucket)).toBe(1);
  now += 1000;
  expect(taken(bucket)).toBe(100);
  now += 3_600_000;
  expect(taken(bucket)).toBe(500);
});

it('survives a clock that is set back', () => {
  let now = 10_000;
  const bucket = new TokenBucket(100, 10, () => now);
  expect(taken(bucket)).toBe(10);
  now = 0;
  expect(taken(bucket)).toBe(0);
  now = 50;
  expect(taken(bucket)).toBe(5);
});
