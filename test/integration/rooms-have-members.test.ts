import { describe, expect, it } from 'vitest';
import type { FeedEvent, RecordView } from '@concord/protocol';
import { compileConfig, defineConfig, collection, field } from '@concord/schema';
import { openStream, readAll } from '../kit/feed-readers.ts';
import { outcome } from '../kit/outcome.ts';
import { connect, connected, flushed } from '../kit/providers.ts';
import rooms from '../kit/rooms.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const ann: TestUser = { user: 'ann' };
const ben: TestUser = { user: 'ben' };
const cleo: TestUser = { user: 'cleo' };
const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const admin: TestUser = { user: 'root', roles: ['admin'] };

const room = '/records/rooms/r';
const member = (user: string, where = room): string => `${where}/members/${encodeURIComponent(user)}`;

/** A room of Ann's that Ben is in. */
async function withRoom(values: object = {}): Promise<TestServer> {
  const server = await startServer({ config: rooms });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Shop', members: { ben: 'member' }, ...values }, ann);
  return server;
}

async function membersOf(server: TestServer, as: TestUser, where = room): Promise<unknown> {
  return (await server.json<RecordView>('GET', where, undefined, as))['members'];
}

const told = (events: readonly FeedEvent[]): readonly unknown[] =>
  events
    .filter(({ log }) => log === undefined)
    .map(({ type, match, changed, previous }) => [type, match, changed.join(), previous['members']]);

