import { describe, expect, it } from 'vitest';
import type { LogPage, RecordView } from '@concord/protocol';
import { readAll } from '../kit/feed-readers.ts';
import { outcome } from '../kit/outcome.ts';
import rooms from '../kit/rooms.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

const ann: TestUser = { user: 'ann' };
const ben: TestUser = { user: 'ben' };
const path = '/records/rooms/direct';

async function direct(server: TestServer, as: TestUser, other: string): Promise<{ status: number; view: RecordView }> {
  const response = await server.fetch(path, {
    method: 'POST',
    as,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ with: other }),
  });
  return { status: response.status, view: (await response.json()) as RecordView };
}

describe('a record between two', () => {
  it('is made by whoever comes first, also when both come at once, and is the same for both', async () => {
    const server = await startServer({ config: rooms });
    const found = await Promise.all([
      direct(server, ann, 'ben'),
      direct(server, ben, 'ann'),
      direct(server, ann, 'ben'),
      direct(server, ben, 'ann'),
    ]);
    expect(found.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    expect(new Set(found.map(({ view }) => view.id)).size).toBe(1);
    expect(found[0]?.view).toMatchObject({ kind: 'direct', members: { ann: 'member', ben: 'member' } });
    expect(found[0]?.view.id).toMatch(/^direct-[\w-]{25}$/);
    expect(await readAll(server, '0', { as: ann })).toHaveLength(1);
    expect((await direct(server, ann, 'cleo')).view.id).not.toBe(found[0]?.view.id);
    expect((await direct(server, { ...ann, account: 'other' }, 'ben')).status).toBe(201);
  });

  it('is nobody else’s, who can neither read it nor take its id', async () => {
    const server = await startServer({ config: rooms });
    const { view } = await direct(server, ann, 'ben');
    const cleo: TestUser = { user: 'cleo', roles: ['member', 'admin'] };
    expect(await outcome(server, cleo, 'GET', `/records/rooms/${view.id}`)).toBe('not_found');
    for (const id of [view.id, 'direct-x'])
      expect(await outcome(server, cleo, 'POST', '/records/rooms', { id, kind: 'public' })).toBe('invalid_name');
    const batch = { records: [{ id: view.id }] };
    expect(await outcome(server, cleo, 'POST', '/records/rooms/batch', batch)).toBe('invalid_name');
    expect(await outcome(server, ann, 'PUT', `/records/rooms/${view.id}/members/cleo`, { role: 'member' })).toBe('forbidden');
  });

  it('has whoever left it back when it is asked for again', async () => {
    const server = await startServer({ config: rooms });
    const { view } = await direct(server, ann, 'ben');
    expect(await outcome(server, ben, 'DELETE', `/records/rooms/${view.id}/members/ben`)).toBe('204');
    expect(await outcome(server, ben, 'GET', `/records/rooms/${view.id}`)).toBe('not_found');
    expect(await direct(server, ann, 'ben')).toMatchObject({ status: 200, view: { members: { ann: 'member', ben: 'member' } } });
    expect(await outcome(server, ben, 'GET', `/records/rooms/${view.id}`)).toBe('200');
    for (const one of [ann, ben])
      expect(await outcome(server, one, 'DELETE', `/records/rooms/${view.id}/members/${one.user}`)).toBe('204');
    await direct(server, ann, 'ben');
    const { items } = await server.json<LogPage>('GET', `/records/rooms/${view.id}/messages`, undefined, ann);
    const back = [ann, ben].map(({ user }) => ({ type: 'joined', user, by: 'ann' }));
    expect(items.slice(-2).map(({ system }) => system)).toEqual(back);
  });

  it('takes somebody else, who may be anybody, and one who may make records', async () => {
    const server = await startServer({ config: rooms });
    expect(await outcome(server, ann, 'POST', path, { with: 'ann' })).toBe('bad_request');
    for (const body of [{}, { with: 7 }, { with: '' }, { with: 'a\nb' }, []])
      expect(await outcome(server, ann, 'POST', path, body), JSON.stringify(body)).toBe('bad_request');
    expect(await outcome(server, { user: 'gus', roles: ['guest'] }, 'POST', path, { with: 'ann' })).toBe('forbidden');
    expect(await outcome(server, ann, 'POST', '/records/notes/direct', { with: 'ben' })).toBe('not_found');
    expect(await outcome(server, ann, 'POST', '/records/rooms', { id: 'direct' })).toBe('invalid_name');
  });
});
