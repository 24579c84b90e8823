import { describe, expect, it } from 'vitest';
import { verifyStore } from '@concord/server';
import type { FeedEvent, RecordView } from '@concord/protocol';
import config from '../kit/concord.config.ts';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Good for as long as a test lets go by, and for reading every collection: who may not is told of a reset. */
const as = { roles: ['member', 'admin'], expiresIn: 1_000_000_000 };

interface World {
  readonly server: TestServer;
  readonly clock: HandClock;
}

async function startWorld(feed?: { readonly keepMs: number }): Promise<World> {
  const clock = handClock();
  return { clock, server: await startServer({ clock, config: feed === undefined ? config : { ...config, feed } }) };
}

/** Writes tickets that come, change and go. Answers every event. */
async function writeHistory(server: TestServer): Promise<readonly FeedEvent[]> {
  await server.json('POST', '/records/tickets/batch', { records: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id })) }, as);
  for (let step = 0; step < 5; step++) {
    await server.json('PATCH', '/records/tickets/a', { estimate: step }, as);
    await server.json('PATCH', '/records/tickets/b', { status: step % 2 === 0 ? 'closed' : 'open' }, as);
  }
  await server.json('DELETE', '/records/tickets/c', undefined, as);
  await server.json('DELETE', '/records/tickets/d', undefined, as);
  await server.json('POST', '/records/tickets/d/restore', undefined, as);
  return await readAll(server, '0', { as });
}

/** Lets an hour go by, after which the server looks what it need not keep, and waits until it has. */
async function compacted({ server, clock }: World, left: number): Promise<readonly FeedEvent[]> {
  // The hour begins when the run before is over, which had its lease until then.
  const lease = await until('no run to be under way', () => server.store.lease('feed-compaction'));
  await lease.release();
  clock.advance(60 * minuteMs);
  return await until('the feed to be compacted', async () => {
    const events = await readAll(server, '0', { as });
    return events.length === left && events;
  });
}

