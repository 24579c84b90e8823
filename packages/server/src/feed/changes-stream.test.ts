import { defaultLimits } from '@concord/protocol';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compactFeeds } from './compaction.ts';
import { createCursors } from './cursor.ts';
import type { Closers } from './testing/feed-world.ts';
import { as, limited, openHttpWorld } from './testing/http-world.ts';
import type { StreamReader } from './testing/stream-reader.ts';

const closers: Closers = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** The frames with which a stream begins, and how its resume went. */
async function begin(stream: StreamReader): Promise<{ event: string | undefined; id: string; data: unknown }> {
  expect(await stream.next()).toEqual({ retry: expect.stringMatching(/^[0-9]+$/) });
  const first = await stream.next();
  return { event: first?.event, id: first?.id ?? '', data: JSON.parse(first?.data ?? 'null') };
}

function isEvent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'actors' in value;
}

describe('a stream', () => {
  it('says first how the resume went, then sends what happens', async () => {
    const { stream, page, write } = await openHttpWorld(closers);
    await write({ record: 'before' });
    const { cursor } = await page('');
    const reader = await stream('feed=sse');
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(await begin(reader)).toEqual({ event: 'resumed', id: cursor, data: { cursor } });

    await write({ record: 'a', fields: { title: 'line\nbreak\u2028' } });
    const frame = await reader.next();
    const [event] = (await page(`since=${cursor}`)).results;
    expect(frame).toEqual({ id: event?.cursor, data: expect.any(String) });
    expect(JSON.parse(frame?.data ?? '')).toEqual(event);
  });

  it('is asked for by Accept, too', async () => {
    const { stream } = await openHttpWorld(closers);
    const reader = await stream('', { ...as({}), accept: 'text/event-stream' });
    expect(reader.headers['content-type']).toBe('text/event-stream');
    expect((await begin(reader)).event).toBe('resumed');
  });

  it('[F1] sends each event once and in order, however they are committed', async () => {
    const { stream, page, write } = await openHttpWorld(closers);
    const readers = await Promise.all(Array.from({ length: 5 }, () => stream('feed=sse&since=0')));
    await Promise.all(Array.from({ length: 300 }, (_, i) => write({ record: `r${i}` })));
    const all = (await page('limit=1000')).results;
    for (const reader of readers) {
      for (const expected of all) expect(await reader.change()).toEqual(expected);
    }
  });

  it('[F2] resumes exactly, from anywhere, while events come in', async () => {
    const { stream, page, write } = await openHttpWorld(closers, { feed: { maxTailEvents: 20 } });
    for (let i = 0; i < 150; i++) await write({ record: `r${i}` });
    const before = (await page('limit=1000')).results;
    const starts = [0, 1, 49, 129, 148, 149];
    const readers = await Promise.all(
      starts.map((i) => stream('feed=sse&since=0', { ...as({}), 'last-event-id': before[i]?.cursor ?? '' })),
    );
    for (let i = 150; i < 200; i++) await write({ record: `r${i}` });
    const all = (await page('limit=1000')).results;
    for (const [i, reader] of readers.entries()) {
      for (const expected of all.slice((starts[i] as number) + 1)) expect(await reader.change()).toEqual(expected);
    }
  });

  it('[F2] one cursor goes on from transport to transport', async () => {
    const world = await openHttpWorld(closers);
    const { stream, page, write } = world;
    const all = Array.from({ length: 40 }, (_, i) => `r${i}`);
    for (const record of all.slice(0, 20)) await write({ record });

    const polled = await page('since=0&limit=5');
    const reader = await stream(`feed=sse&since=${polled.cursor}`);
    const streamed = [await reader.change(), await reader.change(), await reader.change()];
    reader.close();
    const waited = await page(`feed=longpoll&limit=4&since=${streamed[2]?.cursor}`);
    const again = await stream('feed=sse', { ...as({}), 'last-event-id': waited.cursor });
    for (const record of all.slice(20)) await write({ record });
    const live = [];
    while (live.length < 28) live.push(await again.change());
    const seen = [...polled.results, ...streamed, ...waited.results, ...live];
    expect(seen.map(({ record }) => record)).toEqual(all);
    expect((await page(`since=${live.at(-1)?.cursor}`)).results).toEqual([]);
  });

  it('selects, and [F5] leaves out what its reader may not read', async () => {
    const { stream, write } = await openHttpWorld(closers, { feed: { maxEventBytes: 2048 } });
    const filtered = await stream('feed=sse&collections=tickets&filter=estimate%20%3E%203');
    const member = await stream('feed=sse', limited);
    await begin(filtered);
    await begin(member);
    await write(
      { record: 'a', operation: 'create', fields: { estimate: 1 } },
      { collection: 'salaries', record: 'secret' },
      { record: 'b', operation: 'create', fields: { estimate: 5 } },
      { record: 'c', operation: 'create', fields: { estimate: 2, title: 'x'.repeat(4000) } },
      { record: 'd', operation: 'create', fields: { estimate: 8, title: 'x'.repeat(4000) } },
    );
    expect([(await filtered.change()).record, (await filtered.change()).record]).toEqual(['b', 'd']);
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await member.change()).record);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
  });

  it('shows that it lives, and how far it has come', async () => {
    const { stream, page, write, clock } = await openHttpWorld(closers, { changes: { heartbeatMs: 20_000 } });
    const reader = await stream('feed=sse&collections=notes');
    await begin(reader);
    await write({ record: 'a' });
    const { cursor } = await page('since=now');
    clock.advance(20_000);
    expect(await reader.next()).toEqual({ event: 'heartbeat', id: cursor, data: JSON.stringify({ cursor }) });
    await write({ collection: 'notes', record: 'b' });
    const { cursor: later } = await reader.change();
    clock.advance(20_000);
    expect(await reader.next()).toMatchObject({ event: 'heartbeat', id: later });
  });

  it('ends with the token, and says so', async () => {
    const { stream, changes, clock } = await openHttpWorld(closers, { changes: { heartbeatMs: 60_000 } });
    const reader = await stream('feed=sse', as({ expiresAt: clock.now() + 5000 }));
    const other = await stream('feed=sse');
    await begin(reader);
    clock.advance(4999);
    expect(changes.counts().sse).toBe(2);
    clock.advance(1);
    expect(await reader.next()).toEqual({ event: 'expired', data: '{"code":"token_expired"}' });
    expect(await reader.next()).toBeUndefined();
    expect(changes.counts().sse).toBe(1);
    expect((await begin(other)).event).toBe('resumed');
  });

  it('[F3] [F4] [F6] says that it starts anew, why and where', async () => {
    const { stream, page, write, meta, clock, store, feed } = await openHttpWorld(closers);
    await write({ record: 'a' }, { record: 'a' });
    const { cursor: early } = await page('limit=1');
    clock.advance(1000);
    await write({ record: 'b' });
    await compactFeeds({ store, clock, keepMs: 500 });
    feed.reset();
    const { cursor: now } = await page('since=now');
    const cursors = createCursors({ epoch: 'restored', key: meta.cursorKey });
    const restored = cursors.format('acme', 1, cursors.parse('acme', now).digest);

    const epoch = await stream(`feed=sse&since=${restored}`);
    expect(await begin(epoch)).toEqual({ event: 'reset', id: now, data: { reason: 'epoch', cursor: now } });
    const compacted = await stream(`feed=sse&since=${early}&collections=tickets:update`);
    expect(await begin(compacted)).toEqual({ event: 'reset', id: now, data: { reason: 'compacted', cursor: now } });
    const access = await stream(`feed=sse&since=${now}`, limited);
    expect(await begin(access)).toMatchObject({ event: 'reset', data: { reason: 'access' } });
    await write({ record: 'c' });
    for (const reader of [epoch, compacted, access]) expect((await reader.change()).record).toBe('c');
  });

  it('[F4] tells a limited reader when compaction overtakes it while it catches up', async () => {
    const { stream, page, write, clock, store, feed } = await openHttpWorld(closers, { feed: { maxTailEvents: 1 } });
    await write({ record: 'a' }, { record: 'a' }, { record: 'a' });
    clock.advance(1000);
    await write({ record: 'b' });
    const { cursor: now } = await page('since=now');
    const read = feed.read.bind(feed);
    vi.spyOn(feed, 'read').mockImplementationOnce(async (...args) => {
      await compactFeeds({ store, clock, keepMs: 500 });
      return read(...args);
    });
    const reader = await stream('feed=sse&since=0&collections=tickets:update');
    expect((await begin(reader)).event).toBe('resumed');
    expect(await reader.next()).toEqual({ event: 'reset', id: now, data: JSON.stringify({ reason: 'compacted', cursor: now }) });
    await write({ record: 'c' });
    expect((await reader.change()).record).toBe('c');
  });

  it('[F2] ends a live reader that takes nothing, and no one else; it goes on where it was', async () => {
    const { stream, changes, write } = await openHttpWorld(closers, {
      changes: { limits: { ...defaultLimits, maxUnsentBytes: 256 * 1024 } },
    });
    const slow = await stream('feed=sse');
    const quick = await stream('feed=sse');
    const { id: start } = await begin(slow);
    await begin(quick);
    slow.pause();
    const fields = { title: 'x'.repeat(60_000) };
    let written = 0;
    while (changes.counts().sse === 2 && written < 2000) {
      await write({ record: `r${written++}`, fields });
      expect((await quick.change()).record).toBe(`r${written - 1}`);
    }
    expect(changes.counts().sse).toBe(1);

    slow.resume();
    const taken: string[] = [];
    let cursor = start;
    for (let frame = await slow.next(); frame !== undefined; frame = await slow.next()) {
      taken.push((JSON.parse(frame.data ?? '') as { record: string }).record);
      cursor = frame.id ?? '';
    }
    expect(taken.length).toBeLessThan(written);
    const again = await stream('feed=sse', { ...as({}), 'last-event-id': cursor });
    while (taken.length < written) taken.push((await again.change()).record);
    expect(taken).toEqual(Array.from({ length: written }, (_, i) => `r${i}`));
  });

  it('does not buffer for a reader that catches up more slowly than it could be sent', async () => {
    const { port, stream, changes, write, feed } = await openHttpWorld(closers, { feed: { maxTailEvents: 1 } });
    const fields = { title: 'x'.repeat(60_000) };
    for (let i = 0; i < 40; i++) await write(...Array.from({ length: 10 }, (_, j) => ({ record: `r${i * 10 + j}`, fields })));
    const raw = connect(port, '127.0.0.1');
    await once(raw, 'connect');
    raw.pause();
    raw.write(`GET /api/v1/changes?feed=sse&since=0 HTTP/1.1\r\nHost: x\r\nX-Principal: ${as({})['x-principal']}\r\n\r\n`);
    const reads = vi.spyOn(feed, 'read');
    await vi.waitUntil(() => changes.counts().sse === 1 && reads.mock.calls.length > 0);
    // Another reader is served all the while.
    const quick = await stream('feed=sse&since=0');
    for (let i = 0; i < 400; i++) expect((await quick.change()).record).toBe(`r${i}`);
    expect(changes.counts().sse).toBe(2);

    let bytes = 0;
    raw.on('data', (chunk: Buffer) => (bytes += chunk.length));
    raw.resume();
    await vi.waitUntil(() => bytes > 400 * 60_000, 10_000);
    raw.destroy();
    await vi.waitUntil(() => changes.counts().sse === 1);
  });

  it('waits behind the answer to an earlier request on its connection, and loses nothing by that', async () => {
    const { port, changes, write } = await openHttpWorld(closers);
    const raw = connect(port, '127.0.0.1');
    closers.push(async () => void raw.destroy());
    let text = '';
    raw.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ask = (feed: string): string =>
      `GET /api/v1/changes?feed=${feed}&since=now HTTP/1.1\r\nHost: x\r\nX-Principal: ${as({})['x-principal']}\r\n\r\n`;
    raw.write(ask('longpoll') + ask('sse'));
    await vi.waitUntil(() => changes.counts().longpoll === 1 && changes.counts().sse === 1);
    expect(text).toBe('');
    for (const record of ['a', 'b', 'c']) await write({ record });
    await vi.waitUntil(() => text.includes('"record":"c"'));
    const [, page = '', stream = ''] = text.split('HTTP/1.1 200 OK');
    expect(page).toContain('"results":[{');
    expect(stream).toMatch(/retry: [^]*event: resumed[^]*"record":"a"[^]*"record":"b"[^]*"record":"c"/);
  });

  it('encodes an event once for all of its readers', async () => {
    const { stream, write, changes } = await openHttpWorld(closers);
    const readers = await Promise.all(Array.from({ length: 20 }, () => stream('feed=sse')));
    for (const reader of readers) await begin(reader);
    const stringify = vi.spyOn(JSON, 'stringify');
    await write({ record: 'a', fields: { title: 'once' } });
    for (const reader of readers) await reader.change();
    // What goes to the store bears the feed's epoch.
    const encoded = stringify.mock.calls.filter(([value]) => isEvent(value) && !('epoch' in value));
    expect(encoded).toHaveLength(1);
    stringify.mockRestore();
    expect(changes.counts().sse).toBe(20);
  });

  it('lets go of whoever has gone', async () => {
    const { stream, changes, clock } = await openHttpWorld(closers);
    const readers = await Promise.all([stream('feed=sse', as({ expiresAt: clock.now() + 5000 })), stream('feed=sse')]);
    expect(changes.counts().sse).toBe(2);
    for (const reader of readers) reader.close();
    await vi.waitUntil(() => changes.counts().sse === 0);
    expect(clock.timers).toBe(1); // the feed's own
  });

  it('ends when the server stops, which waits for nobody', async () => {
    const { stream, drain, write } = await openHttpWorld(closers);
    const readers = await Promise.all([stream('feed=sse'), stream('feed=sse')]);
    await write({ record: 'a' });
    await drain();
    for (const reader of readers) {
      expect((await reader.change()).record).toBe('a');
      expect(await reader.next()).toBeUndefined();
      await reader.ended;
    }
  });

  it('goes on after the store was reopened, with what was committed meanwhile', async () => {
    const { stream, write, commit, feed, page } = await openHttpWorld(closers);
    const reader = await stream('feed=sse');
    await begin(reader);
    await write({ record: 'a' });
    await commit({ record: 'b' });
    feed.reset();
    expect([(await reader.change()).record, (await reader.change()).record]).toEqual(['a', 'b']);
    await write({ record: 'c' });
    expect((await reader.change()).record).toBe('c');
    expect((await page('since=now')).pending).toBe(0);
  });
});
