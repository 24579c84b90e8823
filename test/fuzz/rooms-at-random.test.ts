import { join } from 'node:path';
import { segmentSize } from '@concord/protocol';
import { expect, it, onTestFailed, onTestFinished } from 'vitest';
import { lastingPort } from '../kit/lasting-port.ts';
import { seededRandom } from '../kit/random.ts';
import { startRoughProxy } from '../kit/rough-proxy.ts';
import { startProcess, verifyFolder, type ServerProcess } from '../kit/server-process.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { askerOf } from './rooms/ask.ts';
import { watchClient } from './rooms/client-watcher.ts';
import { createLedger } from './rooms/ledger.ts';
import { differences, listForward, readHistory, replay } from './rooms/listing.ts';
import { recountInboxes } from './rooms/recount.ts';
import { Talker } from './rooms/talker.ts';
import { watchFeed, watchSegments, withThreads, type WatchedLog, type Watcher } from './rooms/watchers.ts';

const config = join(import.meta.dirname, '../kit/inbox.config.ts');
const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
const moderators = new Set(people.slice(0, 4));
const place = { collection: 'rooms', record: 'r', log: 'messages' };
const path = '/records/rooms/r/messages';
const admin: TestUser = { user: 'olga', roles: ['member', 'admin'] };
const transports = ['websocket', 'sse', 'longpoll', 'poll'] as const;
const actsEach = 20;
const kills = 3;

const asUser = (user: string): TestUser => ({ user, roles: moderators.has(user) ? ['member', 'admin'] : ['member'] });

it('[L1] [L2] [L4] [F2] shows twenty people the same, once and in order, whatever was cut, killed or sent twice', async () => {
  const random = seededRandom();
  onTestFailed(() => console.log(`CONCORD_SEED=${random.seed}`));
  const port = await lastingPort();
  const folder = await temporaryFolder();
  let server: ServerProcess = await startProcess({ port, folder, config });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Press room' }, admin);
  for (const user of people) await server.json('PUT', `/records/rooms/r/members/${user}`, { role: 'member' }, admin);
  // So many that what is said goes over into the next segment.
  const early = Array.from({ length: segmentSize - 20 }, (_, n) => ({ id: `early-${n}`, text: `Said before, ${n}` }));
  await Promise.all(early.map((entry) => server.json('POST', path, entry, asUser(people[0] as string))));

  const chance = { below: random.below, chance: (probability: number) => random.below(1000) < probability * 1000 };
  const proxy = await startRoughProxy({ to: port, random: chance, roughness: 0.3 });
  onTestFinished(() => proxy.close());
  const ledger = createLedger();
  const watched: WatchedLog = { url: `http://127.0.0.1:${proxy.port}`, ...place, onShown: ledger.shown };
  const watch = async (user: string, index: number): Promise<Watcher> =>
    index % 3 === 0
      ? await watchSegments(watched, asUser(user))
      : index % 3 === 1
        ? await watchClient(watched, asUser(user))
        : watchFeed(watched, asUser(user), transports[((index - 2) / 3) % transports.length] ?? 'poll');
  const talkers = await Promise.all(
    people.map(async (user, index) => {
      const watcher = await watch(user, index);
      const ask = askerOf(watched.url, asUser(user));
      const own = seededRandom(random.below(2 ** 31));
      return new Talker({ user, isModerator: moderators.has(user), ask, watcher, random: own, ledger, people, path });
    }),
  );

  let acts = 0;
  const talking = Promise.all(
    talkers.map(async (talker) => {
      for (let act = 0; act < actsEach; act++) {
        await talker.act();
        acts++;
        if (random.below(20) === 0) proxy.cut(0.5);
      }
    }),
  );
  for (let kill = 1; kill <= kills; kill++) {
    const enough = (kill * people.length * actsEach) / (kills + 1) + random.below(50);
    await Promise.race([talking, until('enough to be done', () => acts >= enough)]);
    await server.kill();
    server = await startProcess({ port, folder, config });
  }
  await talking;
  proxy.calm();
  for (const talker of talkers) talker.comeBack();

  const entries = await listForward(server, path, admin, 37);
  expect(ledger.brokenIn(entries)).toEqual([]);
  expect(entries).toEqual(withThreads(entries));
  const history = await readHistory(server, 'rooms.messages', asUser('person-0'));
  expect(replay(history)).toEqual(entries);
  for (const { user, watcher } of talkers)
    await expect.poll(() => differences(watcher.entries(), entries).slice(0, 3), { message: user }).toEqual([]);
  const inboxes = await recountInboxes({ server, place, history, entries, users: people.map(asUser), random });
  for (const { user, inbox, expected } of inboxes) expect(inbox, user).toEqual(expected);
  for (const [index, { user, watcher }] of talkers.entries())
    if (watcher.inbox !== undefined)
      await expect.poll(() => watcher.inbox?.(), { message: user }).toMatchObject(inboxes[index]?.inbox ?? {});

  expect(await server.terminate()).toMatchObject({ code: 0 });
  expect(await verifyFolder(folder, config)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/: no problems\n$/) as string,
  });
});
