import { expect, it } from 'vitest';
import type { ChangesPage, RecordView } from '@concord/protocol';
import { connected, connectedYjs, flushed, openSocket } from '../kit/providers.ts';
import { startServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

it('lets a Hocuspocus provider and a y-websocket provider edit one record and see each other', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Broken lamp' });
  const ann = await connected(server, 'acme/tickets/42', { as: { user: 'ann' } });
  const ben = await connectedYjs(server, 'acme/tickets/42', { as: { user: 'ben' } });
  expect(ann.document.getMap('fields').get('title')).toBe('Broken lamp');

  ann.awareness?.setLocalStateField('user', { name: 'Ann' });
  ben.awareness.setLocalStateField('user', { name: 'Ben' });
  await until('Ann to see Ben', () => [...(ann.awareness?.states.values() ?? [])].some((state) => state['user']?.name === 'ben'));
  await until('Ben to see Ann', () => [...ben.awareness.states.values()].some((state) => state['user']?.name === 'ann'));

  ann.document.getText('body').insert(0, 'from Ann. ');
  ben.doc.getMap('fields').set('status', 'closed');
  await until('Ann to hear of it', () => ann.document.getMap('fields').get('status') === 'closed');
  await until('Ben to hear of it', () => ben.doc.getText('body').toString() === 'from Ann. ');

  await until('the view', async () => {
    const view = await server.json<RecordView>('GET', '/records/tickets/42');
    return view['status'] === 'closed' && view['body'] === 'from Ann. ';
  });
});

it('carries several documents over one socket', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const providers = await Promise.all(
    Array.from({ length: 150 }, (_, index) => connected(server, `acme/notes/n${index}`, { socket })),
  );
  providers.forEach((provider, index) => provider.document.getText('body').insert(0, `text ${index}`));
  await Promise.all(providers.map((provider) => flushed(provider)));
  const other = await connected(server, 'acme/notes/n149');
  expect(other.document.getText('body').toString()).toBe('text 149');
});

it('makes one event per quiet period, and one at once for a REST write', async () => {
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Broken lamp' });
  const ann = await connected(server, 'acme/tickets/42', { as: { user: 'ann' } });
  for (const letter of 'hello') ann.document.getText('body').insert(0, letter);
  await flushed(ann);
  await server.json('PATCH', '/records/tickets/42', { status: 'closed' }, { user: 'ben' });
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(results.map(({ type, changed, actors, version }) => ({ type, changed, actors, version }))).toEqual([
    { type: 'tickets.create', changed: ['title', 'status', 'estimate', 'body', 'notes'], actors: ['alice'], version: 1 },
    { type: 'tickets.update', changed: ['body'], actors: ['ann'], version: 2 },
    { type: 'tickets.update', changed: ['status'], actors: ['ben'], version: 3 },
  ]);
  expect(results.at(-1)?.previous).toEqual({ status: 'open' });
});

it('[J1] goes on after a stop with everything that was acknowledged', async () => {
  const first = await startServer();
  const ann = await connected(first, 'acme/notes/n1');
  ann.document.getText('body').insert(0, 'kept');
  await flushed(ann);
  await first.stop();
  const second = await startServer({ folder: first.folder });
  const late = await connected(second, 'acme/notes/n1');
  expect(late.document.getText('body').toString()).toBe('kept');
  const view = await second.json<RecordView>('GET', '/records/notes/n1');
  expect(view['body']).toBe('kept');
});
