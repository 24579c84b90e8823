import { expect, it } from 'vitest';
import type { ChangesPage, FeedEvent, RecordView } from '@concord/protocol';
import { connected, connectedYjs, flushed } from '../kit/providers.ts';
import { replayTogether } from '../kit/replay.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { applyPatches, friendsSession, paperSession } from '../kit/traces.ts';
import { until } from '../kit/until.ts';

const name = 'acme/tickets/42';
const limitMs = 180_000;

/** The view, and the last event of the record's feed, say what everybody has typed. */
async function expectPublished(server: TestServer, text: string): Promise<void> {
  await until('the view', async () => (await server.json<RecordView>('GET', '/records/tickets/42'))['body'] === text);
  const last = await until('the last event', async () => {
    const event = await lastEvent(server);
    // One that is too large to be carried refers to the view.
    return event !== undefined && (event.truncated === true || event.data?.['body'] === text) && event;
  });
  const view = await server.json<RecordView>('GET', '/records/tickets/42');
  expect(view.version).toBe(last.version);
}

async function lastEvent(server: TestServer): Promise<FeedEvent | undefined> {
  let last: FeedEvent | undefined;
  for (let since = '0'; ;) {
    const page = await server.json<ChangesPage>('GET', `/changes?limit=1000&since=${since}`);
    last = page.results.at(-1) ?? last;
    if (page.pending === 0) return last;
    since = page.cursor;
  }
}

it('replays two authors who write one text at the same time', { timeout: limitMs }, async () => {
  const session = await friendsSession();
  const server = await startServer();
  await server.json('POST', '/records/tickets', { id: '42', title: 'Friends forever' });
  const providers = await Promise.all(['ann', 'ben'].map((user) => connected(server, name, { as: { user } })));
  await replayTogether(session, providers, 'body');
  await Promise.all(providers.map((provider) => flushed(provider)));
  const late = await connected(server, name);
  for (const { document } of [...providers, late]) {
    await until('a replica to be there', () => document.getText('body').length === session.endContent.length);
    // Not compared by `toBe`: nobody wants to read the difference of two novels.
    expect(document.getText('body').toString() === session.endContent).toBe(true);
  }
  await expectPublished(server, session.endContent);
});

it('[J1] replays the writing of a paper, with a restart in the middle', { timeout: limitMs }, async () => {
  const session = await paperSession();
  const first = await startServer();
  await first.json('POST', '/records/tickets', { id: '42', title: 'A paper' });
  const ann = await connected(first, name);
  const body = ann.document.getText('body');
  const batch = 25;
  const batches = Math.ceil(session.txns.length / batch);
  let server = first;
  let restarting: Promise<void> = Promise.resolve();
  for (let index = 0; index < batches; index++) {
    ann.document.transact(() => {
      for (const { patches } of session.txns.slice(index * batch, (index + 1) * batch)) applyPatches(body, patches);
    });
    if (index === Math.floor(batches * 0.5)) {
      // She types on while the server is away, and for a while after it has come back.
      restarting = first.stop().then(async () => {
        server = await startServer({ folder: first.folder, port: Number(new URL(first.url).port) });
      });
    }
    if (index === Math.floor(batches * 0.6)) {
      await restarting;
      await until('the provider to be back', () => ann.isSynced);
    }
    if (index % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await flushed(ann);
  expect(body.toString() === session.endContent).toBe(true);
  const [late, yves] = await Promise.all([connected(server, name), connectedYjs(server, name)]);
  for (const document of [late.document, yves.doc]) {
    expect(document.getText('body').toString() === session.endContent).toBe(true);
  }
  await expectPublished(server, session.endContent);
});
