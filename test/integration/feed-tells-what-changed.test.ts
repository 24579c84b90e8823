import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { FeedEvent, RecordView } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';

/** A token that is still good after a test has let hours go by. */
const long = { expiresIn: 10_000_000 };

describe('an event', () => {
  it('says who changed which fields, what they were, and what the record is now', async () => {
    const server = await startServer();
    const created = await server.json<RecordView>('POST', '/records/everything', {
      id: 'e1',
      name: 'before',
      body: 'text',
      tags: ['a'],
      votes: 3,
      meta: { deep: 1 },
    });
    const changed = await server.json<RecordView>(
      'PATCH',
      '/records/everything/e1',
      {
        name: 'after',
        done: true,
        meta: { deep: 2 },
        body: 'other text',
        rich: { type: 'doc', content: [{ type: 'paragraph' }] },
        lines: [{ item: 'x' }],
        votes: { increment: 2 },
        tags: ['a', 'b'],
        count: null,
      },
      { user: 'ben' },
    );
    const [, event] = await readAll(server);
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_/) as string,
      cursor: expect.any(String) as string,
      type: 'everything.update',
      timestamp: changed.updatedAt,
      collection: 'everything',
      record: 'e1',
      version: 2,
      // In the schema's order, without what stayed the same; what was there before, without texts and lists.
      changed: ['name', 'done', 'meta', 'body', 'rich', 'lines', 'votes', 'tags'],
      previous: { name: 'before', done: null, meta: { deep: 1 }, votes: 3, tags: ['a'] },
      actors: ['ben'],
      data: changed,
    });
    expect(changed).toMatchObject({ createdBy: 'alice', createdAt: created.createdAt, updatedBy: 'ben' });
  });

  it('over 64 KiB refers to the record instead of carrying it, on every transport', async () => {
    const server = await startServer();
    const stream = await openStream(server, '0');
    const body = 'ü'.repeat(40_000);
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x', body });
    await server.json('PATCH', '/records/tickets/t1', { status: 'closed' });
    await server.json('PATCH', '/records/tickets/t1', { body: 'short' });
    const all = await readAll(server);
    expect(all.map(({ changed, previous, truncated, data }) => ({ changed, previous, truncated, data: data?.['body'] }))).toEqual(
      [
        { changed: ['title', 'status', 'estimate', 'body', 'notes'], previous: {}, truncated: true, data: undefined },
        { changed: ['status'], previous: { status: 'open' }, truncated: true, data: undefined },
        { changed: ['body'], previous: {}, truncated: undefined, data: 'short' },
      ],
    );
    await stream.has(3);
    expect(stream.events).toEqual(all);
    for (const event of all) expect(JSON.stringify(event).length).toBeLessThan(64 * 1024);
    // A filter is judged on the record as it is.
    const query = `collections=tickets&filter=${encodeURIComponent("status = 'closed'")}`;
    expect((await readAll(server, '0', { query })).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('sums up what several people typed, in the order in which they came', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const ben = await connected(server, 'acme/tickets/t1', { as: { user: 'ben' } });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    ben.document.getText('body').insert(0, 'b');
    await flushed(ben);
    ann.document.getMap('fields').set('status', 'closed');
    await flushed(ann);
    ben.document.getMap('fields').set('estimate', 3);
    await flushed(ben);
    const waiting = readPage(server, (await readPage(server, 'now')).cursor, { feed: 'longpoll' });
    clock.advance(250);
    expect((await waiting).results).toMatchObject([
      {
        type: 'tickets.update',
        version: 2,
        changed: ['status', 'estimate', 'body'],
        previous: { status: 'open', estimate: null },
        actors: ['ben', 'ann'],
        data: { body: 'b', status: 'closed', estimate: 3, updatedBy: 'ann', createdBy: 'alice' },
      },
    ]);
  });

  it('is not made where what was typed was taken back', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, 'oops');
    await flushed(ann);
    ann.document.getText('body').delete(0, 4);
    await flushed(ann);
    await server.json('PATCH', '/records/tickets/t1', { status: 'closed' });
    expect((await readAll(server)).map(({ version, changed }) => [version, changed.join()])).toEqual([
      [1, 'title,status,estimate,body,notes'],
      [2, 'status'],
    ]);
  });

  it('comes from the first edit of a record that is made by opening it', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    const ann = await connected(server, 'acme/notes/n1', { as: { user: 'ann' } });
    expect(await readAll(server)).toEqual([]);
    ann.document.getText('body').insert(0, 'first');
    await flushed(ann);
    const waiting = readPage(server, '0', { feed: 'longpoll' });
    clock.advance(20);
    expect((await waiting).results).toMatchObject([
      { type: 'notes.create', record: 'n1', version: 1, actors: ['ann'], data: { body: 'first', title: null, createdBy: 'ann' } },
    ]);
  });
});

