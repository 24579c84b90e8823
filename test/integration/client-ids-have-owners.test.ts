import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { connected, connectedYjs, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, openRawYjs } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';
const everything = 'acme/everything/e1';
const eve = { user: 'eve' };

/** An update with one struct under that id, at that clock. */
function forged(client: number, clock: number): Uint8Array {
  const document = new Y.Doc();
  document.clientID = client;
  document.getText('body').insert(0, 'x'.repeat(clock));
  const before = Y.encodeStateVector(document);
  document.getText('body').insert(0, 'forged');
  return clock === 0 ? Y.encodeStateAsUpdate(document) : Y.encodeStateAsUpdate(document, before);
}

it("[R4] refuses what is written under a victim's next clocks, and takes the victim's own edits", async () => {
  const server = await startServer();
  const victim = await connected(server, name, { as: { user: 'victim' } });
  const body = victim.document.getText('body');
  body.insert(0, 'mine');
  await flushed(victim);
  const squat = forged(victim.document.clientID, 4);
  const raw = await openRawDocument(server, name, eve);
  raw.send(frames.update(name, squat));
  await until('the refusal', () => raw.received.some((frame) => frame.kind === 'closed' && frame.text === 'client_id_conflict'));
  const second = await openRawDocument(server, name, eve);
  second.send(frames.step2(name, squat));
  await until('the refusal', () => second.kinds(name).includes('closed'));
  const yves = await openRawYjs(server, name, await tokenFor(eve));
  yves.send(frames.step1());
  await until('Yves to be synced', () => yves.kinds().includes('step2'));
  yves.send(frames.update(undefined, squat));
  expect(await yves.ended()).toEqual({ code: 4409, reason: 'client_id_conflict' });
  const yvonne = await openRawYjs(server, name, await tokenFor(eve));
  yvonne.send(frames.step2(undefined, squat));
  expect(await yvonne.ended()).toEqual({ code: 4409, reason: 'client_id_conflict' });
  // Clocks far ahead are as little hers: what waits for those between would be taken for his one day.
  const third = await openRawDocument(server, name, eve);
  third.send(frames.update(name, forged(victim.document.clientID, 1000)));
  await until('the refusal', () => third.kinds(name).includes('closed'));
  // Nor does an update pass of which only a part is under his id.
  const mixed = await openRawDocument(server, name, eve);
  mixed.send(frames.update(name, Y.mergeUpdates([forged(4711, 0), squat])));
  await until('the refusal', () => mixed.kinds(name).includes('closed'));
  // What is known already may come from everybody.
  const known = await openRawDocument(server, name, eve);
  known.send(frames.update(name, Y.encodeStateAsUpdate(victim.document)));
  await until('the ack', () => known.acks(name) === 1);

  body.insert(4, ' alone');
  await flushed(victim);
  const late = await connected(server, name);
  expect(late.document.getText('body').toString()).toBe('mine alone');
});

it('[R4] keeps owners over compaction and a restart, and takes what is known from everybody', async () => {
  const server = await startServer();
  const document = new Y.Doc();
  const ann = await connected(server, name, { as: { user: 'ann' }, document });
  document.getText('body').insert(0, 'mine');
  await flushed(ann);
  ann.destroy();
  await server.stop();

  const again = await startServer({ folder: server.folder });
  const raw = await openRawDocument(again, name, eve);
  raw.send(frames.step2(name, Y.encodeStateAsUpdate(document)));
  await until('the ack', () => raw.acks(name) === 1);
  raw.send(frames.update(name, forged(document.clientID, 4)));
  await until('the refusal', () => raw.kinds(name).includes('closed'));
  // Another tab of the same user may carry on where the first one stopped.
  const tab = await connectedYjs(again, name, { as: { user: 'ann' }, document });
  document.getText('body').insert(4, ' still');
  await until('the edit', async () => {
    const late = await connected(again, name);
    return late.document.getText('body').toString() === 'mine still';
  });
  tab.destroy();
});

it("[R4] writes under one id of the server's for good, which nobody else may use", async () => {
  const server = await startServer();
  await server.json('POST', '/records/notes', { id: 'n1', title: 'one' });
  await server.stop();
  const again = await startServer({ folder: server.folder });
  await again.json('PATCH', '/records/notes/n1', { title: 'two' });
  const ann = await connected(again, name);
  const clients = [...ann.document.store.clients.keys()];
  expect(clients).toHaveLength(1);
  const raw = await openRawDocument(again, name, eve);
  raw.send(frames.update(name, forged(clients[0] as number, Y.getState(ann.document.store, clients[0] as number))));
  await until('the refusal', () => raw.kinds(name).includes('closed'));
});

it('[R4] forgets whose ids they were when the record is purged', async () => {
  const server = await startServer();
  const ann = await connected(server, name, { as: { user: 'annabelle' } });
  ann.document.getText('body').insert(0, 'mine');
  await flushed(ann);
  const owners = async (): Promise<number> => {
    let count = 0;
    for await (const _ of server.store.range({ prefix: `owner/${name}#` })) count++;
    return count;
  };
  await until('the record', async () => (await server.fetch('/records/notes/n1')).ok);
  expect(await owners()).toBe(2);
  await server.json('DELETE', '/records/notes/n1');
  await server.json('POST', '/records/notes/n1/purge');
  expect(await owners()).toBe(0);
});

it('[R4] keeps for a page the client id that it was seen under, so that what it typed offline comes home', async () => {
  const server = await startServer();
  const document = new Y.Doc();
  const victim = await connected(server, name, { as: { user: 'victim' }, document });
  victim.destroy();
  document.getText('body').insert(0, 'an hour of work');
  const squat = new Y.Doc();
  squat.clientID = document.clientID;
  squat.getText('body').insert(0, 'squat');
  const eve = await openRawDocument(server, name, { user: 'eve' });
  eve.send(frames.update(name, Y.encodeStateAsUpdate(squat)));
  await until('it to be refused', () => eve.kinds(name).includes('closed'));
  const back = await connected(server, name, { as: { user: 'victim' }, document });
  await flushed(back);
  const ben = await connected(server, name, { as: { user: 'ben' } });
  expect(ben.document.getText('body').toString()).toBe('an hour of work');
});

it('[R4] lets nobody use up the client ids of a record: too many at once, or in all, are refused to who brings them', async () => {
  const server = await startServer();
  const eve = await openRawDocument(server, everything, { user: 'eve' });
  eve.send(frames.step2(everything, byMany(0, 1001)));
  expect((await eve.ended()).reason).toBe('too_large');
  const patient = await openRawDocument(server, everything, { user: 'eve' });
  for (let from = 0; from < 20_000; from += 1000) patient.send(frames.update(everything, byMany(from, 1000)));
  await until('the twenty thousand', () => patient.acks(everything) === 20);
  patient.send(frames.update(everything, byMany(20_000, 1)));
  expect((await patient.ended()).reason).toBe('too_large');
  const ben = await connected(server, everything, { as: { user: 'ben' } });
  ben.document.getText('body').insert(0, 'ben');
  await flushed(ben);
});

/** A member of `tags` by each of as many clients. */
function byMany(from: number, count: number): Uint8Array {
  const updates = Array.from({ length: count }, (_, index) => {
    const document = new Y.Doc();
    document.clientID = from + index + 1;
    document.getMap('tags').set(`by ${document.clientID}`, true);
    return Y.encodeStateAsUpdate(document);
  });
  return Y.mergeUpdates(updates);
}
