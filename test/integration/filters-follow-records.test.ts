import { expect, it } from 'vitest';
import type { FeedEvent } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { connected, flushed } from '../kit/providers.ts';
import { startServer } from '../kit/server.ts';

const path = '/records/tickets/t';
const told = (events: readonly FeedEvent[]): readonly string[] =>
  events.map(({ type, match, changed }) => [type.split('.')[1], match, changed.join()].join(' '));
const query = (filter: string, more = ''): string => `collections=tickets${more}&filter=${encodeURIComponent(filter)}`;

it('[F5] a record enters a filter, stays in it and leaves it, and the same is told live, replayed and by every transport', async () => {
  const server = await startServer();
  const open = query("status = 'open' and estimate >= 3");
  const stream = await openStream(server, '0', { query: open });
  await server.json('POST', '/records/tickets', { id: 't', title: 'Lamp', estimate: 1 });
  await server.json('PATCH', path, { title: 'The lamp' });
  await server.json('PATCH', path, { estimate: 3 });
  await server.json('PATCH', path, { title: 'A lamp', estimate: 4 });
  await server.json('PATCH', path, { status: 'closed' });
  await server.json('PATCH', path, { estimate: 9 });
  await server.json('PATCH', path, { status: 'open' });
  await server.json('DELETE', path);
  await server.json('POST', `${path}/restore`);
  await server.json('PATCH', path, { status: 'waiting' });
  await server.json('DELETE', path);
  const expected = [
    'update enter estimate',
    'update stay title,estimate',
    'update leave status',
    'update enter status',
    'delete leave ',
    'create enter title,status,estimate,body,notes',
    'update leave status',
  ];
  await stream.has(expected.length);
  expect(told(stream.events)).toEqual(expected);
  // Whoever may still read the record sees why it has left.
  expect(stream.events[2]).toMatchObject({
    match: 'leave',
    previous: { status: 'open' },
    data: { status: 'closed', estimate: 4 },
  });
  expect(told(await readAll(server, '0', { query: open }))).toEqual(expected);
  expect(told((await readPage(server, '0', { query: open, feed: 'longpoll' })).results)).toEqual(expected);
  expect(told(await readAll(server, '0', { query: query("status = 'open' and estimate >= 3", ':create,delete') }))).toEqual(
    expected.filter((line) => !line.includes('stay')),
  );
  // To who has no filter there is nothing to match.
  expect((await readAll(server, '0')).some(({ match }) => match !== undefined)).toBe(false);
});

it('[F5] what a text was, and when a record was changed before, is known to filters, too', async () => {
  const server = await startServer();
  const lamps = await openStream(server, '0', { query: query("body contains 'lamp'") });
  const byBen = await openStream(server, '0', { query: query("updatedBy = 'ben'") });
  await server.json('POST', '/records/tickets', { id: 't', title: 'x', body: 'a chair' });
  await server.json('PATCH', path, { body: 'a table' });
  await server.json('PATCH', path, { body: 'a lamp' }, { user: 'ben' });
  await server.json('PATCH', path, { body: 'a lamp, lit' });
  const provider = await connected(server, 'acme/tickets/t', { as: { user: 'ben' } });
  provider.document.getText('body').delete(0, 'a lamp'.length);
  await flushed(provider);
  await lamps.has(3);
  await server.json('PATCH', path, { body: 'nothing' });
  await byBen.has(4);
  expect(told(lamps.events)).toEqual(['update enter body', 'update stay body', 'update leave body']);
  expect(told(byBen.events)).toEqual(['update enter body', 'update leave body', 'update enter body', 'update leave body']);
  expect(told(await readAll(server, '0', { query: query("body contains 'lamp'") }))).toEqual(told(lamps.events));
  expect(told(await readAll(server, '0', { query: query("updatedBy = 'ben'") }))).toEqual(told(byBen.events));
});

it('an error in a filter points at the character', async () => {
  const server = await startServer();
  for (const [filter, place] of [
    ["status = 'open' und estimate > 3", 'position 17'],
    ['estimate >', 'position 11'],
    ['salary > 3', 'position 1'],
  ]) {
    const response = await server.fetch(`/changes?${query(filter as string)}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_filter', field: 'filter', message: expect.stringContaining(place as string) },
    });
  }
});
