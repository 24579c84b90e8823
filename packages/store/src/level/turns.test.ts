import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('keeps nothing of names that nobody holds any more', async () => {
  const locks = new Turns();
  const work = Array.from({ length: 100 }, (_, i) => locks.take(`name ${i % 10}`, async () => i));
  expect(locks.size).toBe(10);
  await Promise.all(work);
  await expect(locks.take('name', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(locks.size).toBe(0);
});
