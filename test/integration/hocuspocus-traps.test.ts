import { afterEach, beforeEach, expect, it } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { RecordView } from '@concord/protocol';
import { gate } from '../kit/gate.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connect, connected, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

/*
 * What was found out about Hocuspocus, trap by trap. Elsewhere: acks before the disk (acknowledged-after-commit),
 * pending updates (documents-reloaded), unloading by name (live-copies), the silence timeout (silent-sockets),
 * send buffers (slow-readers). Not here, for these cannot happen: `onStoreDocument` and its lost retry are not
 * used, as the journal writes before anyone is told; `Server.destroy()` is not used, as the sockets are our own;
 * no token is renewed on an open socket, so nothing hangs on what `onTokenSync` returns; there is no Redis
 * extension and no y-leveldb.
 */

const name = 'acme/notes/n1';
const rejections: unknown[] = [];
const note = (reason: unknown): unknown => rejections.push(reason);

beforeEach(() => {
  rejections.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
});

it('leaves no zombie behind a refused update: the provider comes back, and its edits arrive', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const ann = await connected(server, name, { socket });
  const ends: number[] = [];
  socket.on('close', ({ event }: { event: { code: number } }) => ends.push(event.code));
  // A frame that is larger than an update may be; what comes home in a first sync may be larger.
  const body = ann.document.getText('body');
  body.insert(0, 'x'.repeat(1024 * 1024 + 1));
  await until('the socket to end', () => ends.length > 0);
  expect(ends[0]).toBe(4413);
  body.insert(0, 'after. ');
  await until('the provider to be back', () => ann.isSynced);
  await flushed(ann);
  const ben = await connected(server, name);
  expect(ben.document.getText('body').toString()).toBe(body.toString());
});

it('leaves no zombie behind a failed commit: the provider comes back, and its edits arrive', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await connected(server, name);
  const ben = await connected(server, name);
  let back = 0;
  ann.on('synced', () => back++);
  slow.disk.failWrite();
  ann.document.getText('body').insert(0, 'written twice');
  await until('the provider to be back', () => back > 0 && ann.isSynced);
  await flushed(ann);
  expect(slow.disk.writesAfterFailure).toBe(0);
  await until('Ben to hear of it', () => ben.document.getText('body').toString() === 'written twice');
  await until('the view', async () => {
    const response = await server.fetch('/records/notes/n1');
    return response.ok && ((await response.json()) as RecordView)['body'] === 'written twice';
  });
});

it('answers nothing, and rejects nothing, on messages that are none', async () => {
  const server = await startServer();
  const client = await openRawDocument(server, name);
  const payloads = [
    '',
    'null',
    '[]',
    '{',
    '{"type":"flush"}',
    '{"type":"flush","id":"1"}',
    '{"type":"flush","id":1e99}',
    'x'.repeat(100_000),
  ];
  for (const payload of payloads) client.send(frames.stateless(name, payload));
  client.send(frames.flush(name, 5));
  await until('the answer', () => client.kinds(name).includes('stateless'));
  expect(client.received).toEqual([{ document: name, kind: 'stateless', text: '{"type":"flushed","id":5}' }]);
});

it('opens more than 100 documents at once on one socket, in one go', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  let opened = 0;
  socket.on('open', () => opened++);
  const names = Array.from({ length: 200 }, (_, index) => `acme/notes/m${index}`);
  const providers = await Promise.all(names.map((each) => connect(server, each, { socket })));
  await until('all to be synced', () => providers.every(({ isSynced }) => isSynced));
  expect(opened).toBe(1);

  // One more is refused by name, and costs the others nothing; it fits once another has been left.
  const reasons: string[] = [];
  const more = await connect(server, name, { socket }, { onAuthenticationFailed: ({ reason }) => reasons.push(reason) });
  await until('the refusal', () => reasons.includes('too_many_documents'));
  providers[0]?.destroy();
  // Asked for again whenever it was refused: the other need not be left yet.
  let asked = 0;
  await until('the one more to be synced', () => {
    if (reasons.length > asked) {
      asked = reasons.length;
      more.detach();
      more.attach();
    }
    return more.isSynced;
  });
  providers[1]?.document.getText('body').insert(0, 'undisturbed');
  await flushed(providers[1] as (typeof providers)[number]);
  expect(opened).toBe(1);
});

