import { faultyDatabase } from '@concord/store/faults';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFeed } from './create-feed.ts';
import { accountKey } from './feed-keys.ts';
import type { Placed } from './feed.ts';
import { openWorld, type Closers } from './testing/feed-world.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const seqs = (events: readonly Placed[]) => events.map(({ seq }) => seq);

describe('the feed', () => {
  it('[F1] tells of events in the order of their commits, and of each once', async () => {
    const { feed, write } = await openWorld(closers);
    const heads: number[] = [];
    feed.onPublished('acme', (head) => heads.push(head));
    const written = (
      await Promise.all(Array.from({ length: 200 }, (_, i) => write({ record: `r${i % 7}`, fields: { estimate: i } })))
    ).flat();

    expect(heads).toEqual(heads.toSorted((a, b) => a - b));
    expect(await feed.head('acme')).toBe(200);
    const read = await feed.read('acme', 0, 1000);
    expect(seqs(read)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(read).toEqual(written.toSorted((a, b) => a.seq - b.seq));
    expect(new Set(read.map(({ event }) => event.id)).size).toBe(200);
  });

  it('[F1] shows nothing before it is durable, and a reader that was woken misses nothing that was told of late', async () => {
    const { feed, commit } = await openWorld(closers);
    const [first, second] = await Promise.all([commit({ record: 'a' }), commit({ record: 'b' })]);
    expect(await feed.head('acme')).toBe(2);
    const third = await commit({ record: 'c' });
    expect(await feed.head('acme')).toBe(2);
    const fourth = await commit({ record: 'd' });

    // The publishers overtake each other: what is durable is shown, and what lies between with it.
    feed.published('acme', fourth);
    expect(seqs(await feed.read('acme', 0, 10))).toEqual([1, 2, 3, 4]);
    feed.published('acme', third);
    feed.published('acme', second);
    feed.published('acme', first);
    expect(await feed.head('acme')).toBe(4);
    expect(seqs(await feed.read('acme', 2, 10))).toEqual([3, 4]);
  });

  it('reads the same from memory as from the store, at any place and limit', async () => {
    const world = await openWorld(closers, { feed: { maxTailEvents: 10 } });
    for (let i = 1; i <= 25; i++) await world.write({ record: `r${i}`, fields: { title: `number ${i}` } });
    const cold = createFeed({ store: world.store, clock: world.clock, epoch: world.meta.epoch });
    for (let after = 0; after <= 26; after++) {
      for (const limit of [1, 3, 100])
        expect(await world.feed.read('acme', after, limit)).toEqual(await cold.read('acme', after, limit));
    }
  });

  it('serves live readers without asking the store', async () => {
    const { store, feed, write } = await openWorld(closers);
    await write({ record: 'a' });
    const entries = vi.spyOn(store, 'entries');
    for (let i = 0; i < 5; i++) await write({ record: 'b' });
    expect(seqs(await feed.read('acme', 3, 100))).toEqual([4, 5, 6]);
    expect(entries).not.toHaveBeenCalled();
  });

  it('shares one read of the store among readers at one place', async () => {
    const { store, clock, meta, write } = await openWorld(closers);
    await write({ record: 'a' }, { record: 'b' });
    const cold = createFeed({ store, clock, epoch: meta.epoch });
    const entries = vi.spyOn(store, 'entries');
    const pages = await Promise.all(Array.from({ length: 50 }, () => cold.read('acme', 0, 100)));
    expect(entries).toHaveBeenCalledTimes(1);
    expect(new Set(pages).size).toBe(1);
  });

  it('bounds what it keeps in memory, of one account and of all', async () => {
    const { store, feed, write } = await openWorld(closers, { feed: { maxTailBytes: 3300, maxTailsBytes: 5000 } });
    const padding = { title: 'x'.repeat(500) };
    for (let i = 0; i < 5; i++) await write({ record: 'a', fields: padding });
    for (let i = 0; i < 5; i++) await write({ account: 'other', record: 'a', fields: padding });
    const entries = vi.spyOn(store, 'entries');
    expect(seqs(await feed.read('other', 3, 100))).toEqual([4, 5]);
    expect(entries).not.toHaveBeenCalled();
    expect(seqs(await feed.read('other', 0, 100))).toEqual([1, 2, 3, 4, 5]);
    expect(seqs(await feed.read('acme', 4, 100))).toEqual([5]);
    expect(entries).toHaveBeenCalledTimes(2);
  });

  it('forgets accounts that nobody reads, and goes on with them exactly', async () => {
    const { store, clock, feed, write } = await openWorld(closers, { feed: { idleMs: 1000 } });
    await write({ record: 'a' });
    clock.advance(5000);
    expect(clock.timers).toBe(0);
    const lastSeq = vi.spyOn(store, 'lastSeq');
    expect(await feed.head('acme')).toBe(1);
    expect(lastSeq).toHaveBeenCalledTimes(1);
    await write({ record: 'a' });
    expect(seqs(await feed.read('acme', 0, 10))).toEqual([1, 2]);
  });

  it('keeps the accounts apart, and remembers each with its first event', async () => {
    const { store, feed, write } = await openWorld(closers);
    await write({ account: 'acme', record: 'a' });
    await write({ account: 'acme-2', record: 'b' }, { account: 'acme-2', record: 'c' });
    expect((await feed.read('acme', 0, 10)).map(({ event }) => event.record)).toEqual(['a']);
    expect(await feed.head('acme-2')).toBe(2);
    expect(await feed.head('nobody')).toBe(0);
    expect(await store.get(accountKey('acme'))).toBeDefined();
    expect(await store.get(accountKey('acme-2'))).toBeDefined();
    expect(await store.get(accountKey('nobody'))).toBeUndefined();
  });

  it('[J3] finds what a commit of unknown outcome left behind, and wakes its readers', async () => {
    const faults = faultyDatabase();
    const { store, feed, write } = await openWorld(closers, { openDatabase: faults.openDatabase });
    await write({ record: 'a' });
    const heads: number[] = [];
    feed.onPublished('acme', (head) => heads.push(head));
    faults.failWrite({ written: true });
    await expect(write({ record: 'b' })).rejects.toMatchObject({ code: 'commit_unknown' });
    expect(await feed.head('acme')).toBe(1);

    await store.reopen();
    feed.reset();
    await vi.waitUntil(() => heads.includes(2));
    expect(seqs(await feed.read('acme', 0, 10))).toEqual([1, 2]);
    await write({ record: 'c' });
    expect(seqs(await feed.read('acme', 0, 10))).toEqual([1, 2, 3]);
  });

  it('leaves out the data of an event that is over the limit, and then its previous values', async () => {
    const { store, feed, write } = await openWorld(closers, { feed: { maxEventBytes: 4096 } });
    await write({ record: 'a', fields: { title: 'x'.repeat(1024) } });
    const [large] = await write({ record: 'a', fields: { title: 'x'.repeat(4096) } });
    expect(large?.event).toMatchObject({ truncated: true, changed: ['title'] });
    expect(large?.event).not.toHaveProperty('data');
    const [huge] = await store.commit([feed.scope('acme')], (tx) => [
      feed.append(tx, 'acme', { ...(large as Placed).event, previous: { title: 'x'.repeat(5000) } }),
    ]);
    expect(huge?.event).toMatchObject({ truncated: true, previous: {} });
    const [whole] = await feed.read('acme', 0, 1);
    expect(whole?.event.data).toMatchObject({ title: 'x'.repeat(1024) });
    expect(whole?.event).not.toHaveProperty('truncated');
  });

  it('[R3] erases the events of a record for good', async () => {
    const { store, feed, write } = await openWorld(closers);
    await write({ record: 'a', fields: { title: 'secret' } }, { record: 'b' });
    await write({ record: 'a', fields: { title: 'secret, too' } });
    const address = { account: 'acme', collection: 'tickets', record: 'a' };
    const found = await feed.eventsOf(address);
    expect(found.seqs).toEqual([1, 3]);
    const bare = await store.commit([feed.scope('acme')], (tx) => {
      feed.erase(tx, 'acme', found);
      return feed.append(tx, 'acme', {
        type: 'tickets.delete',
        timestamp: '',
        collection: 'tickets',
        record: 'a',
        version: 3,
        changed: [],
        previous: {},
        actors: [],
      });
    });
    feed.published('acme', [bare]);
    const left = await feed.read('acme', 0, 10);
    expect(left.map(({ seq, event }) => [seq, event.type])).toEqual([
      [2, 'tickets.update'],
      [4, 'tickets.delete'],
    ]);
    expect(JSON.stringify(left)).not.toContain('secret');
  });
});
