import { expect, it } from 'vitest';
import type { Client, LiveLog, LogState, ShownEntry } from '@concord/client';
import { segmentSize, type LogEntry, type LogPage } from '@concord/protocol';
import { becomes, BlockedWebSocket, clientOf } from '../kit/clients.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import logs from '../kit/logs.config.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

type Config = typeof logs;

const bob: TestUser = { user: 'bob' };
const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const comments = '/records/tickets/1/comments';

async function withTicket(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: { ...logs, limits: { maxEntriesPerMinute: 100_000 } }, ...options });
  await server.json('POST', '/records/tickets', { id: '1', title: 'The lamp flickers' });
  return server;
}

/** Entries number `from` up to `to`, by Bob, sent by request; many at once where there are many. */
async function post(server: TestServer, from: number, to: number): Promise<void> {
  const one = (seq: number): Promise<unknown> => server.json('POST', comments, { id: `e${seq}`, text: `Entry ${seq}` }, bob);
  if (to - from < 10) for (const seq of numbers(from, to)) await one(seq);
  else for (let at = from; at <= to; at += 100) await Promise.all(numbers(at, Math.min(at + 99, to)).map(one));
}

async function logOf(server: TestServer, as?: TestUser): Promise<{ readonly client: Client<Config>; readonly log: LiveLog }> {
  const client = await clientOf<Config>(server, as);
  return { client, log: client.log('tickets', '1', 'comments') };
}

const texts = ({ entries }: LogState): readonly string[] => entries.map(({ text }) => text);
const seqs = ({ entries }: LogState): readonly (number | undefined)[] => entries.map(({ seq }) => seq);
const isLive = ({ phase }: LogState): boolean => phase === 'live';
const numbers = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const last = ({ entries }: LogState): ShownEntry | undefined => entries.at(-1);

it('shows what was said, shows at once what one says, and shows it to others', async () => {
  const server = await withTicket();
  await post(server, 1, 3);
  const [{ log }, his] = await Promise.all([logOf(server), logOf(server, bob)]);
  expect(log.get()).toMatchObject({ phase: 'loading', entries: [] });
  await log.ready;
  expect(texts(log.get())).toEqual(['Entry 1', 'Entry 2', 'Entry 3']);
  expect(log.get()).toMatchObject({ head: 3, hasOlder: false, hasNewer: false });
  expect(log.schema?.maxLength).toBe(100);
  const { id, done } = log.send({ text: 'Mine, for <@bob>' });
  expect(last(log.get())).toMatchObject({ id, text: 'Mine, for <@bob>', delivery: 'sending', isMine: true, seq: undefined });
  await done;
  await becomes('it to be sent', log, (state) => last(state)?.delivery === 'sent');
  expect(seqs(log.get())).toEqual([1, 2, 3, 4]);
  expect(last(log.get())).toMatchObject({ id, seq: 4, isMine: true, mentions: [{ user: 'bob' }] });
  const seen = await becomes('the other one to see it', his.log, (state) => state.head === 4);
  expect(last(seen)).toMatchObject({ id, isMine: false, delivery: 'sent' });
});

it('shows of each entry one, whatever brings it first, and the same object until it changes', async () => {
  const server = await withTicket();
  await post(server, 1, 2);
  const { log } = await logOf(server);
  await becomes('it to be live', log, isLive);
  const shown: (readonly string[])[] = [];
  log.subscribe(() => shown.push(log.get().entries.map(({ id }) => id)));
  const [first] = log.get().entries;
  const sent = ['a', 'b', 'c'].map((text) => log.send({ text }));
  await Promise.all(sent.map(({ done }) => done));
  await becomes('all to be sent', log, ({ entries }) => entries.every(({ delivery }) => delivery === 'sent'));
  expect(texts(log.get())).toEqual(['Entry 1', 'Entry 2', 'a', 'b', 'c']);
  for (const ids of shown) expect(new Set(ids).size).toBe(ids.length);
  expect(shown.every((ids, at) => at === 0 || ids.length >= (shown[at - 1] as readonly string[]).length)).toBe(true);
  expect(log.get().entries[0]).toBe(first);
});