/** What a reader that starts with nothing holds in the end. */
function stateOf(events: readonly FeedEvent[], known: ReadonlyMap<string, RecordView> = new Map()): Map<string, RecordView> {
  const state = new Map(known);
  for (const { type, record, data } of events) {
    if (type.endsWith('.delete')) state.delete(record);
    else state.set(record, data as RecordView);
  }
  return new Map([...state].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

describe('[F4] old events', () => {
  it('are compacted to the latest of each record, deletions too; from anywhere a reader ends in the current state', async () => {
    const world = await startWorld({ keepMs: 10 * minuteMs });
    const { server } = world;
    const whole = await writeHistory(server);
    const live = await openStream(server, '0', { as });
    await live.has(whole.length);

    const left = await compacted(world, 4);
    expect(left.map(({ type, record }) => `${type} ${record}`)).toEqual([
      'tickets.update a',
      'tickets.update b',
      'tickets.delete c',
      'tickets.create d',
    ]);
    for (const event of left) expect(whole).toContainEqual(event);
    const current = stateOf(whole);
    expect(stateOf(left)).toEqual(current);

    // Every cursor ever handed out goes on, exactly as far as that is possible.
    for (const [index, { cursor }] of whole.entries()) {
      const page = await readPage(server, cursor, { as });
      expect(page).toMatchObject({ resumed: true, pending: 0 });
      expect(stateOf(page.results, stateOf(whole.slice(0, index + 1)))).toEqual(current);
    }
    const late = await openStream(server, whole[2]?.cursor ?? '', { as });
    await until('the stream to catch up', () => late.events.at(-1)?.id === whole.at(-1)?.id);
    expect(late.named[0]?.name).toBe('resumed');

    // What comes later is told to those who were there all the time, and those who came back.
    await server.json('PATCH', '/records/tickets/a', { title: 'later' }, as);
    await live.has(whole.length + 1);
    await until('the late stream', () => late.events.at(-1)?.version === 7);
    expect((await verifyStore({ store: server.store, schema: server.schema })).problems).toEqual([]);
  });

  it('leave a reader that filters below the horizon with a reset and a cursor that goes on, on every transport', async () => {
    const world = await startWorld({ keepMs: 10 * minuteMs });
    const { server } = world;
    const whole = await writeHistory(server);
    await compacted(world, 4);
    const closed = `collections=tickets&filter=${encodeURIComponent("status = 'closed'")}`;
    const since = whole[1]?.cursor ?? '';
    const head = whole.at(-1)?.cursor;
    const selections = [
      { as, query: closed },
      { as, query: 'collections=tickets:create,delete' },
    ];
    for (const selection of selections) {
      for (const feed of ['poll', 'longpoll'] as const) {
        expect(await readPage(server, since, { ...selection, feed })).toMatchObject({
          results: [],
          resumed: false,
          reset: 'compacted',
          cursor: head,
          pending: 0,
        });
      }
      const stream = await openStream(server, since, selection);
      expect(await until('the first frame', () => stream.named[0])).toMatchObject({
        name: 'reset',
        id: head,
        data: { reason: 'compacted', cursor: head },
      });
    }
    const stream = await openStream(server, since, { as, query: closed });
    await until('the first frame', () => stream.named[0]);
    await server.json('PATCH', '/records/tickets/b', { status: 'open' }, as);
    await server.json('PATCH', '/records/tickets/b', { status: 'closed' }, as);
    await stream.has(2);
    expect(stream.events).toMatchObject([
      { record: 'b', match: 'leave', data: { status: 'open' } },
      { record: 'b', match: 'enter', data: { status: 'closed' } },
    ]);
    expect(await readPage(server, head ?? '', { as, query: closed })).toMatchObject({ resumed: true, results: stream.events });
    // So is one who may not read everything and did not say what it wants.
    const member = { expiresIn: as.expiresIn };
    expect(await readPage(server, '0', { as: member })).toMatchObject({ results: [], reset: 'compacted' });
    // All of one collection, or of one record, is told enough by the latest event of each record.
    expect(await readPage(server, since, { as, query: 'collections=tickets' })).toMatchObject({ resumed: true });
    expect(await readPage(server, since, { as, query: 'record=a' })).toMatchObject({ resumed: true });
  });

  it('are kept whole for as long as the config says, and younger ones beside them', async () => {
    const world = await startWorld({ keepMs: 90 * minuteMs });
    const { server, clock } = world;
    const whole = await writeHistory(server);
    clock.advance(61 * minuteMs);
    // Young by then: only what was written before them is old enough.
    await server.json('PATCH', '/records/tickets/a', { estimate: 100 }, as);
    await server.json('PATCH', '/records/tickets/a', { estimate: 101 }, as);
    expect(await readAll(server, '0', { as })).toHaveLength(whole.length + 2);
    // Of `a` the young ones say enough; the others keep their latest.
    const left = await compacted(world, 5);
    expect(left.map(({ record, version }) => `${record} ${version}`)).toEqual(['b 6', 'c 2', 'd 3', 'a 7', 'a 8']);
  });

  it('are kept for seven days where the config says nothing', async () => {
    const world = await startWorld();
    const { server, clock } = world;
    const whole = await writeHistory(server);
    clock.advance(7 * dayMs - 60 * minuteMs);
    expect(await readAll(server, '0', { as })).toHaveLength(whole.length);
    clock.advance(60 * minuteMs);
    await compacted(world, 4);
  });

  it('are the same after a restart, and compacted further from where that left off', async () => {
    const world = await startWorld({ keepMs: 10 * minuteMs });
    const whole = await writeHistory(world.server);
    const left = await compacted(world, 4);
    await world.server.stop();
    const clock = handClock(world.clock.now());
    const second = await startServer({
      clock,
      folder: world.server.folder,
      config: { ...config, feed: { keepMs: 10 * minuteMs } },
    });
    expect(await readAll(second, '0', { as })).toEqual(left);
    expect(await readPage(second, whole[3]?.cursor ?? '', { as })).toMatchObject({ resumed: true });
    await second.json('PATCH', '/records/tickets/b', { estimate: 1 }, as);
    await second.json('DELETE', '/records/tickets/a', undefined, as);
    const after = await compacted({ server: second, clock }, 4);
    expect(after.map(({ type, record }) => `${type} ${record}`)).toEqual([
      'tickets.delete c',
      'tickets.create d',
      'tickets.update b',
      'tickets.delete a',
    ]);
    expect((await verifyStore({ store: second.store, schema: second.schema })).problems).toEqual([]);
  });
});