describe('a quiet period', () => {
  /** Types once more after `stepMs`, `steps` times, and answers after which times of them there was an event. */
  async function eventsWhileTyping(
    server: TestServer,
    { clock, name, stepMs, steps }: { clock: ReturnType<typeof handClock>; name: string; stepMs: number; steps: number },
  ): Promise<number[]> {
    const provider = await connected(server, name, { as: long });
    const times: number[] = [];
    let seen = (await readAll(server, '0', { as: long })).length;
    const [, collection = '', record = ''] = name.split('/');
    for (let step = 0; step < steps; step++) {
      provider.document.getText('body').insert(0, 'x');
      await flushed(provider);
      clock.advance(stepMs);
      // What is due now is committed before a write that comes behind it, to another record.
      await server.json('POST', '/records/everything', {}, long);
      const about = (await readAll(server, '0', { as: long })).filter(
        (event) => event.collection === collection && event.record === record,
      );
      if (about.length > seen) times.push((step + 1) * stepMs);
      seen = Math.max(about.length, 0);
    }
    return times;
  }

  it('ends when nothing was typed for a while, or when it has lasted long enough', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    // Every 200 ms is no pause of 250: one event each 1000 ms.
    expect(await eventsWhileTyping(server, { clock, name: 'acme/tickets/t1', stepMs: 200, steps: 10 })).toEqual([1000, 2000]);
    await server.json('POST', '/records/tickets', { id: 't2', title: 'x' });
    expect((await eventsWhileTyping(server, { clock, name: 'acme/tickets/t2', stepMs: 250, steps: 4 })).at(-1)).toBe(1000);
  });

  it('is as long as the collection says', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    // Of notes: 20 ms, and at most 100.
    await server.json('POST', '/records/notes', { id: 'n1' });
    expect(await eventsWhileTyping(server, { clock, name: 'acme/notes/n1', stepMs: 20, steps: 3 })).toEqual([20, 40, 60]);
    await server.json('POST', '/records/notes', { id: 'n2' });
    expect(await eventsWhileTyping(server, { clock, name: 'acme/notes/n2', stepMs: 10, steps: 20 })).toEqual([100, 200]);
  });

  it('of one record does not end that of another', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets/batch', { records: ['a', 'b'].map((id) => ({ id, title: id })) });
    const a = await connected(server, 'acme/tickets/a');
    const b = await connected(server, 'acme/tickets/b');
    a.document.getText('body').insert(0, 'x');
    await flushed(a);
    clock.advance(200);
    b.document.getText('body').insert(0, 'y');
    await flushed(b);
    await server.json('PATCH', '/records/tickets/b', { estimate: 1 });
    const { cursor } = await readPage(server, 'now');
    const waiting = readPage(server, cursor, { feed: 'longpoll' });
    clock.advance(50);
    expect(events((await waiting).results)).toEqual(['a body']);
    expect(events(await readAll(server)).slice(2)).toEqual(['b body', 'b estimate', 'a body']);
  });

  it('is closed when the server stops', async () => {
    const clock = handClock();
    const server = await startServer({ clock });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x' });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    ann.document.getText('body').insert(0, 'x');
    await flushed(ann);
    const copy = Y.encodeStateAsUpdate(ann.document);
    await server.stop();
    const second = await startServer({ folder: server.folder });
    expect(events(await readAll(second)).slice(1)).toEqual(['t1 body']);
    const again = await connected(second, 'acme/tickets/t1');
    expect(Y.encodeStateAsUpdate(again.document)).toEqual(copy);
  });
});

function events(all: readonly FeedEvent[]): string[] {
  return all.map(({ record, changed }) => `${record} ${changed.join()}`);
}
