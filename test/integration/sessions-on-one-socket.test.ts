import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { connect, connected, flushed, openSocket } from '../kit/providers.ts';
import { seededRandom } from '../kit/random.ts';
import { frames, openRaw, updateWriting } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const names = ['acme/notes/n1', 'acme/notes/n2', 'acme/notes/n3'];

it('gives each of two providers of one document on one socket its own answers', async () => {
  const server = await startServer();
  const socket = openSocket(server);
  const [name = ''] = names;
  const pair = await Promise.all(
    ['ann', 'ben'].map((user) => connect(server, name, { socket, as: { user } }, { sessionAwareness: true })),
  );
  await until('both to be synced', () => pair.every(({ isSynced }) => isSynced));
  pair.forEach(({ document }, index) => document.getText('body').insert(0, `${index}`));
  await Promise.all(pair.map((provider) => flushed(provider)));
  await until('both to agree', () => new Set(pair.map(({ document }) => document.getText('body').toString())).size === 1);
  expect(pair[0]?.document.getText('body').length).toBe(2);
  pair[0]?.destroy();
  pair[1]?.document.getText('body').insert(0, 'goes on ');
  await until('nothing to be unsynced', () => pair[1]?.unsyncedChanges === 0);
});

it('[J5] takes visits and goodbyes on one socket in the order in which they were said', async () => {
  const random = seededRandom();
  const server = await startServer();
  const token = await tokenFor();
  const clients = await Promise.all([openRaw(server), openRaw(server), openRaw(server)]);
  const expected = new Map(names.map((name) => [name, [] as string[]]));
  const sent = new Map(clients.map((client) => [client, 0]));
  for (let round = 0; round < 60; round++) {
    for (const [index, client] of clients.entries()) {
      const name = random.pick(names);
      const word = `${index}.${round}`;
      client.send(
        frames.token(name, token),
        frames.step1(name),
        frames.update(name, updateWriting(`${word} `)),
        frames.close(name),
      );
      expected.get(name)?.push(word);
      sent.set(client, (sent.get(client) ?? 0) + 1);
    }
    for (let turns = random.below(5); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const client of clients) {
    await until(
      'every goodbye to be answered',
      () => client.received.filter(({ kind }) => kind === 'closed').length === sent.get(client),
    );
    expect(
      client.received.filter(({ kind }) => kind === 'saved'),
      `seed ${random.seed}`,
    ).toHaveLength(sent.get(client) ?? 0);
    expect(
      client.received.filter(({ kind }) => kind === 'denied'),
      `seed ${random.seed}`,
    ).toEqual([]);
  }
  for (const name of names) {
    const reader = await connected(server, name, { document: new Y.Doc() });
    const words = reader.document.getText('body').toString().split(' ').filter(Boolean);
    expect(words.sort(), `seed ${random.seed}`).toEqual([...(expected.get(name) ?? [])].sort());
  }
});
