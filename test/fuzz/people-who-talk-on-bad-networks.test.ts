import { join } from 'node:path';
import type { Client, LiveLog, ShownEntry } from '@concord/client';
import { segmentSize, type LogEntry, type LogPage } from '@concord/protocol';
import { expect, it, onTestFailed, onTestFinished } from 'vitest';
import { clientOf } from '../kit/clients.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import type config from '../kit/logs.config.ts';
import { seededRandom, type Random } from '../kit/random.ts';
import { startRoughProxy } from '../kit/rough-proxy.ts';
import { startProcess, type ServerProcess } from '../kit/server-process.ts';
import { until } from '../kit/until.ts';

type Config = typeof config;

/** Somebody who talks, and what has been said to them of it. */
interface Talker {
  readonly user: string;
  readonly client: Client<Config>;
  readonly log: LiveLog;
  /** Ids, in the order in which they were sent. */
  readonly sent: string[];
  /** Those of which it was said that the server has them. */
  readonly promised: Set<string>;
}

const rounds = 150;
const comments = '/records/tickets/1/comments';
const configFile = join(import.meta.dirname, '../kit/logs.config.ts');

/** What may never show, whatever happens: an entry twice, a gap, one that is on its way in front of one that is there. */
function watch({ log, user }: Talker): void {
  log.subscribe(() => {
    const { entries } = log.get();
    const ids = entries.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) throw new Error(`${user} sees an entry twice: ${ids.join()}`);
    const seqs = entries.flatMap(({ seq, delivery }) => (seq === undefined || delivery !== 'sent' ? [] : [seq]));
    if (seqs.some((seq, at) => at > 0 && seq <= (seqs[at - 1] as number)))
      throw new Error(`${user} sees another order: ${seqs.join()}`);
  });
}

function talk(talker: Talker, random: Random): void {
  const { log, sent, promised, user } = talker;
  const mine = log.get().entries.filter(({ isMine, deletedAt }) => isMine && deletedAt === undefined);
  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);
  const acts: readonly (() => void)[] = [
    ...Array.from({ length: 5 }, () => () => {
      const { id, done } = log.send({ text: `${user} ${sent.length} ${random.below(1e6)}` });
      sent.push(id);
      done.then(
        () => promised.add(id),
        () => undefined,
      );
    }),
    () => mine.length > 0 && quietly(log.edit(random.pick(mine).id, `${user} has thought better of it`)),
    () => mine.length > 0 && quietly(log.remove(random.pick(mine).id)),
    () => log.get().entries.length > 0 && quietly(log.react(random.pick(log.get().entries).id, '👍')),
    () => quietly(log.read(log.get().head)),
  ];
  random.pick(acts)();
}

async function allEntries(server: ServerProcess): Promise<readonly LogEntry[]> {
  const { items, hasBefore } = await server.json<LogPage>('GET', `${comments}?limit=200`);
  if (!hasBefore) return items;
  const older = await server.json<LogPage>('GET', `${comments}?limit=200&before=${(items[0] as LogEntry).seq}`);
  expect(older.hasBefore).toBe(false);
  return [...older.items, ...items];
}

/** What both ends say of an entry. */
const told = ({ id, seq, author, text, deletedAt, editedAt, reactions = {} }: LogEntry | ShownEntry): string =>
  JSON.stringify([id, seq, author, text, deletedAt, editedAt, reactions]);

it('shows everybody the same entries in the same order, each that was sent once, whatever was cut, killed or left', async () => {
  const random = seededRandom();
  let at = '';
  onTestFailed(() => console.log(`CONCORD_SEED=${random.seed}`, at));
  const port = await lastingPort();
  let server: ServerProcess = await startProcess({ port, config: configFile });
  await server.json('POST', '/records/tickets', { id: '1', title: 'The lamp flickers' });
  // So many that what is said goes over into the next segment.
  const before = Array.from({ length: segmentSize - 10 }, (_, n) => ({ id: `before-${n}`, text: 'Said before' }));
  await Promise.all(before.map((entry) => server.json('POST', comments, entry)));
  const chance = { below: random.below, chance: (probability: number) => random.below(1000) < probability * 1000 };
  const proxy = await startRoughProxy({ to: port, random: chance, roughness: 0.4 });
  onTestFinished(() => proxy.close());
  const url = `http://127.0.0.1:${proxy.port}`;

  async function arrive(user: string): Promise<Talker> {
    const client = await clientOf<Config>({ url }, { user });
    const talker: Talker = { user, client, log: client.log('tickets', '1', 'comments'), sent: [], promised: new Set() };
    watch(talker);
    await talker.log.ready;
    return talker;
  }

  const talkers: Talker[] = await Promise.all(['ann', 'ben', 'cleo', 'ann'].map(arrive));
  const gone: Talker[] = [];
  for (let round = 0; round < rounds; round++) {
    const place = random.below(talkers.length);
    const talker = talkers[place] as Talker;
    talk(talker, random);
    at = `${round} ${JSON.stringify(talkers.map(({ client, log }) => [client.status.get(), log.get().phase, log.get().head]))}`;
    const fate = random.below(100);
    if (fate < 4) proxy.cut(0.5);
    else if (fate < 6) {
      await server.kill();
      server = await startProcess({ port, folder: server.folder, config: configFile });
    } else if (fate < 7) {
      // The page is closed without a word; what was not promised may be lost with it.
      gone.push(talker);
      void talker.client.close();
      talkers[place] = await arrive(talker.user);
    } else if (fate < 20) await until('it to have been sent', () => talker.promised.size === talker.sent.length);
    else await new Promise(setImmediate);
  }

  proxy.calm();
  for (const { client } of talkers) client.reconnect();
  // An edit may meet an entry that has been deleted meanwhile.
  const isDone = ({ client }: Talker): boolean => client.commands.pending.get().every(({ state }) => state === 'failed');
  await until('all to be carried out', () => talkers.every(isDone));
  for (const { client } of talkers) for (const { id } of client.commands.pending.get()) await client.commands.discard(id);
  // Who has come late sees the newest segment alone, or a page of it.
  await Promise.all(
    talkers.map(async ({ log }) => {
      while (log.get().hasOlder) await log.older();
    }),
  );
  const entries = await until('everybody to see what the server has', async () => {
    const all = await allEntries(server);
    const lists = talkers.map(({ log }) => log.get().entries.map(told).join('\n'));
    at = JSON.stringify([
      all.length,
      talkers.map(({ log }) => [log.get().phase, log.get().entries.map(({ seq }) => seq)[0], log.get().entries.length]),
    ]);
    return lists.every((list) => list === all.map(told).join('\n')) ? all : undefined;
  });

  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_entry, index) => index + 1));
  const seqOf = new Map(entries.map(({ id, seq }) => [id, seq]));
  expect(seqOf.size).toBe(entries.length);
  for (const { sent } of talkers) {
    const seqs = sent.map((id) => seqOf.get(id));
    expect(seqs).not.toContain(undefined);
    expect(seqs).toEqual(seqs.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
  }
  for (const { promised } of gone) for (const id of promised) expect(seqOf.has(id)).toBe(true);
  expect(talkers.reduce((sum, { promised }) => sum + promised.size, 0)).toBeGreaterThan(20);
});
