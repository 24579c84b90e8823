import { faultyDatabase } from '@concord/store/faults';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compactFeeds, startCompaction } from './compaction.ts';
import { openWorld, stateAfter, type Closers, type FeedWorld } from './testing/feed-world.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const dayMs = 24 * 60 * 60 * 1000;
const keepMs = 7 * dayMs;

async function kept({ feed }: FeedWorld, account = 'acme'): Promise<readonly number[]> {
  return (await feed.read(account, 0, 10_000)).map(({ seq }) => seq);
}

/** What a reader ends with that goes on after `seq`, having read all before it. */
async function stateFrom(
  world: FeedWorld,
  seq: number,
  before: ReturnType<typeof stateAfter>,
): Promise<ReturnType<typeof stateAfter>> {
  const state = new Map(before);
  for (const { event } of await world.feed.read('acme', seq, 10_000)) {
    const key = `${event.collection}/${event.record}`;
    if (event.type.endsWith('.delete')) state.delete(key);
    else state.set(key, event.data);
  }
  return new Map([...state].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('compaction', () => {
  it('[F4] keeps the latest event of each record, deletions too, and everything younger than its limit', async () => {
    const world = await openWorld(closers);
    const { write, clock, store, feed } = world;
    await write({ record: 'a', operation: 'create' }, { record: 'b', operation: 'create' }, { record: 'c', operation: 'create' });
    await write({ record: 'a' }, { record: 'b', operation: 'delete' });
    await write({ record: 'a' });
    clock.advance(keepMs - 1);
    await write({ record: 'c' });
    expect(await compactFeeds({ store, clock, keepMs })).toEqual({ accounts: 1, removed: 0 });
    clock.advance(2);
    await write({ record: 'd', operation: 'create' }, { record: 'd' });

    expect(await compactFeeds({ store, clock, keepMs })).toEqual({ accounts: 1, removed: 4 });
    expect(await kept({ ...world, feed })).toEqual([5, 6, 7, 8, 9]);
  });

  it('[F4] a reader of everything resumes from anywhere and ends in the current state', async () => {
    const world = await openWorld(closers, { feed: { maxTailEvents: 1 } });
    const { write, clock, store, feed } = world;
    let random = 1;
    const next = (below: number) => (random = (random * 48271) % 0x7fffffff) % below;
    const dead = new Set<string>();
    for (let day = 0; day < 30; day++) {
      for (let i = 0; i < 10; i++) {
        const record = `r${next(12)}`;
        if (dead.has(record)) continue;
        const operation = next(15) === 0 ? 'delete' : 'update';
        if (operation === 'delete') dead.add(record);
        await write({ record, operation, fields: { estimate: day * 10 + i } });
      }
      clock.advance(dayMs);
    }
    const whole = (await feed.read('acme', 0, 10_000)).map(({ seq, event }) => ({ seq, event }));
    const now = stateAfter(whole.map(({ event }) => event));

    // Twice, in small chunks, so that what an earlier run kept is superseded in a later one.
    await compactFeeds({ store, clock, keepMs: 20 * dayMs, chunkEvents: 7 });
    await compactFeeds({ store, clock, keepMs, chunkEvents: 7 });
    const horizon = await feed.horizon('acme');
    const below = (await feed.read('acme', 0, 10_000)).filter(({ seq }) => seq <= horizon);
    expect(horizon).toBeGreaterThan(100);
    expect(new Set(below.map(({ event }) => event.record)).size).toBe(below.length);

    for (const { seq } of [{ seq: 0 }, ...whole]) {
      const before = stateAfter(whole.filter((one) => one.seq <= seq).map(({ event }) => event));
      expect(await stateFrom(world, seq, before)).toEqual(now);
    }
  });

  it('[F4] goes on where an interrupted run stopped, and loses nothing by it', async () => {
    const faults = faultyDatabase();
    const world = await openWorld(closers, { openDatabase: faults.openDatabase });
    const { write, clock, store, feed } = world;
    for (let i = 0; i < 10; i++) await write({ record: 'a' }, { record: 'b' });
    clock.advance(keepMs + 1);
    faults.failWrite({ nth: 2 });
    await expect(compactFeeds({ store, clock, keepMs, chunkEvents: 5 })).rejects.toMatchObject({ code: 'commit_unknown' });
    await store.reopen();
    feed.reset();
    expect(await feed.horizon('acme')).toBe(5);
    expect(await kept(world)).toEqual(Array.from({ length: 15 }, (_, i) => i + 6));

    await compactFeeds({ store, clock, keepMs, chunkEvents: 5 });
    expect(await feed.horizon('acme')).toBe(20);
    expect(await kept(world)).toEqual([19, 20]);
  });

  it('[F4] removes what an earlier run kept once it is superseded below the horizon', async () => {
    const world = await openWorld(closers);
    const { write, clock, store, feed } = world;
    for (let week = 0; week < 5; week++) {
      await write({ record: 'a' }, { record: 'b' });
      clock.advance(keepMs + 1);
      await compactFeeds({ store, clock, keepMs });
      feed.reset();
      expect(await kept(world)).toEqual([week * 2 + 1, week * 2 + 2]);
    }
    expect(await feed.eventsOf({ account: 'acme', collection: 'tickets', record: 'a' })).toMatchObject({ seqs: [9] });
  });

  it('[F4] never goes above what a webhook has yet to read', async () => {
    const world = await openWorld(closers);
    const { write, clock, store, feed } = world;
    for (let i = 0; i < 6; i++) await write({ record: 'a' });
    clock.advance(keepMs + 1);
    await compactFeeds({ store, clock, keepMs, neededAfter: async () => 2 });
    feed.reset();
    expect(await feed.horizon('acme')).toBe(2);
    expect(await kept(world)).toEqual([3, 4, 5, 6]);
  });

  it('is done by one at a time', async () => {
    const { write, clock, store } = await openWorld(closers);
    await write({ record: 'a' });
    const lease = await store.lease('feed-compaction');
    expect(await compactFeeds({ store, clock, keepMs })).toBeUndefined();
    await lease?.release();
    expect(await compactFeeds({ store, clock, keepMs })).toEqual({ accounts: 1, removed: 0 });
  });

  it('runs again and again until it is stopped', async () => {
    const { write, clock, store, feed } = await openWorld(closers, { feed: { idleMs: 1 } });
    const timer = startCompaction({ store, clock, keepMs, everyMs: dayMs });
    await write({ record: 'a' }, { record: 'a' });
    clock.advance(keepMs + dayMs);
    await vi.waitUntil(async () => (await feed.horizon('acme')) === 2);
    await vi.waitUntil(() => clock.timers > 0);
    await write({ record: 'a' });
    clock.advance(keepMs + dayMs);
    await vi.waitUntil(async () => (await feed.horizon('acme')) === 3);
    await timer.stop();
    clock.advance(60_000);
    expect(clock.timers).toBe(0);
  });
});
