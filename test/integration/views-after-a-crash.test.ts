import { expect, it } from 'vitest';
import type { ChangesPage, FeedEvent, RecordView } from '@concord/protocol';
import { crashImage } from '../kit/crash-image.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/tickets/42';

async function events(server: TestServer): Promise<readonly FeedEvent[]> {
  return (await server.json<ChangesPage>('GET', '/changes?since=0')).results;
}

async function marks(server: TestServer): Promise<string[]> {
  const found: string[] = [];
  for await (const [key] of server.store.range({ prefix: 'dirty/' })) found.push(key);
  return found;
}

it('[J8] derives after a crash what was acknowledged and not yet published, exactly once', async () => {
  // Time stands still, so no quiet period ends by itself.
  const server = await startServer({ clock: handClock() });
  await server.json('POST', '/records/tickets', { id: '42', title: 'Broken lamp' });
  const ann = await connected(server, name, { as: { user: 'ann' } });
  const ben = await connected(server, name, { as: { user: 'ben' } });
  ann.document.getText('body').insert(0, 'kept');
  await flushed(ann);
  ben.document.getMap('fields').set('status', 'waiting');
  await flushed(ben);
  expect(await events(server)).toHaveLength(1);
  expect(await marks(server)).toEqual([`dirty/${name}`]);

  const folder = await crashImage(server);
  const second = await startServer({ folder });
  const [, derived, ...more] = await events(second);
  expect(derived).toMatchObject({
    type: 'tickets.update',
    version: 2,
    changed: ['status', 'body'],
    previous: { status: 'open' },
    actors: ['ann', 'ben'],
    data: { status: 'waiting', body: 'kept' },
  });
  expect(more).toEqual([]);
  expect(await marks(second)).toEqual([]);
  await second.stop();

  const third = await startServer({ folder });
  expect((await events(third)).at(-1)?.id).toBe(derived?.id);
  expect(await events(third)).toHaveLength(2);
});

it('[J8] clears a mark only up to what it has read', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  await server.json('POST', '/records/tickets', { id: '42', title: 'Broken lamp' });
  const ann = await connected(server, name, { as: { user: 'ann' } });
  ann.document.getText('body').insert(0, 'one');
  await flushed(ann);
  // The quiet period ends, and the next edit comes while the view is being committed.
  clock.advance(1000);
  ann.document.getText('body').insert(3, ' two');
  await flushed(ann);
  await until('the first period to be published', async () => (await events(server)).length >= 2);
  const second = await startServer({ folder: await crashImage(server) });
  expect((await second.json<RecordView>('GET', '/records/tickets/42'))['body']).toBe('one two');
  expect((await events(second)).at(-1)?.data?.['body']).toBe('one two');
  expect(await marks(second)).toEqual([]);
});

it('[J8] makes no event where the edits came to nothing', async () => {
  const server = await startServer({ clock: handClock() });
  await server.json('POST', '/records/tickets', { id: '42', title: 'Broken lamp' });
  const ann = await connected(server, name);
  ann.document.getText('body').insert(0, 'x');
  ann.document.getText('body').delete(0, 1);
  await flushed(ann);
  const second = await startServer({ folder: await crashImage(server) });
  expect(await events(second)).toHaveLength(1);
  expect((await second.json<RecordView>('GET', '/records/tickets/42')).version).toBe(1);
});
