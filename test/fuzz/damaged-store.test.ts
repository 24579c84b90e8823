import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ErrorBody, RecordView } from '@concord/protocol';
import { compileConfig } from '@concord/schema';
import { verifyStore } from '@concord/server';
import type { Transaction } from '@concord/store';
import { faultyDatabase } from '@concord/store/faults';
import { openLevelStore, type Database, type OpenDatabase } from '@concord/store/level';
import config from '../kit/concord.config.ts';
import logs from '../kit/logs.config.ts';
import { logClient } from '../kit/logs.ts';
import { frames, openRaw } from '../kit/raw-client.ts';
import { startServer } from '../kit/server.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { startWatched, type WatchedServer } from './watched-server.ts';

const schema = compileConfig(config, 'concord.config.ts');

/** Each place where a record lies, and how bytes come to lie there. */
const places = {
  entry: (tx: Transaction, name: string, bytes: Uint8Array) => void tx.append(`journal/${name}`, bytes),
  snapshot: (tx: Transaction, name: string, bytes: Uint8Array) => tx.put(`snapshot/${name}`, bytes),
  mark: (tx: Transaction, name: string, bytes: Uint8Array) => tx.put(`dirty/${name}`, bytes),
  row: (tx: Transaction, name: string, bytes: Uint8Array) => tx.put(`record/${name}`, bytes),
} as const;
type PlaceName = keyof typeof places;
const placeNames = Object.keys(places) as PlaceName[];

/** A store in which records lie whole, left by a server. */
async function storeOf(ids: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  const server = await startServer({ folder });
  for (const id of ids) await server.json('POST', '/records/notes', { id, title: id, body: `text of ${id}` });
  await server.stop();
  return folder;
}

async function damage(folder: string, scopes: readonly string[], write: (tx: Transaction) => void): Promise<readonly string[]> {
  const store = await openLevelStore({ path: folder });
  await store.commit(scopes, write);
  const { problems } = await verifyStore({ store, schema });
  await store.close();
  return problems;
}

/** How the server answers one who opens that record: its text, or why not. */
async function opened(server: WatchedServer, id: string): Promise<string> {
  const name = `acme/notes/${id}`;
  const client = await openRaw(server);
  client.send(frames.token(name, await tokenFor()), frames.step1(name));
  const answer = await until(`an answer about ${id}`, () =>
    client.received.find(({ kind }) => kind === 'denied' || kind === 'step2'),
  );
  client.socket.terminate();
  return answer.kind === 'denied' ? answer.text : 'open';
}

it.each(placeNames)('serves everybody else when one %s is damaged, and says which one', async (place) => {
  const folder = await storeOf(['good', 'bad', 'better']);
  const name = 'acme/notes/bad';
  const problems = await damage(folder, [`journal/${name}`], (tx) => places[place](tx, name, Uint8Array.of(9, 9, 9)));
  expect(problems).toEqual(expect.arrayContaining([expect.stringContaining(name)]));

  const server = await startWatched({ folder });
  for (const id of ['good', 'better']) {
    expect(await opened(server, id)).toBe('open');
    const view = await server.json<RecordView>('PATCH', `/records/notes/${id}`, { body: 'still written' });
    expect(view['body']).toBe('still written');
  }
  expect(await opened(server, 'bad')).toBe('damaged');
  const answer = await server.fetch('/records/notes/bad', {
    method: 'PATCH',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([500, 'damaged']);
  expect(server.log.filter((line) => Number(line['level']) >= 50 && line['document'] === name).length).toBeGreaterThan(0);
  server.expectNoFaults();
});

it('reads any bytes, wherever they lie, as what they say or as damaged', async () => {
  const whole = Uint8Array.of(1, 5, 1, 1, 97, 2, 0, 0);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    // The format is right, and a claim of lengths follows.
    fc.uint8Array({ maxLength: 40 }).map((rest) => Uint8Array.of(1, ...rest)),
    fc.tuple(fc.nat(whole.length), fc.nat(255)).map(([at, byte]) => Uint8Array.from(whole, (old, i) => (i === at ? byte : old))),
    fc.json({ maxDepth: 2 }).map((text) => new TextEncoder().encode(text)),
    fc.constantFrom(...['null', '7', '[]', '{}', '{"view":null}', '{"first":"x"}'].map((text) => new TextEncoder().encode(text))),
  );
  const damages = fc.array(fc.tuple(fc.constantFrom(...placeNames), bytes), { minLength: 120, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(damages, async (all) => {
      const folder = await storeOf(['good']);
      const names = all.map((_, index) => `acme/notes/r${index}`);
      await damage(
        folder,
        names.map((name) => `journal/${name}`),
        (tx) => all.forEach(([place, some], index) => places[place](tx, names[index] as string, some)),
      );
      const server = await startWatched({ folder });
      for (const index of all.keys()) expect(['open', 'damaged', 'record_deleted']).toContain(await opened(server, `r${index}`));
      expect(await opened(server, 'good')).toBe('open');
      server.expectNoFaults();
      await server.stop();
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

it('names a damaged event to those who read over it, and tells the others what comes after', async () => {
  const folder = await storeOf(['good']);
  const problems = await damage(folder, ['feed/acme'], (tx) => void tx.append('feed/acme', Uint8Array.of(9, 9, 9)));
  expect(problems).toEqual(expect.arrayContaining([expect.stringContaining('event 2 of acme')]));
  const server = await startWatched({ folder });
  const { cursor } = await server.json<{ cursor: string }>('GET', '/changes?since=now');
  const answer = await server.fetch('/changes?since=0');
  expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([500, 'damaged']);
  await server.json('POST', '/records/notes', { id: 'later', title: 'x' });
  expect(await server.json('GET', `/changes?since=${cursor}`)).toMatchObject({ results: [{ record: 'later' }] });
  server.expectNoFaults();
});

it('refuses a page of a thread while one of its entries cannot be read, and answers it afterwards', async () => {
  const disk = faultyDatabase();
  const openDatabase: OpenDatabase = async (path) => {
    const database = await disk.openDatabase(path);
    // As a disk would that is busy: what was read fails before the end of the range is known.
    const read: Database['read'] = async function* (bounds) {
      for await (const chunk of database.read(bounds)) {
        yield chunk;
        await setImmediate();
      }
    };
    return { ...database, read };
  };
  const server = await startWatched({ config: logs, store: { openDatabase } });
  await server.json('POST', '/records/tickets', { id: 't1', title: 'The press is stuck' });
  const comments = logClient(server, 'tickets/t1/comments');
  const { id: replyTo } = await comments.post('root');
  const replies = [await comments.post({ text: 'one', replyTo }), await comments.post({ text: 'two', replyTo })];
  disk.failReads('/comments/e/000000000002');
  expect(await comments.refusal('GET', '?thread=1')).toBe('internal');
  disk.failReads(undefined);
  expect((await comments.page('thread=1')).items).toEqual(replies);
  server.expectNoFaults();
});
