import { describe, expect, it } from 'vitest';
import type { LogEntry, LogNote, LogPage, RecordView } from '@concord/protocol';
import { crashImage } from '../kit/crash-image.ts';
import rooms from '../kit/rooms.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const ann: TestUser = { user: 'ann' };
const ben: TestUser = { user: 'ben' };
const room = '/records/rooms/r';

async function withRoom(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: rooms, ...options });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop', topic: 'paper', members: { ben: 'member' } }, ann);
  return server;
}

async function entriesOf(server: TestServer): Promise<readonly LogEntry[]> {
  return (await server.json<LogPage>('GET', `${room}/messages`, undefined, ann)).items;
}

/** What is kept to be noted. */
async function announcements(server: TestServer): Promise<(readonly [string, Uint8Array])[]> {
  const found: (readonly [string, Uint8Array])[] = [];
  for await (const entry of server.store.range({ prefix: 'announcement/' })) found.push(entry);
  return found;
}

const notesIn = (entries: readonly LogEntry[]): readonly (LogNote | string)[] =>
  entries.map(({ system, text }) => system ?? text);

describe('a log', () => {
  it('notes who comes, who goes and who becomes what, before what they have to say', async () => {
    const server = await withRoom();
    expect(await entriesOf(server)).toEqual([]);
    await server.json('PUT', `${room}/members/cleo`, { role: 'member' }, ann);
    await server.json('POST', `${room}/messages`, { text: 'Hello!' }, { user: 'cleo' });
    await server.json('PUT', `${room}/members/ben`, { role: 'owner' }, ann);
    await server.json('DELETE', `${room}/members/cleo`, undefined, ben);
    await server.json('DELETE', `${room}/members/ben`, undefined, ben);
    const entries = await entriesOf(server);
    expect(notesIn(entries)).toEqual([
      { type: 'joined', user: 'cleo', by: 'ann' },
      'Hello!',
      { type: 'role', user: 'ben', role: 'owner', by: 'ann' },
      { type: 'left', user: 'cleo', by: 'ben' },
      { type: 'left', user: 'ben', by: 'ben' },
    ]);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(entries[0]).toMatchObject({ author: 'system', text: '<@ann> has added <@cleo>.' });
  });

  it('notes changes of the fields that it names, and of no others', async () => {
    const server = await withRoom();
    await server.json('PATCH', room, { topic: 'ink', title: 'The shop' }, ann);
    await server.json('PATCH', room, { topic: 'ink', title: 'Shop' }, ann);
    await server.json('PATCH', room, { topic: null }, ann);
    const entries = await until('the notes', async () => {
      const found = await entriesOf(server);
      return found.length >= 2 && found;
    });
    expect(notesIn(entries)).toEqual([
      { type: 'changed', field: 'topic', value: 'ink', by: 'ann' },
      { type: 'changed', field: 'topic', value: null, by: 'ann' },
    ]);
  });

  it('notes what was typed once, when nothing more comes', async () => {
    const clock = handClock();
    const server = await withRoom({ clock });
    const writer = await connected(server, 'acme/rooms/r', { as: ann });
    const topicIs = (topic: string): Promise<unknown> =>
      until(`the topic to be ${topic}`, async () => {
        // The quiet time goes by.
        clock.advance(100);
        return (await server.json<RecordView>('GET', room, undefined, ann))['topic'] === topic;
      });
    for (const topic of ['in', 'ink', 'ink, ink']) {
      writer.document.getMap('fields').set('topic', topic);
      await flushed(writer);
      await topicIs(topic);
    }
    // What is asked for does not wait for it.
    await server.json('PUT', `${room}/members/cleo`, { role: 'member' }, ann);
    expect(notesIn(await entriesOf(server))).toEqual([{ type: 'joined', user: 'cleo', by: 'ann' }]);
    const entries = await until('the note', async () => {
      clock.advance(5_000);
      const found = await entriesOf(server);
      return found.length > 1 && found;
    });
    expect(notesIn(entries).slice(1)).toEqual([{ type: 'changed', field: 'topic', value: 'ink, ink', by: 'ann' }]);
  });

  it('notes after a crash what was not noted before it, and nothing twice', async () => {
    const clock = handClock();
    const first = await withRoom({ clock });
    const writer = await connected(first, 'acme/rooms/r', { as: ann });
    writer.document.getMap('fields').set('topic', 'ink');
    await flushed(writer);
    const [left] = await until('the change to be published', async () => {
      clock.advance(100);
      const found = await announcements(first);
      return found.length > 0 && found;
    });
    expect(await entriesOf(first)).toEqual([]);

    const folder = await crashImage(first);
    const second = await startServer({ config: rooms, folder, clock: handClock(clock.now() + 5_000) });
    const noted = [{ type: 'changed', field: 'topic', value: 'ink', by: 'ann' }];
    await until('the note', async () => (await announcements(second)).length === 0);
    expect(notesIn(await entriesOf(second))).toEqual(noted);
    // As if the process had ended between the note and this.
    const [key, bytes] = left as readonly [string, Uint8Array];
    await second.store.commit([], (tx) => tx.put(key, bytes));
    await second.stop();

    const third = await startServer({ config: rooms, folder, clock: handClock(clock.now() + 10_000) });
    await until('it to be looked at', async () => (await announcements(third)).length === 0);
    expect(notesIn(await entriesOf(third))).toEqual(noted);
  });

  it('of a record that is deleted is told nothing more', async () => {
    const clock = handClock();
    const server = await withRoom({ clock });
    await server.json('PUT', `${room}/members/root`, { role: 'member' }, ann);
    const writer = await connected(server, 'acme/rooms/r', { as: ann });
    writer.document.getMap('fields').set('topic', 'ink');
    await flushed(writer);
    await server.json('DELETE', room, undefined, { user: 'root', roles: ['admin'] });
    expect(await announcements(server)).toHaveLength(1);
    await until('it to be given up', async () => {
      clock.advance(5_000);
      return (await announcements(server)).length === 0;
    });
  });
});
