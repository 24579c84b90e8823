import { request } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Closers } from './testing/feed-world.ts';
import { as, openHttpWorld, type HttpWorld } from './testing/http-world.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function waiting({ changes }: HttpWorld, count = 1): Promise<void> {
  await vi.waitUntil(() => changes.counts().longpoll === count);
}

describe('long polling', () => {
  it('answers at once when there is something', async () => {
    const { page, write } = await openHttpWorld(closers);
    await write({ record: 'a' });
    expect(await page('feed=longpoll&since=0')).toMatchObject({
      results: [{ record: 'a' }],
      resumed: true,
      pending: 0,
      pollAfterMs: 0,
    });
  });

  it('[F2] waits for the next event that is selected, and skips none', async () => {
    const world = await openHttpWorld(closers);
    const { page, write } = world;
    const answer = page('feed=longpoll&since=now&collections=notes');
    await waiting(world);
    await write({ record: 'a' });
    await write({ record: 'b' }, { collection: 'notes', record: 'c' }, { record: 'd' });
    const { results, cursor } = await answer;
    expect(results).toMatchObject([{ collection: 'notes', record: 'c' }]);
    expect((await page(`since=${results[0]?.cursor}`)).results).toMatchObject([{ record: 'd' }]);
    expect((await page(`since=${cursor}`)).results).toEqual([]);
  });

  it('answers 200 with nothing in it when its time is up, and goes on behind what it left out', async () => {
    const world = await openHttpWorld(closers);
    const { page, write, clock } = world;
    const answer = page('feed=longpoll&since=now&collections=notes&timeout=10000');
    await waiting(world);
    await write({ record: 'a' });
    const { cursor } = await page('since=now');
    clock.advance(9_999);
    expect(world.changes.counts().longpoll).toBe(1);
    clock.advance(1);
    expect(await answer).toMatchObject({ results: [], cursor, resumed: true, pending: 0 });
    expect(clock.timers).toBe(1); // the feed's own
  });

  it('answers up to a tenth earlier, so that readers do not come in step', async () => {
    const world = await openHttpWorld(closers, { changes: { random: () => 0.999 } });
    const answer = world.page('feed=longpoll&since=now&timeout=10000');
    await waiting(world);
    world.clock.advance(9_001);
    expect(await answer).toMatchObject({ results: [] });
  });

  it('does not outlast the token', async () => {
    const world = await openHttpWorld(closers);
    const answer = world.page('feed=longpoll&since=now', as({ expiresAt: world.clock.now() + 3000 }));
    await waiting(world);
    world.clock.advance(3000);
    expect(await answer).toMatchObject({ results: [] });
  });

  it('does not wait with a timeout of 0', async () => {
    const { page } = await openHttpWorld(closers);
    expect(await page('feed=longpoll&since=now&timeout=0')).toMatchObject({ results: [] });
  });

  it('[F1] many readers get each event once and in order', async () => {
    const world = await openHttpWorld(closers);
    const { page, write } = world;
    const read = async () => {
      const records: string[] = [];
      for (let cursor = '0'; records.length < 60;) {
        const answer = await page(`feed=longpoll&since=${cursor}&limit=10`);
        records.push(...answer.results.map(({ record }) => record));
        cursor = answer.cursor;
      }
      return records;
    };
    const readers = Promise.all(Array.from({ length: 10 }, read));
    await waiting(world, 10);
    for (let i = 0; i < 20; i++) await Promise.all([0, 1, 2].map((j) => write({ record: `r${i * 3 + j}` })));
    const all = (await page('limit=1000')).results.map(({ record }) => record);
    for (const records of await readers) expect(records).toEqual(all);
  });

  it('lets go of whoever has gone', async () => {
    const world = await openHttpWorld(closers);
    const asking = request({ port: world.port, path: '/api/v1/changes?feed=longpoll&since=now', headers: as({}) });
    asking.on('error', () => {});
    asking.end();
    await waiting(world);
    asking.destroy();
    await waiting(world, 0);
    expect(world.clock.timers).toBe(1); // the feed's own
  });

  it('answers all that wait when the server stops', async () => {
    const world = await openHttpWorld(closers);
    const answers = [world.page('feed=longpoll&since=now'), world.page('feed=longpoll&since=now')];
    await waiting(world, 2);
    await world.drain();
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ results: [], resumed: true });
    expect(world.changes.counts().longpoll).toBe(0);
  });
});
