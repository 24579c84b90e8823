import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChangesPage, RecordView } from '@concord/protocol';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/articles/a1';
const editor = { user: 'ed', roles: ['member', 'editor'] };

async function serverWithArticle(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', '/records/articles', { id: 'a1', title: 'By the editor' }, editor);
  return server;
}

function titleUpdate(title: string): Uint8Array {
  const document = new Y.Doc();
  document.getMap('fields').set('title', title);
  return Y.encodeStateAsUpdate(document);
}

it('does not apply what a reader writes, says so, and disturbs nobody', async () => {
  const server = await serverWithArticle();
  const ed = await connected(server, name, { as: editor });
  const reader = await openRawDocument(server, name);
  const yves = await openRawYjs(server, name);
  yves.send(frames.step1());
  await until('Yves to be synced', () => yves.kinds().includes('step2'));

  reader.send(frames.update(name, titleUpdate('by a reader')), frames.step2(name, titleUpdate('again')), frames.flush(name, 1));
  yves.send(frames.update(undefined, titleUpdate('by Yves')), frames.step2(undefined, titleUpdate('by Yves, again')));
  await until('the answers', () => reader.kinds(name).length === 3);
  expect(reader.received).toEqual([
    { document: name, kind: 'saved', saved: false },
    { document: name, kind: 'saved', saved: false },
    { document: name, kind: 'stateless', text: '{"type":"flushed","id":1}' },
  ]);
  await yves.settled();

  ed.document.getMap('fields').set('title', 'By the editor, revised');
  await flushed(ed);
  await until('the reader to hear of it', () => reader.kinds(name).includes('update'));
  await until('Yves to hear of it', () => yves.kinds().includes('update'));
  expect((await connected(server, name)).document.getMap('fields').get('title')).toBe('By the editor, revised');
  await until(
    'the view',
    async () => (await server.json<RecordView>('GET', '/records/articles/a1'))['title'] === 'By the editor, revised',
  );
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(results.map(({ actors }) => actors)).toEqual([['ed'], ['ed']]);
});

it('takes nothing that is written before the token is accepted, or with one that is refused, by any kind of frame', async () => {
  const server = await serverWithArticle();
  const ed = await connected(server, name, { as: editor });
  const writes = (address: string | undefined): Uint8Array[] => [
    frames.update(address, titleUpdate('too early')),
    frames.step2(address, titleUpdate('too early, too')),
  ];
  const reader = { user: 'reader' };
  const expired = await tokenFor({ ...editor, expiresIn: -1 });
  for (const token of [await tokenFor(reader), expired, 'garbage', '']) {
    // In one go: in front of the token, and behind it before it has been looked at.
    const client = await openRaw(server);
    client.send(...writes(name), frames.token(name, token), ...writes(name), frames.flush(name, 1));
    await until('the answer', () => client.received.some(({ kind }) => kind === 'denied' || kind === 'stateless'));
    await client.settled();
    expect(client.received.filter((frame) => frame.kind === 'saved' && frame.saved)).toEqual([]);
    client.socket.terminate();

    const yves = await openRawYjs(server, name, token);
    yves.send(...writes(undefined), frames.step1());
    await until('the answer', () => yves.end !== undefined || yves.kinds().includes('step2'));
    expect(yves.received.filter((frame) => frame.kind === 'saved' && frame.saved)).toEqual([]);
    yves.socket.terminate();
  }
  // On a document for which no token ever comes, too.
  const silent = await openRaw(server);
  silent.send(...writes(name));
  await silent.settled();
  silent.socket.terminate();

  ed.document.getMap('fields').set('title', 'By the editor, still');
  await flushed(ed);
  expect((await connected(server, name)).document.getMap('fields').get('title')).toBe('By the editor, still');
  await until('the view', async () => {
    const view = await server.json<RecordView>('GET', '/records/articles/a1');
    return view['title'] === 'By the editor, still' && view.version === 2;
  });
  const { results } = await server.json<ChangesPage>('GET', '/changes?since=0');
  expect(results.map(({ actors }) => actors)).toEqual([['ed'], ['ed']]);
});

it('acknowledges to a reader what is there already, so that its provider says in sync', async () => {
  const server = await serverWithArticle();
  const reader = await connected(server, name);
  expect(reader.authorizedScope).toBe('readonly');
  await until('nothing to be unsynced', () => reader.unsyncedChanges === 0);
  expect(reader.document.getMap('fields').get('title')).toBe('By the editor');
  reader.document.getMap('fields').set('title', 'mine');
  await flushed(reader);
  expect(reader.unsyncedChanges).toBe(1);
});

it('lets readers be seen', async () => {
  const server = await serverWithArticle();
  const ed = await connected(server, name, { as: editor });
  const reader = await connected(server, name);
  reader.setAwarenessField('user', { name: 'Reader' });
  await until('Ed to see the reader', () =>
    [...(ed.awareness?.states.values() ?? [])].some((state) => state['user']?.name === 'alice'),
  );
});

it('refuses what is no update from a reader as from anybody', async () => {
  const server = await serverWithArticle();
  const reader = await openRawDocument(server, name);
  reader.send(frames.update(name, Uint8Array.of(1, 2, 3, 255)));
  expect(await reader.ended()).toEqual({ code: 4422, reason: 'invalid_update' });
});

it('acknowledges to a reader what is known, deletions too, and looks at nothing that is long', async () => {
  const server = await serverWithArticle();
  const ed = await connected(server, name, { as: editor });
  const fields = ed.document.getMap('fields');
  fields.set('title', 'Changed');
  await flushed(ed);
  const known = Y.encodeStateAsUpdate(ed.document);
  const other = new Y.Doc();
  Y.applyUpdate(other, known);
  const before = Y.encodeStateVector(other);
  other.getMap('fields').delete('title');
  const deletion = Y.encodeStateAsUpdate(other, before);
  const long = new Y.Doc();
  long.getText('body').insert(0, 'x'.repeat(2 * 1024 * 1024));
  const reader = await openRawDocument(server, name);
  reader.send(frames.step2(name, known), frames.update(name, deletion), frames.step2(name, Y.encodeStateAsUpdate(long)));
  await until('the answers', () => reader.received.length === 3);
  expect(reader.received.map((frame) => frame.kind === 'saved' && frame.saved)).toEqual([true, false, false]);
  expect(reader.end).toBeUndefined();
  expect(fields.get('title')).toBe('Changed');
});