it('refuses at once what the log does not allow', async () => {
  const server = await withTicket();
  const { log } = await logOf(server);
  await log.ready;
  expect(() => log.send({ text: ' ' })).toThrow(expect.objectContaining({ code: 'invalid_record', field: 'text' }));
  expect(() => log.send({ text: 'x'.repeat(101) })).toThrow(expect.objectContaining({ code: 'invalid_record' }));
  expect(log.get().entries).toEqual([]);
});

it('takes in older ones, a segment at a time, and lets go of those that are far away', async () => {
  const server = await withTicket();
  await post(server, 1, 5 * segmentSize + 10);
  const { client, log } = await logOf(server);
  await log.ready;
  const live = await becomes('it to be live', log, (state) => isLive(state) && state.entries.length >= segmentSize);
  expect(seqs(live)).toEqual(numbers(4 * segmentSize + 1, 5 * segmentSize + 10));
  for (const first of [3, 2]) {
    await log.older();
    expect(seqs(log.get())).toEqual(numbers(first * segmentSize + 1, 5 * segmentSize + 10));
  }
  await log.older();
  expect(log.get()).toMatchObject({ hasOlder: true, hasNewer: true });
  expect(seqs(log.get())).toEqual(numbers(segmentSize + 1, 4 * segmentSize));
  await log.older();
  expect(log.get()).toMatchObject({ hasOlder: false, hasNewer: true, head: 5 * segmentSize + 10 });
  expect(seqs(log.get())).toEqual(numbers(1, 3 * segmentSize));
  // What is said meanwhile is told by its number.
  await post(server, 5 * segmentSize + 11, 5 * segmentSize + 11);
  await becomes('the head to move', log, ({ head }) => head === 5 * segmentSize + 11);
  await log.newer();
  expect(seqs(log.get())).toEqual(numbers(segmentSize + 1, 4 * segmentSize));
  await log.jump('newest');
  await becomes('it to be at the end', log, (state) => !state.hasNewer && last(state)?.seq === 5 * segmentSize + 11);
  expect(client.status.get().phase).toBe('live');
});

it('jumps to an entry, and from there to both sides', async () => {
  const server = await withTicket();
  await post(server, 1, 3 * segmentSize);
  const { log } = await logOf(server);
  await log.jump(segmentSize + 5);
  const around = await becomes('all around it', log, ({ entries }) => entries.length === 2 * segmentSize);
  expect(seqs(around)).toEqual(numbers(1, 2 * segmentSize));
  expect(around).toMatchObject({ hasOlder: false, hasNewer: true });
  await log.newer();
  await becomes('the rest', log, (state) => !state.hasNewer);
  expect(seqs(log.get())).toEqual(numbers(1, 3 * segmentSize));
  await expect(log.jump(9999)).rejects.toMatchObject({ code: 'not_found' });
});

it('goes over from one segment to the next while people talk', async () => {
  const server = await withTicket();
  await post(server, 1, segmentSize - 2);
  const { log } = await logOf(server);
  const his = (await logOf(server, bob)).log;
  await Promise.all([becomes('it to be live', log, isLive), becomes('his to be live', his, isLive)]);
  const sent = numbers(1, 6).map((at) => (at % 2 === 0 ? log : his).send({ text: `Across ${at}` }));
  await Promise.all(sent.map(({ done }) => done));
  for (const one of [log, his]) {
    await becomes('all to be there', one, (state) => state.head === segmentSize + 4 && state.entries.length === segmentSize + 4);
    expect(seqs(one.get())).toEqual(numbers(1, segmentSize + 4));
    expect(one.get().entries.every(({ delivery }) => delivery === 'sent')).toBe(true);
  }
});

