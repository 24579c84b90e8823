import { expect, it } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { connected, connectedYjs } from '../kit/providers.ts';
import { frames, openRawDocument } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
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

it("does not hear what a client says under another's id, and hears that one still", async () => {
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
  const eve = await openRawDocument(server, name, { user: 'eve' });
  eve.send(frames.awareness(name, encodeAwarenessUpdate(forged, [document.clientID])));
  forged.setLocalState(null);
  eve.send(frames.awareness(name, encodeAwarenessUpdate(forged, [document.clientID])));
  await eve.settled();
  ben.setAwarenessField('at', 2);
  await until('Ben again', () => seen() !== 1);
  expect(seen()).toBe(2);
  forged.destroy();
});
