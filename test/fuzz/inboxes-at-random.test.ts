import { expect, it } from 'vitest';
import { segmentSize, type InboxAnswer, type LogEntry } from '@concord/protocol';
import { handClock, type HandClock } from '../kit/hand-clock.ts';
import config from '../kit/inbox.config.ts';
import { toldInbox } from '../kit/inbox.ts';
import { logClient } from '../kit/logs.ts';
import { seededRandom } from '../kit/random.ts';
import { openRealtime, type RealtimeClient } from '../kit/realtime-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';
import { expectedOf, InboxModel, namedIn, type LogPlace } from './inbox-model.ts';

const steps = 150;
const windowMs = 500;
const admin: TestUser = { user: 'olga', roles: ['member', 'admin'] };
const users = ['ann', 'ben', 'cleo', 'dora/é'];
const rooms = [
  { collection: 'rooms', record: 'r1', log: 'messages' },
  { collection: 'rooms', record: 'r2', log: 'messages' },
  { collection: 'tickets', record: 't1', log: 'comments' },
];

it('says at each step what a recount of the entries says, to who asks and to who listens', { timeout: 240_000 }, async () => {
  const random = seededRandom();
  const trail: string[] = [];
  const clock: HandClock = handClock();
  let server: TestServer = await startServer({ config, clock });
  const models = rooms.map((room) => new InboxModel(room, room.collection === 'tickets'));
  const listeners = new Map<string, RealtimeClient>();

  const listen = async (): Promise<void> => {
    for (const user of users) {
      const client = await openRealtime(server, { as: { user } });
      client.send({ action: 'inbox', id: 'inbox' });
      await client.next('inbox');
      listeners.set(user, client);
    }
  };
  const pathOf = ({ collection, record, log }: LogPlace): string => `${collection}/${record}/${log}`;
  const say = (user: string, { room }: InboxModel, what: string, body: object): Promise<unknown> =>
    server.json('PUT', `/records/${pathOf(room)}/${what}`, body, { user });
  const text = (): string => {
    const named = users.filter(() => random.below(5) === 0);
    return `Hear this ${random.below(1000)} ${named.map((user) => `<@${encodeURIComponent(user)}>`).join(' ')}`;
  };
  const ownOf = (model: InboxModel, user: string): LogEntry | undefined => {
    const own = model.entries.filter(({ author, deletedAt }) => author === user && deletedAt === undefined);
    return own.length === 0 ? undefined : random.pick(own);
  };
  const taken = async (model: InboxModel): Promise<void> => {
    model.entries = await logClient(server, pathOf(model.room), admin).all();
  };

  const post = async (model: InboxModel, user: string, isReply: boolean): Promise<void> => {
    const live = model.entries.filter(({ deletedAt }) => deletedAt === undefined);
    const replyTo = isReply && live.length > 0 ? { replyTo: random.pick(live.slice(-20)).id } : {};
    const entry = await logClient(server, pathOf(model.room), { user }).post({ text: text(), ...replyTo });
    await taken(model);
    model.posted(entry);
    model.mentioned(entry, namedIn(entry));
  };

  const actions: Record<string, (model: InboxModel, user: string) => Promise<void>> = {
    post: (model, user) => post(model, user, false),
    reply: (model, user) => post(model, user, true),
    async edit(model, user) {
      const before = ownOf(model, user);
      if (before === undefined) return;
      const after = await logClient(server, pathOf(model.room), { user }).edit(before.id, text());
      await taken(model);
      model.mentioned(
        after,
        namedIn(after).filter((name) => !namedIn(before).includes(name)),
      );
    },
    async delete(model, user) {
      const before = ownOf(model, user);
      if (before === undefined) return;
      await logClient(server, pathOf(model.room), { user }).remove(before.id);
      await taken(model);
    },
    async read(model, user) {
      const seq = Math.max(0, model.head - random.below(random.below(4) === 0 ? model.head + 1 : 4));
      await say(user, model, 'read', { seq });
      const follower = model.followers.get(user);
      if (follower !== undefined) follower.cursor = seq;
    },
    async readThread(model, user) {
      const [root] = [...(model.followers.get(user)?.threads.keys() ?? [])].slice(-1 - random.below(3));
      const thread = root ?? 1 + random.below(model.head);
      const seq = Math.max(0, model.head - random.below(6));
      await say(user, model, 'read', { seq, thread });
      const known = model.followers.get(user)?.threads.get(thread);
      if (known !== undefined) known.cursor = seq;
    },
    async follow(model, user) {
      const level = random.pick(['all', 'all', 'mentions', 'none'] as const);
      await say(user, model, 'follow', { level });
      model.follow(user, model.head).level = level;
    },
  };
  const come = async (model: InboxModel, user: string): Promise<void> => {
    const { collection, record } = model.room;
    const isThere = model.members.has(user);
    const path = `/records/${collection}/${record}/members/${encodeURIComponent(user)}`;
    await server.json(isThere ? 'DELETE' : 'PUT', path, isThere ? undefined : { role: 'member' }, admin);
    if (isThere) {
      model.members.delete(user);
      model.followers.delete(user);
    } else {
      model.members.add(user);
      model.follow(user, model.head);
    }
    await taken(model);
  };

  for (const record of ['r1', 'r2']) await server.json('POST', '/records/rooms', { id: record, title: record }, admin);
  await server.json('POST', '/records/tickets', { id: 't1' }, admin);
  const [first] = models as [InboxModel];
  for (const model of models.slice(0, 2)) for (const user of users.slice(0, 3)) await come(model, user);
  // The others have much to read, over the end of a segment.
  for (let left = segmentSize - 20; left > 0; left--)
    await logClient(server, pathOf(first.room), { user: 'ann' }).post(`Long ago, ${left}`);
  await taken(first);
  for (const entry of first.entries) first.posted(entry);
  await listen();

  const check = async (): Promise<void> => {
    for (const user of users) {
      const answer = await server.json<InboxAnswer>('GET', '/inbox', undefined, { user });
      const context = `seed ${random.seed}, ${user}, after ${trail.slice(-8).join(', ')}`;
      expect(answer, context).toEqual(expectedOf(models, user));
      clock.advance(windowMs);
      await until(`${user} to be told the same: ${context}`, () => {
        const told = JSON.stringify(toldInbox(listeners.get(user) as RealtimeClient));
        return told === JSON.stringify(answer);
      });
    }
  };

  await check();
  for (let step = 0; step < steps; step++) {
    const model = random.pick(models);
    const user = random.pick(users);
    if (random.below(30) === 0) {
      trail.push('restart');
      await server.stop();
      server = await startServer({ config, clock, folder: server.folder });
      await listen();
    } else if (random.below(10) === 0 && model.room.collection === 'rooms') {
      trail.push(`${user} comes to or leaves ${model.room.record}`);
      await come(model, user);
    } else if (model.mayRead(user)) {
      const [name, act] = random.pick(Object.entries(actions));
      trail.push(`${user}: ${name} in ${model.room.record}`);
      await act(model, user);
    }
    await check();
  }
});