it('edits, deletes, pins and reacts', async () => {
  const server = await withTicket();
  await server.json('POST', comments, { id: 'mine', text: 'Frist' });
  await post(server, 2, 2);
  const { log } = await logOf(server, { user: 'alice', roles: ['member', 'lead'] });
  const his = (await logOf(server, bob)).log;
  await Promise.all([becomes('it to be live', log, isLive), becomes('his to be live', his, isLive)]);
  const bystander = his.get().entries[1];
  await log.edit('mine', 'First');
  await becomes('the edit', his, ({ entries }) => entries[0]?.text === 'First' && entries[0].editedAt !== undefined);
  expect(his.get().entries[1]).toBe(bystander);
  await log.react('e2', '👍');
  await becomes('the reaction', his, ({ entries }) => entries[1]?.reactions?.['👍']?.join() === 'alice');
  await his.react('e2', '👍');
  await becomes('both', log, ({ entries }) => entries[1]?.reactions?.['👍']?.length === 2);
  await log.react('e2', '👍');
  await becomes('it to be taken back', his, ({ entries }) => entries[1]?.reactions?.['👍']?.join() === 'bob');
  await log.pin('e2', true);
  await becomes('the pin', his, ({ pins }) => pins.map(({ id }) => id).join() === 'e2');
  await log.pin('e2', false);
  await becomes('no pin', his, ({ pins }) => pins.length === 0);
  await log.remove('mine');
  await becomes('the tombstone', his, ({ entries }) => entries[0]?.deletedAt !== undefined && entries[0].text === '');
  await expect(his.edit('mine', 'Back')).rejects.toMatchObject({ code: 'entry_deleted' });
});

it('shows a thread, with what is on its way into it', async () => {
  const server = await withTicket();
  await post(server, 1, 2);
  const { log } = await logOf(server);
  await becomes('it to be live', log, isLive);
  const thread = log.thread(1);
  await becomes('its root', thread, ({ phase, entries }) => phase === 'live' && entries.length === 1);
  const { done } = log.send({ text: 'A reply', replyTo: 'e1' });
  expect(thread.get().entries.map(({ text, delivery }) => [text, delivery])).toEqual([
    ['Entry 1', 'sent'],
    ['A reply', 'sending'],
  ]);
  await done;
  await server.json('POST', comments, { text: 'Another', replyTo: 'e1' }, bob);
  await becomes('both', thread, ({ entries }) => entries.map(({ text }) => text).join() === 'Entry 1,A reply,Another');
  await becomes('the count', log, ({ entries }) => entries[0]?.thread?.count === 2);
  thread.close();
});

it('sends without a network later, once, and in order', async () => {
  const port = await lastingPort();
  const server = await withTicket({ port });
  const { log } = await logOf(server);
  await becomes('it to be live', log, isLive);
  await server.stop();
  await becomes('it to be offline', log, ({ phase }) => phase === 'offline');
  const sent = ['one', 'two', 'three'].map((text) => log.send({ text }));
  expect(log.get().entries.map(({ delivery }) => delivery)).toEqual(['sending', 'sending', 'sending']);
  const again = await startServer({ config: logs, folder: server.folder, port });
  await Promise.all(sent.map(({ done }) => done));
  await becomes('all to be sent', log, ({ entries }) => entries.every(({ delivery }) => delivery === 'sent'));
  expect(texts(log.get())).toEqual(['one', 'two', 'three']);
  const { items } = await again.json<LogPage>('GET', comments);
  expect(items.map(({ text }: LogEntry) => text)).toEqual(['one', 'two', 'three']);
});

