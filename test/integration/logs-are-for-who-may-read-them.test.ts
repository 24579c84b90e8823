import { describe, expect, it } from 'vitest';
import type { SchemaDescription } from '@concord/protocol';
import { collection, defineConfig, field, policy } from '@concord/schema';
import { logClient } from '../kit/logs.ts';
import { openRaw, frames } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const admin: TestUser = { user: 'ada', roles: ['member', 'admin'] };
const ann: TestUser = { user: 'ann' };
const max: TestUser = { user: 'max' };

/** Everybody of the account sees the rooms, and those who belong to one what is said there. Who may read may write. */
const config = defineConfig({
  collections: {
    rooms: collection({
      fields: {
        title: field.string(),
        members: field.members({ manage: ['admin'] }),
        messages: field.log({
          access: {
            read: policy({ reads: ['members'], allow: ({ user, record }) => record.members[user.id] !== undefined }),
            write: ['member'],
            moderate: ['member'],
          },
        }),
        minutes: field.log({ access: { read: ['clerk'] } }),
      },
      access: { read: ['member'], delete: ['admin'] },
    }),
  },
});

/** All that can be asked of a log that has the entry `e1`. */
const requests: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['GET', ''],
  ['GET', '?query=secret'],
  ['GET', '?thread=1'],
  ['GET', '?pinned=true'],
  ['GET', '/e1'],
  ['GET', '/nothing'],
  ['POST', '', { text: 'x' }],
  ['POST', '', { id: 'e1', text: 'a secret, <@max>' }],
  ['PATCH', '/e1', { text: 'x' }],
  ['PATCH', '/e1', { pinned: true }],
  ['PATCH', '/nothing', { text: 'x' }],
  ['DELETE', '/e1'],
  ['PUT', '/e1/reactions/👍'],
  ['DELETE', '/e1/reactions/👍'],
  ['PUT', '/read', { seq: 1 }],
  ['PUT', '/read', { seq: 1000 }],
  ['PUT', '/follow', { level: 'all' }],
  ['POST', '/files?name=x.txt', 'x'],
  ['GET', '/files/0123456789abcdef0123456789abcdef'],
];

async function withRoom(): Promise<TestServer> {
  const server = await startServer({ config });
  await server.json('POST', '/records/rooms', { id: 'r1', title: 'Proofs', members: { ann: 'member' } }, admin);
  await logClient(server, 'rooms/r1/messages', ann).post({ id: 'e1', text: 'a secret, <@max>' });
  return server;
}

async function answers(server: TestServer, log: string, as: TestUser): Promise<ReadonlySet<string>> {
  const client = logClient(server, log, as);
  const found = new Set<string>();
  for (const [method, path, body] of requests) found.add(await client.refusal(method, path, body));
  return found;
}

async function seenBy(server: TestServer, as: TestUser): Promise<string> {
  const paths = ['/inbox', '/changes?since=0', '/changes?since=0&collections=rooms.messages', '/records/rooms'];
  return JSON.stringify(await Promise.all(paths.map((path) => server.json<object>('GET', path, undefined, as))));
}

describe('a log', () => {
  it('is not there for who may read its record alone, whatever they ask', async () => {
    const server = await withRoom();
    expect(await answers(server, 'rooms/r1/messages', max)).toEqual(new Set(['not_found']));
    expect(await answers(server, 'rooms/nowhere/messages', max)).toEqual(new Set(['not_found']));
    expect(await seenBy(server, max)).not.toContain('secret');
    expect(await seenBy(server, ann)).toContain('secret');
    expect(await logClient(server, 'rooms/r1/messages', ann).all()).toHaveLength(1);

    const socket = await openRaw(server);
    const name = 'acme/rooms/r1/messages.0';
    socket.send(frames.token(name, await tokenFor(max)), frames.step1(name));
    await until('an answer', () => socket.kinds(name).includes('denied'));
    expect(socket.received).toMatchObject([{ text: 'not_found' }]);
  });

  it('is not there any more for who has been sent away', async () => {
    const server = await withRoom();
    await server.json('PUT', '/records/rooms/r1/members/max', { role: 'member' }, admin);
    const late = logClient(server, 'rooms/r1/messages', max);
    await late.post('I am here');
    expect(await seenBy(server, max)).toContain('secret');
    await server.json('DELETE', '/records/rooms/r1/members/max', undefined, admin);
    expect(await answers(server, 'rooms/r1/messages', max)).toEqual(new Set(['not_found']));
    expect(await seenBy(server, max)).not.toContain('secret');
  });

  it('is described to who may read one of its kind, and what one may do there as far as that is known', async () => {
    const server = await withRoom();
    const clerk: TestUser = { user: 'cleo', roles: ['member', 'clerk'] };
    const described = async (as: TestUser): Promise<unknown> => {
      const { collections } = await server.json<SchemaDescription>('GET', '/schema', undefined, as);
      return collections[0]?.logs.map(({ name, read, write, moderate }) => [name, read, write, moderate]);
    };
    const documented = async (as: TestUser): Promise<string> =>
      JSON.stringify(await server.json<object>('GET', '/openapi.json', undefined, as));
    expect(await described(max)).toEqual([['messages', 'depends', 'depends', 'depends']]);
    expect(await described(clerk)).toEqual([
      ['messages', 'depends', 'depends', 'depends'],
      ['minutes', true, true, false],
    ]);
    expect(await documented(max)).toContain('/rooms/{id}/messages');
    expect(await documented(max)).not.toContain('/rooms/{id}/minutes');
    expect(await documented(clerk)).toContain('/rooms/{id}/minutes/{entry}');
  });

  it('is read, and not written to, by a key that is for reading', async () => {
    const server = await withRoom();
    const scopes = ['rooms:read'];
    const { id, key } = await server.json<{ id: string; key: string }>(
      'POST',
      '/api-keys',
      { name: 'archive', scopes, roles: ['member'] },
      admin,
    );
    await server.json('PUT', `/records/rooms/r1/members/api-key:${id}`, { role: 'member' }, admin);
    const path = `${server.url}/api/v1/records/rooms/r1/messages`;
    const statuses: string[] = [];
    for (const [method, suffix, body] of requests) {
      const headers = { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
      statuses.push(`${method} ${suffix} ${(await fetch(path + suffix, init)).status}`);
    }
    const writes = statuses.filter((line) => !/^GET|\/(?:read|follow|nothing) /.test(line));
    expect(writes.map((line) => line.slice(-3))).toEqual(writes.map(() => '403'));
    expect(statuses).toContain('GET /e1 200');
    expect(await logClient(server, 'rooms/r1/messages', ann).all()).toMatchObject([{ version: 1 }]);
  });
});
