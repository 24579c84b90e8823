import { cp, rm } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startProcess, verifyFolder, type ServerProcess } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { tokenFor } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { readAnew, readDocument, readDocuments } from './load/document-readers.ts';
import { digests, FeedChecks } from './load/feed-checks.ts';
import { createPoller, createStreamReader, readFeed } from './load/feed-readers.ts';
import { createLedger, markersIn } from './load/ledger.ts';
import { listRecords } from './load/list-records.ts';
import { createRandom } from './load/random.ts';
import { writeRaw } from './load/raw-writer.ts';
import { createRestWriter } from './load/rest-writer.ts';
import { useTabs } from './load/tabs.ts';
import type { Target } from './load/target.ts';

const kills = Number(process.env['CONCORD_CRASH_KILLS'] ?? 5);
/** So many edits are acknowledged between two kills, at least; then the moment is chosen at random. */
const minAcknowledged = 300;
const maxDelayMs = 1000;
/** Every so many kills the writers go on to other documents, so that these do not grow for ever. */
const killsPerDocument = 3;

it(`[J1] [J7] [F1] [F2] loses nothing that anyone was told or shown in ${kills} kills at random moments`, async () => {
  const random = createRandom('kill -9 under load');
  const ledger = createLedger();
  const token = await tokenFor({ expiresIn: 24 * 3600 });
  const feed = new FeedChecks();
  const readers = [createPoller('poll'), createPoller('longpoll'), createStreamReader()];
  const titles = createRestWriter({ collection: 'notes', label: 'titles', titlesOnly: true });
  const writers = [
    createRestWriter({ collection: 'tickets', label: 'a' }),
    createRestWriter({ collection: 'tickets', label: 'b' }),
    titles,
  ];
  const folder = await temporaryFolder();
  let server = await startProcess({ folder });
  let fewest = Infinity;

  for (let kill = 1; kill <= kills; kill++) {
    const stretch = Math.floor((kill - 1) / killsPerDocument);
    const ids = Array.from({ length: 6 }, (_, index) => `${stretch}-${index}`);
    let ended = false;
    const target: Target = {
      server,
      token,
      random,
      ledger,
      documentNames: ids.map((id) => `acme/notes/${id}`),
      get ended() {
        return ended;
      },
    };
    // Half of the documents are made by request, the others by whoever writes to them first.
    if ((kill - 1) % killsPerDocument === 0) await titles.create(target, ids.slice(0, 3));
    const before = ledger.acknowledged;
    const everybody = [
      ...[1, 2, 3].map(() => useTabs(target)),
      ...[1, 2].map(() => writeRaw(target)),
      ...writers.map((writer) => writer.follow(target)),
      readDocuments(target),
      readDocument(target, target.documentNames[0] as string),
      ...readers.map((reader) => reader.follow(target)),
    ];
    const failed = Promise.all(everybody).then(() => Promise.reject(new Error('Everybody has left.')));
    await Promise.race([failed, until('enough to be acknowledged', () => ledger.acknowledged - before >= minAcknowledged)]);
    await Promise.race([failed, after(random.below(maxDelayMs))]);
    failed.catch(() => undefined);

    ended = true;
    await server.kill();
    // Nobody is sent away: what was on its way to them still arrives, and counts.
    await Promise.all(everybody);
    fewest = Math.min(fewest, ledger.acknowledged - before);

    // A copy is verified, so that the server starts on exactly what the kill has left.
    const copy = `${folder}-copy`;
    await cp(folder, copy, { recursive: true });
    const [verdict, restarted] = await Promise.all([verifyFolder(copy), startProcess({ folder })]);
    await rm(copy, { recursive: true });
    expect(verdict).toMatchObject({ code: 0, stdout: expect.stringMatching(/: no problems\n$/) as string });
    server = restarted;

    await checkFeed(server);
    await checkRecords(server, target.documentNames);
  }

  await checkRecords(
    server,
    [...ledger.documents].filter((name) => name !== ''),
  );
  const { seen } = await readFeed(server, token, '0');
  feed.check(seen);
  expect(await server.terminate()).toMatchObject({ code: 0 });
  expect(await verifyFolder(folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/: no problems\n$/) as string });
  console.log(
    `${kills} kills: ${ledger.acknowledged} acknowledged edits (${fewest} or more before each), ${ledger.shown} seen by readers, ${seen.length} events. Lost: 0`,
  );

  /** Whoever resumes by their cursor has then seen the same feed as all others, and in it all that was answered. */
  async function checkFeed(now: ServerProcess): Promise<void> {
    const feeds = await Promise.all(
      readers.map(async ({ seen: before, cursor }) => [...before, ...(await readFeed(now, token, cursor)).seen]),
    );
    const [polled = [], ...others] = feeds;
    feed.check(polled);
    for (const other of others) expect(digests(other)).toEqual(digests(polled));
    for (const { answered, deleted } of writers) {
      expect(
        [...answered].filter(([key, title]) => feed.titles.get(key) !== title),
        'answers without their event',
      ).toEqual([]);
      expect(
        [...deleted].filter((record) => !feed.deleted.has(record)),
        'deletions without their event',
      ).toEqual([]);
    }
  }

  /** Every edit that is owed is in the documents, once; views, documents and feed agree; requests are as they were answered. */
  async function checkRecords(now: ServerProcess, names: readonly string[]): Promise<void> {
    const found = new Map(
      await Promise.all(['notes', 'tickets'].map(async (name) => [name, await listRecords(now, name)] as const)),
    );
    for (const writer of writers) writer.check(found.get(writer.collection) ?? new Map());
    for (const [collection, records] of found) {
      const wrong = [...records].filter(
        ([id, { version, title }]) =>
          feed.versions.get(`${collection}/${id}`) !== version || feed.titles.get(`${collection}/${id}@${version}`) !== title,
      );
      expect(wrong, `${collection} whose last event says something else`).toEqual([]);
    }
    const documents = await readAnew({ server: now, token }, names);
    for (const name of names) {
      const text = documents.get(name)?.getText('body').toString() ?? '';
      const markers = markersIn(text);
      const there = new Set(markers);
      expect(
        [...ledger.owed(name)].filter((marker) => !there.has(marker)),
        `lost of ${name}`,
      ).toEqual([]);
      expect(markers.length, `each edit of ${name} is there once`).toBe(there.size);
      if (text !== '') expect(found.get('notes')?.get(name.split('/')[2] ?? '')?.['body'], `the view of ${name}`).toBe(text);
    }
  }
});