it('keeps what is refused, and holds back nothing for it', async () => {
  const server = await startServer({ config: logs });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop', members: ['alice', 'bob'] }, lead);
  const client = await clientOf<Config>(server, { user: 'alice' });
  const log = client.log('rooms', 'r', 'messages');
  await becomes('it to be live', log, isLive);
  // An id that somebody else has taken: by the entry that it repeats the server tells that it is another.
  await server.json('POST', '/records/rooms/r/messages', { text: 'Hello' }, bob);
  const refused = log.send({ text: 'To nothing', replyTo: 'nothing' });
  const taken = log.send({ text: 'To all' });
  await expect(refused.done).rejects.toMatchObject({ code: expect.any(String) as string });
  await taken.done;
  const state = await becomes('both', log, ({ entries }) => entries.length === 3 && entries[2]?.delivery === 'failed');
  expect(texts(state)).toEqual(['Hello', 'To all', 'To nothing']);
  expect(state.entries[2]?.error?.code).toBeDefined();
  await log.discard(refused.id);
  await becomes('it to be gone', log, ({ entries }) => entries.length === 2);
});

it('keeps a reply that was sent in vain, and whose thread is gone when it can be sent', async () => {
  const port = await lastingPort();
  const server = await withTicket({ port });
  await post(server, 1, 1);
  let attempts = 0;
  const counting: typeof fetch = (input, init) => {
    if (init?.method === 'POST' && String(input).endsWith('/comments')) attempts++;
    return fetch(input, init);
  };
  const client = await clientOf<Config>(server, undefined, { fetch: counting });
  const log = client.log('tickets', '1', 'comments');
  await becomes('it to be live', log, isLive);
  await server.json('DELETE', `${comments}/e1`, undefined, bob);
  await server.stop();
  const reply = log.send({ text: 'To what is gone', replyTo: 'e1' });
  await until('it to be sent in vain', () => attempts > 0);
  const again = await startServer({ config: logs, folder: server.folder, port });
  await expect(reply.done).rejects.toMatchObject({ code: 'entry_deleted' });
  const { entries } = await becomes('it to be shown', log, (state) => last(state)?.delivery === 'failed');
  expect(entries.at(-1)).toMatchObject({ id: reply.id, text: 'To what is gone', error: { code: 'entry_deleted' } });
  expect((await again.json<LogPage>('GET', comments)).head).toBe(1);
});

it('waits as long as slow mode asks for, and goes on meanwhile with what is for other places', async () => {
  const server = await startServer({ config: logs });
  const room = { title: 'Shop', members: ['alice', 'bob'], slow: 4 };
  await server.json('POST', '/records/rooms', { id: 'r', ...room }, lead);
  await server.json('POST', '/records/tickets', { id: '1', title: 'The lamp flickers' });
  let posts = 0;
  const counted: typeof fetch = (input, init) => {
    if (init?.method === 'POST') posts++;
    return fetch(input, init);
  };
  const client = await clientOf<Config>(server, undefined, { fetch: counted });
  const log = client.log('rooms', 'r', 'messages');
  await becomes('it to be live', log, isLive);
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const one = log.send({ text: 'one' }).done.then(note('one'));
  const two = log.send({ text: 'two' }).done.then(note('two'));
  const elsewhere = client.commands.update('tickets', '1', { title: 'It does' }).done.then(note('elsewhere'));
  await Promise.all([one, two, elsewhere]);
  expect(done).toEqual(['one', 'elsewhere', 'two']);
  expect(posts, 'one, two, and two once more').toBe(3);
  await becomes('both to be there', log, (state) => seqs(state).join() === '1,2');
});

it('says what one may do in it, as its record is now', async () => {
  const server = await startServer({ config: logs });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop', members: ['alice'] }, lead);
  const [hers, theirs] = await Promise.all([clientOf<Config>(server), clientOf<Config>(server, lead)]);
  const [log, led] = [hers.log('rooms', 'r', 'messages'), theirs.log('rooms', 'r', 'messages')];
  await becomes('it to be known', log, (state) => isLive(state) && state.mayWrite && !state.mayModerate);
  await becomes('it to be known that one leads, and does not write', led, (state) => !state.mayWrite && state.mayModerate);
  await server.json('PATCH', '/records/rooms/r', { members: ['alice', 'lea'] }, lead);
  await becomes('the lead to write', led, ({ mayWrite }) => mayWrite);
  await led.send({ text: 'Hello' }).done;
  await server.json('PATCH', '/records/rooms/r', { members: ['alice'] }, lead);
  await becomes('the lead not to write', led, ({ mayWrite, mayModerate }) => !mayWrite && mayModerate);
  expect(log.get()).toMatchObject({ mayWrite: true, mayModerate: false });
});

