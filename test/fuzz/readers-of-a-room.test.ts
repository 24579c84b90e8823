import { segmentSize, type LogEntry } from '@concord/protocol';
import { expect, it, onTestFailed } from 'vitest';
import config from '../kit/inbox.config.ts';
import { logClient } from '../kit/logs.ts';
import { seededRandom } from '../kit/random.ts';
import { startServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { askerOf } from './rooms/ask.ts';
import { watchClient } from './rooms/client-watcher.ts';
import { createLedger } from './rooms/ledger.ts';
import { differences, listBackward, listForward, readHistory, replay } from './rooms/listing.ts';
import { Talker } from './rooms/talker.ts';
import { watchFeed, watchSegments, type WatchedLog, type Watcher } from './rooms/watchers.ts';

const people = ['ann', 'ben', 'cleo', 'dora'];
const admin: TestUser = { user: 'olga', roles: ['member', 'admin'] };
const place = { collection: 'rooms', record: 'r', log: 'messages' };
const path = '/records/rooms/r/messages';
const rounds = 6;
const actsEach = 12;

it('[L2] [L3] [F2] shows the same to who was there, who was away, who comes late, and who asks', async () => {
  const random = seededRandom();
  onTestFailed(() => console.log(`CONCORD_SEED=${random.seed}`));
  const server = await startServer({ config });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Proofs' }, admin);
  for (const user of people) await server.json('PUT', `/records/rooms/r/members/${user}`, {}, admin);
  const early = Array.from({ length: segmentSize - 30 }, (_, n) => ({ id: `early-${n}`, text: `Said before, ${n}` }));
  await Promise.all(early.map((entry) => logClient(server, 'rooms/r/messages', { user: 'ann' }).post(entry)));

  const ledger = createLedger();
  const watched: WatchedLog = { url: server.url, ...place, onShown: ledger.shown };
  const arrive = async (): Promise<readonly (readonly [string, Watcher])[]> => [
    ['documents', await watchSegments(watched, { user: 'ben' })],
    ['client', await watchClient(watched, { user: 'dora' })],
    ['feed', watchFeed(watched, { user: 'cleo' }, random.pick(['websocket', 'sse', 'longpoll', 'poll']))],
  ];
  const steady = await arrive();
  const away = await arrive();
  const eyes = await watchSegments(watched, { user: 'ann' });
  const talkers = people.map((user, index) => {
    const as: TestUser = { user, roles: index === 0 ? ['member', 'admin'] : ['member'] };
    // All look at what one of them sees, which stays there.
    const watcher: Watcher = { ...eyes, leave: () => undefined, comeBack: () => undefined };
    const own = seededRandom(random.below(2 ** 31));
    return new Talker({
      user,
      isModerator: index === 0,
      ask: askerOf(server.url, as),
      watcher,
      random: own,
      ledger,
      people,
      path,
    });
  });

  for (let round = 0; round < rounds; round++) {
    for (const [, watcher] of away) watcher.leave();
    await Promise.all(
      talkers.map(async (talker) => {
        for (let act = 0; act < actsEach; act++) await talker.act();
      }),
    );
    for (const [, watcher] of away) watcher.comeBack();
    const entries = await listForward(server, path, admin, 1 + random.below(200));
    const sees = (seen: readonly LogEntry[]): readonly string[] => differences(seen, entries).slice(0, 3);
    const late = await arrive();
    for (const [who, all] of Object.entries({ steady, away, late }))
      for (const [how, watcher] of all)
        await expect.poll(() => sees(watcher.entries()), { message: `${who}, ${how}, round ${round}` }).toEqual([]);
    expect(sees(await listBackward(server, path, admin, 1 + random.below(200)))).toEqual([]);
    expect(sees(replay(await readHistory(server, 'rooms.messages', { user: 'dora' })))).toEqual([]);
    for (const entry of [random.pick(entries), random.pick(entries)])
      expect(await logClient(server, 'rooms/r/messages', admin).get(entry.id)).toEqual(entry);
    for (const [, watcher] of late) watcher.leave();
    expect(ledger.brokenIn(entries)).toEqual([]);
  }
});
