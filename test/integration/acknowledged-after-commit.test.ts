import { expect, it } from 'vitest';
import type { ChangesPage } from '@concord/protocol';
import { gate } from '../kit/gate.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const name = 'acme/notes/n1';

it('[J1] tells nobody of an edit while its commit is on its way to the disk', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await openRawDocument(server, name);
  const ben = await openRawDocument(server, name);
  const yves = await openRawYjs(server, name);
  yves.send(frames.step1());
  await until('Yves to be connected', () => yves.kinds().includes('step2'));
  yves.received.length = 0;

  const release = slow.hold();
  await slow.reachedBy(() => ann.send(frames.update(name, updateWriting('held')), frames.flush(name, 1)));
  // A newcomer, and one who asks again, would be shown the edit, too.
  const late = await openRaw(server);
  late.send(frames.token(name, await tokenFor()), frames.step1(name));
  ben.send(frames.step1(name));
  await Promise.all([ann, ben, yves, late].map((client) => client.settled()));
  expect([ann, ben, yves].map((client) => client.received)).toEqual([[], [], []]);
  expect(late.kinds(name)).not.toContain('step2');
  expect((await server.json<ChangesPage>('GET', '/changes?since=0')).results).toEqual([]);
  expect((await server.fetch('/records/notes/n1')).status).toBe(404);

  release();
  await until('the answer', () => ann.kinds(name).includes('stateless'));
  expect(ann.kinds(name)).toEqual(expect.arrayContaining(['saved', 'stateless']));
  await until('Ben to be told', () => ben.kinds(name).includes('update') && ben.kinds(name).includes('step2'));
  await until('Yves to be told', () => yves.kinds().includes('update'));
  await until('the newcomer to be told', () => late.kinds(name).includes('step2'));
  await until('the event', async () => (await server.json<ChangesPage>('GET', '/changes?since=0')).results.length === 1);
});

it('[J1] does not acknowledge an update that comes again while the first is in flight', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await openRawDocument(server, name);
  const again = await openRawDocument(server, name);
  const update = updateWriting('twice');

  const release = slow.hold();
  await slow.reachedBy(() => ann.send(frames.update(name, update)));
  ann.send(frames.update(name, update));
  again.send(frames.step2(name, update), frames.flush(name, 1));
  await Promise.all([ann, again].map((client) => client.settled()));
  expect([ann.received, again.received]).toEqual([[], []]);

  release();
  await until('both acks', () => ann.acks(name) === 2);
  await until('the answers', () => again.kinds(name).filter((kind) => kind === 'saved' || kind === 'stateless').length === 2);
});

it('[J1] does not acknowledge, nor answer, what was sent in one go with the token', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  await openRawDocument(server, name);
  const eager = await openRaw(server);
  const token = await tokenFor();
  const release = slow.hold();
  await slow.reachedBy(() =>
    eager.send(frames.token(name, token), frames.update(name, updateWriting('eager')), frames.flush(name, 7)),
  );
  await eager.settled();
  expect(eager.kinds(name)).not.toEqual(expect.arrayContaining(['saved']));
  expect(eager.kinds(name)).not.toEqual(expect.arrayContaining(['stateless']));
  release();
  await until('the answer', () => eager.kinds(name).includes('stateless'));
  expect(eager.kinds(name)).toContain('saved');
});

it('[J1] acknowledges at once what is on disk already', async () => {
  const slow = gate();
  const server = await startServer({ store: slow.store });
  const ann = await openRawDocument(server, name);
  const update = updateWriting('known');
  ann.send(frames.update(name, update));
  await until('the ack', () => ann.kinds(name).includes('saved'));
  await until('the event', async () => (await server.json<ChangesPage>('GET', '/changes?since=0')).results.length === 1);

  slow.hold();
  const before = slow.disk.writes;
  const ben = await openRawDocument(server, name);
  ben.send(frames.step2(name, update));
  await until('the ack', () => ben.kinds(name).includes('saved'));
  expect(slow.disk.writes).toBe(before);
});
