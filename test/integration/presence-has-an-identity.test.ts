import * as encoding from 'lib0/encoding';
import { expect, it } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { connected, connectedYjs } from '../kit/providers.ts';
import { frames, openRawDocument, openRawYjs, type RawClient } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

it('says who is here, whatever a client says about itself', async () => {
  const server = await startServer();
  const ann = await connected(server, name, { as: { user: 'ann' } });
  const ben = await connected(server, name, { as: { user: 'ben' } });
  const yves = await connectedYjs(server, name, { as: { user: 'yves' } });
  const seen = (client: number): unknown => ann.awareness?.getStates().get(client);
  ben.setAwarenessField('user', { id: 'ann', name: 'The boss', color: '#12ab34', admin: true });
  ben.setAwarenessField('cursor', 7);
  yves.awareness.setLocalState({ user: { id: 'ann', color: 'url(//evil)' } });
  await until('Ben', () => {
    const state = seen(ben.document.clientID) as { cursor?: unknown } | undefined;
    return state?.cursor === 7;
  });
  expect(seen(ben.document.clientID)).toEqual({ user: { id: 'ben', name: 'ben', color: '#12ab34' }, cursor: 7 });
  await until('Yves', () => seen(yves.doc.clientID));
  const color = expect.stringMatching(/^#[0-9a-f]{6}$/) as unknown;
  expect(seen(yves.doc.clientID)).toEqual({ user: { id: 'yves', name: 'yves', color } });
});

it.each(['sync', 'yjs'])("does not hear what a client on /%s says under another's id, and hears that one still", async (kind) => {
  const server = await startServer();
  const ann = await connected(server, name, { as: { user: 'ann' } });
  const ben = await connected(server, name, { as: { user: 'ben' } });
  ben.setAwarenessField('at', 1);
  const seen = (): unknown => ann.awareness?.getStates().get(ben.document.clientID)?.['at'];
  await until('Ben', () => seen() === 1);

  const document = new Y.Doc();
  document.clientID = ben.document.clientID;
  const forged = new Awareness(document);
  for (let clock = 0; clock < 20; clock++) forged.setLocalState({ at: 'forged' });
  const eve = await openAs(server, kind, 'eve');
  eve.say(encodeAwarenessUpdate(forged, [document.clientID]));
  // Nor that he has left.
  forged.setLocalState(null);
  eve.say(encodeAwarenessUpdate(forged, [document.clientID]));
  await eve.client.settled();
  expect(seen()).toBe(1);
  ben.setAwarenessField('at', 2);
  await until('Ben again', () => seen() !== 1);
  expect(seen()).toBe(2);
  forged.destroy();
});

it.each(['sync', 'yjs'])('bounds what a client on /%s says about itself: a megabyte, in one state or in many', async (kind) => {
  const server = await startServer();
  const ann = await connected(server, name, { as: { user: 'ann' } });
  ann.setAwarenessField('at', 1);
  let losses = 0;
  ann.on('disconnect', () => losses++);

  const loud = await openAs(server, kind, 'eve');
  loud.say(states([{ text: 'x'.repeat(1024 * 1024) }]));
  expect(await loud.client.ended()).toEqual({ code: 4413, reason: 'too_large' });

  const crowd = await openAs(server, kind, 'eve');
  crowd.say(states(Array.from({ length: 100 }, (_, index) => ({ index, text: 'x'.repeat(10 * 1024) }))));
  await crowd.client.settled();
  const ofEve = (): unknown[] =>
    [...(ann.awareness?.getStates().values() ?? [])].filter((state) => (state['user'] as { id?: unknown })?.id === 'eve');
  await until('some of them', () => ofEve().length > 0);
  // A page needs one; more than some are not heard.
  expect(ofEve()).toHaveLength(16);
  crowd.client.socket.close();
  await until('none to be left', () => ofEve().length === 0);
  expect(losses).toBe(0);
  expect(ann.awareness?.getLocalState()?.['at']).toBe(1);
});

/** A client on either endpoint with the document open, and how it says something about itself. */
async function openAs(
  server: TestServer,
  kind: string,
  user: string,
): Promise<{ readonly client: RawClient; say(update: Uint8Array): void }> {
  if (kind === 'sync') {
    const client = await openRawDocument(server, name, { user });
    return { client, say: (update) => client.send(frames.awareness(name, update)) };
  }
  const client = await openRawYjs(server, name, await tokenFor({ user }));
  client.send(frames.step1());
  await until('it to be synced', () => client.kinds().includes('step2'));
  return { client, say: (update) => client.send(frames.awareness(undefined, update)) };
}

/** An awareness update with these states, each of a client of its own. */
function states(all: readonly object[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, all.length);
    all.forEach((state, index) => {
      encoding.writeVarUint(encoder, 1000 + index);
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, JSON.stringify(state));
    });
  });
}