describe('the members of a record', () => {
  it('are, at its making, who makes it, in the first role, and who is named', async () => {
    const server = await withRoom();
    expect(await membersOf(server, ann)).toEqual({ ann: 'owner', ben: 'member' });
    // Nobody makes a room of which they are not the owner.
    const other = { id: 's', members: { ann: 'member', cleo: 'owner' } };
    expect(await server.json('POST', '/records/rooms', other, ann)).toMatchObject({ members: { ann: 'owner', cleo: 'owner' } });
    expect(await server.json('POST', '/records/rooms', { id: 't' }, ann)).toMatchObject({ members: { ann: 'owner' } });
    for (const members of [['ann'], { ben: 'boss' }, { '': 'member' }, 'ben', null])
      expect(await outcome(server, ann, 'POST', '/records/rooms', { members }), JSON.stringify(members)).toBe('invalid_record');
  });

  it('come and go one by one, never by a change of the record or of a document', async () => {
    const server = await withRoom();
    for (const as of [ann, admin]) expect(await outcome(server, as, 'PATCH', room, { members: {} })).not.toBe('200');
    const refused = await server.fetch(room, {
      method: 'PATCH',
      as: ann,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ members: { ann: 'owner' } }),
    });
    expect(await refused.json()).toMatchObject({
      error: { code: 'forbidden', field: 'members', message: expect.stringContaining('PUT or DELETE') as string },
    });
    const batch = { records: [{ id: 'r', members: {} }] };
    expect(await outcome(server, ann, 'PATCH', '/records/rooms/batch', batch)).toBe('forbidden');
    const writer = await connected(server, 'acme/rooms/r/members', { as: ann });
    writer.document.getMap('members').set('cleo', 'owner');
    await flushed(writer);
    expect(await membersOf(server, ann)).toEqual({ ann: 'owner', ben: 'member' });
  });

  it('are invited, promoted and sent away by those of the first role, and by whom the config admits', async () => {
    const server = await withRoom();
    const put = (as: TestUser, user: string, role: string): Promise<string> => outcome(server, as, 'PUT', member(user), { role });
    expect(await put(ben, 'cleo', 'member')).toBe('forbidden');
    expect(await put(cleo, 'cleo', 'member')).toBe('not_found');
    expect(await outcome(server, ben, 'DELETE', member('ann'))).toBe('forbidden');
    expect(await put(ben, 'ben', 'owner')).toBe('forbidden');
    expect(await server.json('PUT', member('cleo'), { role: 'member' }, ann)).toMatchObject({
      title: 'Shop',
      members: { ann: 'owner', ben: 'member', cleo: 'member' },
    });
    expect(await put(ann, 'ben', 'owner')).toBe('200');
    expect(await put(ben, 'cleo', 'owner')).toBe('200');
    expect(await outcome(server, cleo, 'DELETE', member('ben'))).toBe('204');
    expect(await membersOf(server, ann)).toEqual({ ann: 'owner', cleo: 'owner' });
    // An administrator may manage the members of rooms that it can read.
    expect(await put(admin, 'ben', 'member')).toBe('not_found');
    expect(await put(ann, 'root', 'member')).toBe('200');
    expect(await put(admin, 'ben', 'member')).toBe('200');
    expect(await outcome(server, admin, 'DELETE', member('cleo'))).toBe('204');
    expect(await membersOf(server, ben)).toEqual({ ann: 'owner', ben: 'member', root: 'member' });
  });

  it('join by themselves where the config lets them, in the last role, and always leave', async () => {
    const server = await startServer({ config: rooms });
    await server.json('POST', '/records/rooms', { id: 'r', title: 'Hall', kind: 'public' }, lead);
    const guest: TestUser = { user: 'gus', roles: ['guest'] };
    expect(await outcome(server, ben, 'PUT', member('ben'), { role: 'owner' })).toBe('forbidden');
    expect(await outcome(server, ben, 'PUT', member('cleo'), { role: 'member' })).toBe('forbidden');
    expect(await outcome(server, guest, 'PUT', member('gus'), { role: 'member' })).toBe('not_found');
    expect(await server.json('PUT', member('ben'), undefined, ben)).toMatchObject({ members: { ben: 'member', lea: 'owner' } });
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('204');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('204');
    await server.json('PUT', member('ben'), { role: 'member' }, ben);
    const boss: TestUser = { user: 'root', roles: ['admin', 'member'] };
    await server.json('DELETE', room, undefined, boss);
    expect(await outcome(server, cleo, 'PUT', member('cleo'), { role: 'member' })).toBe('record_deleted');
    await server.json('POST', `${room}/restore`, undefined, boss);
    await server.json('PATCH', room, { kind: 'private' }, lead);
    expect(await outcome(server, cleo, 'PUT', member('cleo'), { role: 'member' })).toBe('not_found');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('204');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('not_found');
  });

  it('keep somebody who may let others in, while there are others', async () => {
    const server = await withRoom();
    expect(await outcome(server, ann, 'DELETE', member('ann'))).toBe('last_owner');
    expect(await outcome(server, ann, 'PUT', member('ann'), { role: 'member' })).toBe('last_owner');
    await server.json('PUT', member('ben'), { role: 'owner' }, ann);
    expect(await outcome(server, ann, 'PUT', member('ann'), { role: 'member' })).toBe('200');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('last_owner');
    expect(await outcome(server, ben, 'DELETE', member('ann'))).toBe('204');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('204');
  });

  it('make one event a change, and none where there is nothing to change', async () => {
    const server = await withRoom();
    await server.json('PUT', member('cleo'), { role: 'member' }, ann);
    await server.json('PUT', member('cleo'), { role: 'member' }, ann);
    await server.json('PUT', member('cleo'), { role: 'member' }, cleo);
    await server.json('DELETE', member('ben'), undefined, ann);
    await server.json('DELETE', member('ben'), undefined, ann);
    expect(told(await readAll(server, '0', { as: ann })).slice(1)).toEqual([
      ['rooms.update', 'stay', 'members', { ann: 'owner', ben: 'member' }],
      ['rooms.update', 'stay', 'members', { ann: 'owner', ben: 'member', cleo: 'member' }],
    ]);
  });

  it('[R6] who are sent away lose every document at once, segments of logs too, and hear a leave', async () => {
    const server = await withRoom();
    const reasons: string[] = [];
    const note = { onClose: ({ event }: { event: { reason: string } }) => reasons.push(event.reason) };
    const open = await Promise.all(
      ['', '/members', '/messages.0'].map((part) => connect(server, `acme/rooms/r${part}`, { as: ben }, note)),
    );
    await until('all to be synced', () => open.every(({ isSynced }) => isSynced));
    const streams = [await openStream(server, 'now', { as: ben }), await openStream(server, 'now', { as: cleo })] as const;
    await until('the streams to be open', () => streams.every(({ named }) => named.length === 1));
    await server.json('DELETE', member('ben'), undefined, ann);
    await server.json('PUT', member('cleo'), { role: 'member' }, ann);
    await until('Ben to be sent away', () => reasons.filter((reason) => reason === 'forbidden').length === 3);
    for (const stream of streams) await stream.has(1);
    expect(told(streams[0].events)).toEqual([['rooms.update', 'leave', '', undefined]]);
    expect(told(streams[1].events)).toEqual([['rooms.update', 'enter', 'title,topic,kind,email,members', undefined]]);
    expect(await outcome(server, ben, 'GET', room)).toBe('not_found');
  });

  it('may be called like what every object has, and are not admitted for that', async () => {
    const server = await withRoom();
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
    for (const user of names) {
      expect(await outcome(server, { user }, 'GET', room), user).toBe('not_found');
      expect(await outcome(server, ann, 'PUT', member(user), { role: 'member' }), user).toBe('200');
      expect(await outcome(server, { user }, 'GET', room), user).toBe('200');
    }
    for (const user of names) {
      expect(await outcome(server, ann, 'DELETE', member(user)), user).toBe('204');
      expect(await outcome(server, { user }, 'GET', room), user).toBe('not_found');
    }
    expect(await membersOf(server, ann)).toEqual({ ann: 'owner', ben: 'member' });
  });

  it('may be five hundred, and more', async () => {
    const server = await startServer({ config: rooms });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`user-${index}`, 'member']));
    await server.json('POST', '/records/rooms', { id: 'r', members: many }, ann);
    await server.json('PUT', member('ben'), { role: 'member' }, ann);
    await server.json('DELETE', member('user-7'), undefined, ann);
    const members = (await membersOf(server, ben)) as object;
    expect(Object.keys(members)).toHaveLength(501);
    const asMember = await readAll(server, '0', { as: { user: 'user-8' }, query: 'collections=rooms' });
    expect(asMember.map(({ changed }) => changed)).toEqual([expect.arrayContaining(['members']), ['members'], ['members']]);
    expect(await outcome(server, { user: 'user-7' }, 'GET', room)).toBe('not_found');
  });

  it('are nothing of a record that is deleted, of one that has none, or of one that is not there', async () => {
    const server = await withRoom();
    const bad = { role: 'boss' };
    expect(await outcome(server, ann, 'PUT', member('cleo'), bad)).toBe('bad_request');
    for (const body of [{ role: 7 }, { rolle: 'member' }, [], 'member'])
      expect(await outcome(server, ann, 'PUT', member('cleo'), body), JSON.stringify(body)).toBe('bad_request');
    expect(await outcome(server, ann, 'PUT', member('a\u0000b'), { role: 'member' })).toBe('invalid_name');
    expect(await outcome(server, ann, 'PUT', member('cleo', '/records/rooms/none'), { role: 'member' })).toBe('not_found');
    await server.json('POST', '/records/notes', { id: 'n', title: 'x' }, ann);
    expect(await outcome(server, ann, 'PUT', member('cleo', '/records/notes/n'), { role: 'member' })).toBe('not_found');
    await server.json('PUT', member('root'), { role: 'member' }, ann);
    await server.json('DELETE', room, undefined, admin);
    expect(await outcome(server, ann, 'PUT', member('cleo'), { role: 'member' })).toBe('record_deleted');
    expect(await outcome(server, ben, 'DELETE', member('ben'))).toBe('record_deleted');
    expect(await outcome(server, cleo, 'PUT', member('cleo'), { role: 'member' })).toBe('not_found');
  });

  it('are nothing to another account', async () => {
    const server = await withRoom({ kind: undefined });
    const stranger: TestUser = { account: 'other', user: 'ann', roles: ['member', 'admin'] };
    for (const [method, user] of [
      ['PUT', 'ann'],
      ['PUT', 'zoe'],
      ['DELETE', 'ann'],
      ['DELETE', 'ben'],
    ] as const) {
      const body = method === 'PUT' ? { role: 'member' } : undefined;
      expect(await outcome(server, stranger, method, member(user), body)).toBe('not_found');
    }
    expect(await membersOf(server, ann)).toEqual({ ann: 'owner', ben: 'member' });
  });

  it('do not come about by opening a document that is not there', () => {
    const config = defineConfig({
      collections: { rooms: collection({ fields: { members: field.members() }, createOnConnect: true }) },
    });
    expect(() => compileConfig(config, 'concord.config.ts')).toThrow(/rooms\.createOnConnect/);
  });
});
