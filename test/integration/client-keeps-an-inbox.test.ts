import { expect, it } from 'vitest';
import type { Client, InboxState } from '@concord/client';
import { becomes, BlockedWebSocket, clientOf } from '../kit/clients.ts';
import { lastingPort } from '../kit/lasting-port.ts';
import logs from '../kit/logs.config.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

type Config = typeof logs;

const bob: TestUser = { user: 'bob' };
const comments = '/records/tickets/1/comments';

/** A ticket whose comments Alice follows, with two by Bob of which one is for her. */
async function withNews(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: logs, ...options });
  await server.json('POST', '/records/tickets', { id: '1', title: 'The lamp flickers' });
  await server.json('PUT', `${comments}/follow`, { level: 'all' });
  await server.json('POST', comments, { text: 'It does' }, bob);
  await server.json('POST', comments, { text: 'Does it, <@alice>?' }, bob);
  return server;
}

const counts = ({ items }: InboxState): unknown =>
  items.map(({ record, unread, mentions, readSeq }) => [record, unread, mentions, readSeq]);
const is = (expected: unknown) => (state: InboxState) =>
  state.phase === 'live' && JSON.stringify(counts(state)) === JSON.stringify(expected);

function watched(client: Client<Config>): Client<Config>['inbox'] {
  client.inbox.subscribe(() => undefined);
  return client.inbox;
}

it('says what is new on every device, and that it has been read', async () => {
  const server = await withNews();
  const client = await clientOf<Config>(server);
  expect(client.inbox.get()).toMatchObject({ phase: 'loading', items: [] });
  const inbox = watched(client);
  const phone = watched(await clientOf<Config>(server));
  await becomes('what is new', inbox, is([['1', 2, 1, 0]]));
  expect(inbox.get()).toMatchObject({ unread: 2, mentions: 1 });
  expect(inbox.get().notifications).toMatchObject([{ kind: 'mention', record: '1', author: 'bob', isRead: false }]);
  expect(inbox.item('tickets', '1', 'comments')?.head).toBe(2);
  const log = client.log('tickets', '1', 'comments');
  await becomes('the log', log, ({ phase }) => phase === 'live');
  const read = log.read(2);
  await becomes('it to be read here', inbox, is([['1', 0, 0, 2]]));
  await read;
  await becomes('it to be read there', phone, is([['1', 0, 0, 2]]));
  await log.read(0);
  await becomes('it to be unread again', phone, is([['1', 2, 1, 0]]));
  await inbox.follow('tickets', '1', 'comments', 'mentions');
  await becomes('it to be muted', phone, ({ items, unread }) => items[0]?.isMuted === true && unread === 0);
});

it('is told of what comes, by whichever way gets through', async () => {
  const server = await withNews();
  const blocked = { WebSocket: BlockedWebSocket as unknown as typeof WebSocket };
  const ways = [{}, blocked, { ...blocked, transports: ['poll' as const] }];
  const inboxes = await Promise.all(ways.map(async (way) => watched(await clientOf<Config>(server, undefined, way))));
  for (const inbox of inboxes) await becomes('what is new', inbox, is([['1', 2, 1, 0]]));
  await server.json('POST', comments, { text: 'One more' }, bob);
  for (const inbox of inboxes) await becomes('one more', inbox, is([['1', 3, 1, 0]]));
});

it('shows what it last knew while the server is away, and what has been read meanwhile is told later', async () => {
  const port = await lastingPort();
  const server = await withNews({ port });
  const client = await clientOf<Config>(server);
  const inbox = watched(client);
  const log = client.log('tickets', '1', 'comments');
  await becomes('what is new', inbox, is([['1', 2, 1, 0]]));
  await becomes('the log', log, ({ phase }) => phase === 'live');
  await server.stop();
  await becomes('it to be offline', inbox, ({ phase }) => phase === 'offline');
  await becomes('the log to be offline', log, ({ phase }) => phase === 'offline');
  await log.read(1);
  await log.read(2);
  expect(counts(inbox.get())).toEqual([['1', 0, 0, 2]]);
  expect(client.commands.pending.get()).toEqual([]);
  const again = await startServer({ config: logs, folder: server.folder, port });
  await becomes('it to be told', inbox, is([['1', 0, 0, 2]]));
  expect(await again.json('GET', '/inbox')).toMatchObject({ items: [{ readSeq: 2 }] });
});
