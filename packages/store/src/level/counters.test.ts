import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Counters } from './counters.ts';
import { openDatabase } from './database.ts';

it('keeps the counters that are in use, and forgets those that are not', async () => {
  const path = await mkdtemp(join(tmpdir(), 'concord-store-'));
  const database = await openDatabase(path);
  const counters = new Counters(100);
  const load = (...scopes: string[]) => counters.load(database, [{ scopes }]);
  await load('in use', 'idle');
  const held = counters.get('in use');
  for (let round = 0; round < 10; round++) await load('in use', ...Array.from({ length: 60 }, (_, i) => `${round} ${i}`));
  expect(held).toBeDefined();
  expect(counters.get('in use')).toBe(held);
  expect(counters.get('idle')).toBeUndefined();
  await database.close();
  await rm(path, { recursive: true });
});
