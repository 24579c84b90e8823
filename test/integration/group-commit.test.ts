import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { gate } from '../kit/gate.ts';
import { connected, flushed, openSocket } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const names = Array.from({ length: 100 }, (_, index) => `acme/notes/n${index}`);

it('[J2] writes one group at a time, and lets the next one fill meanwhile', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const client = await openRaw(server);
  const token = await tokenFor();
  for (const name of names) client.send(frames.token(name, token), frames.step1(name));
  await until('all to be open', () => names.every((name) => client.kinds(name).includes('step2')));
  client.received.length = 0;

  const release = slow.hold();
  await slow.reachedBy(() => client.send(frames.update(names[0], updateWriting('first'))));
  const before = slow.disk.writes;
  for (const name of names.slice(1)) client.send(frames.update(name, updateWriting('next')));
  await client.settled();
  expect(slow.disk.writes).toBe(before);

  const groups: number[] = [];
  server.store.onGroup(({ commits }) => groups.push(commits));
  release();
  await until('all acks', () => client.received.filter(({ kind }) => kind === 'saved').length === names.length);
  // The group that was held, the one that filled meanwhile, and those that publish the views.
  expect(groups[0]).toBe(1);
  expect(groups[1]).toBeGreaterThanOrEqual(99);
});

it('[J2] shares few groups among the edits of 100 documents', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const providers = await Promise.all(names.map((name) => connected(server, name, { socket })));
  let groups = 0;
  let entries = 0;
  server.store.onGroup(({ commits }) => {
    groups++;
    entries += commits;
  });
  for (const provider of providers) provider.document.getText('body').insert(0, 'typed');
  await Promise.all(providers.map((provider) => flushed(provider)));
  expect(entries).toBeGreaterThanOrEqual(100);
  expect(groups).toBeLessThan(20);
});

it('[J2] makes one entry and one broadcast of the edits that one group holds', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const [name = ''] = names;
  const ann = await openRawDocument(server, name);
  const ben = await openRawDocument(server, name);
  const release = slow.hold();
  await slow.reachedBy(() => ann.send(frames.update(name, updateWriting('a'))));
  for (const letter of 'bcdefgh') ann.send(frames.update(name, updateWriting(letter)));
  await ann.settled();
  release();
  await until('the acks', () => ann.acks(name) === 8);
  await until('the broadcasts', () => ben.kinds(name).length >= 2);
  const replica = new Y.Doc();
  for (const frame of ben.received) if ('body' in frame) Y.applyUpdate(replica, frame.body);
  expect(replica.getText('body').toString().split('').sort().join('')).toBe('abcdefgh');
  expect(await server.store.lastSeq(`journal/${name}`)).toBe(2);
});