it('knows what is pinned far back, by whoever and whenever it is', async () => {
  const server = await withTicket();
  await post(server, 1, 3 * segmentSize);
  const [{ log }, { log: led }] = await Promise.all([logOf(server), logOf(server, lead)]);
  await Promise.all([becomes('it to be live', log, isLive), becomes('hers to be live', led, isLive)]);
  await led.pin('e1', true);
  await becomes('it to be pinned', log, ({ pins }) => pins.length === 1 && pins[0]?.id === 'e1');
  await led.pin('e1', false);
  await becomes('it to be taken down', log, ({ pins }) => pins.length === 0);
});

it('is over for who may not read it any more', async () => {
  const server = await startServer({ config: logs });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop', members: ['alice', 'bob'] }, lead);
  await server.json('POST', '/records/rooms/r/messages', { text: 'Hello' }, bob);
  const client = await clientOf<Config>(server, { user: 'alice' });
  const log = client.log('rooms', 'r', 'messages');
  await becomes('it to be live', log, (state) => isLive(state) && state.entries.length === 1);
  await server.json('PATCH', '/records/rooms/r', { members: ['bob'] }, lead);
  const state = await becomes('it to be over', log, ({ phase }) => phase === 'gone' || phase === 'denied');
  expect(state.entries).toEqual([]);
  const stranger = client.log('rooms', 'none', 'messages');
  await expect(stranger.ready).rejects.toMatchObject({ code: 'not_found' });
});

it('goes by requests where WebSockets are blocked', async () => {
  const server = await withTicket();
  await post(server, 1, 2);
  const options = { WebSocket: BlockedWebSocket as unknown as typeof WebSocket };
  const client = await clientOf<Config>(server, undefined, options);
  const log = client.log('tickets', '1', 'comments');
  await log.ready;
  await until('documents to go by requests', () => client.status.get().transport === 'http');
  await post(server, 3, 3);
  await becomes('it to be told', log, ({ head, entries }) => head === 3 && entries.length === 3);
  await log.send({ text: 'By request' }).done;
  await becomes('it to be sent', log, (state) => last(state)?.seq === 4);
});

it('takes in older ones by requests where no document can be had', async () => {
  const server = await withTicket();
  await post(server, 1, 160);
  const withoutSync: typeof fetch = (input, init) =>
    String(input).includes('/api/v1/sync/') ? Promise.reject(new TypeError('blocked')) : fetch(input, init);
  const options = { WebSocket: BlockedWebSocket as unknown as typeof WebSocket, fetch: withoutSync };
  const client = await clientOf<Config>(server, undefined, options);
  const log = client.log('tickets', '1', 'comments');
  await log.ready;
  expect(seqs(log.get())).toEqual(numbers(111, 160));
  for (const first of [61, 11, 1]) {
    await log.older();
    expect(seqs(log.get())).toEqual(numbers(first, 160));
  }
  expect(log.get().hasOlder).toBe(false);
});

it('tells who is typing, and where', async () => {
  const server = await withTicket();
  const { log } = await logOf(server);
  const his = (await logOf(server, bob)).log;
  await Promise.all([log.ready, his.ready]);
  const stop = log.typing.subscribe(() => undefined);
  his.type();
  await becomes('him to type', log.typing, (typists) => typists.map(({ id }) => id).join() === 'bob');
  his.type(7);
  await becomes('him to type in a thread', log.typing, (typists) => typists[0]?.thread === 7);
  his.close();
  await becomes('nobody to type', log.typing, (typists) => typists.length === 0);
  stop();
});