it('says exactly when edits are on disk, where the counter of the provider does not', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const document = new Y.Doc();
  const ann = await connected(server, name, { document });
  const release = slow.hold();
  await slow.reachedBy(() => {
    for (let index = 0; index < 50; index++) document.getText('body').insert(0, 'x');
  });
  let isFlushed = false;
  const flushing = flushed(ann).then(() => (isFlushed = true));
  // A newcomer who is in sync, on a document of its own, has waited longer than a lost hold would take.
  const other = await openRawDocument(server, 'acme/notes/n2');
  await other.settled();
  expect(isFlushed).toBe(false);
  release();
  await flushing;
  expect((await connected(server, name)).document.getText('body').length).toBe(50);
});

it('does not write down again what a client brings home that is there already', async () => {
  const server = await startServer();
  const document = new Y.Doc();
  const socket = openSocket(server);
  const ann = await connected(server, name, { document, socket });
  document.getText('body').insert(0, 'some text');
  document.getText('body').delete(0, 5);
  await flushed(ann);
  const written = await server.store.lastSeq(`journal/${name}`);
  for (let round = 0; round < 3; round++) {
    const again = await connected(server, name, { document });
    await flushed(again);
  }
  expect(await server.store.lastSeq(`journal/${name}`)).toBe(written);
});

it('shows at once that someone has left, by closing, leaving the document, or falling silent', async () => {
  const server = await startServer();
  const ann = await connected(server, name);
  const present = (): unknown[] => [...(ann.awareness?.states.values() ?? [])].map((state) => state['user']).filter(Boolean);
  const visitors = await Promise.all(
    ['closes', 'leaves', 'falls silent'].map(async (user) => {
      const socket = openSocket(server);
      const provider = await connected(server, name, { socket });
      provider.setAwarenessField('user', user);
      return { socket, provider };
    }),
  );
  await until('Ann to see all', () => present().length === 3);
  visitors[0]?.socket.destroy();
  visitors[1]?.provider.detach();
  visitors[2]?.provider.awareness?.setLocalState(null);
  // Faster than the 30 seconds after which awareness forgets by itself: `until` gives up before.
  await until('Ann to see none', () => present().length === 0);
});

it('keeps what others see of a client when its update is known to be older', async () => {
  const server = await startServer();
  const ann = await connected(server, name);
  const client = await openRawDocument(server, name);
  const awareness = new Awareness(new Y.Doc());
  awareness.setLocalState({ at: 'old' });
  const old = encodeAwarenessUpdate(awareness, [awareness.clientID]);
  awareness.setLocalState({ at: 'new' });
  client.send(frames.awareness(name, encodeAwarenessUpdate(awareness, [awareness.clientID])), frames.awareness(name, old));
  client.send(frames.update(name, updateWriting('x')));
  await until('the update', () => ann.document.getText('body').length === 1);
  expect(ann.awareness?.states.get(awareness.clientID)).toMatchObject({ at: 'new' });
  awareness.destroy();
});

it('lets a client edit while it is still getting its token, and refuses one that never gets it', async () => {
  const clock = handClock();
  const server = await startServer({ clock });
  const { promise: token, resolve: getToken } = Promise.withResolvers<string>();
  const refusals: string[] = [];
  const early = await connect(
    server,
    'acme/notes/early',
    {},
    { token: () => token, onAuthenticationFailed: ({ reason }) => refusals.push(reason) },
  );
  await until('the socket to be open', () => early.configuration.websocketProvider.status === 'connected');
  early.document.getText('body').insert(0, 'typed early');
  const stranger = await openRaw(server);
  stranger.send(frames.update('acme/notes/early', updateWriting('never')));
  stranger.send(frames.token(name, await tokenFor()), frames.step1(name));
  await until('what came first to have been heard', () => stranger.kinds(name).includes('step2'));
  getToken(await tokenFor({ user: 'ann' }));
  await until('the edits to be synced', () => early.isSynced);
  await flushed(early);
  clock.advance(20_000);
  await until('the stranger to be refused', () => stranger.kinds('acme/notes/early').includes('denied'));
  const late = await connected(server, 'acme/notes/early');
  expect([late.document.getText('body').toString(), refusals]).toEqual(['typed early', []]);
});
