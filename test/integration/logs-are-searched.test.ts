import { describe, expect, it } from 'vitest';
import type { ErrorBody, LogEntry, LogSearchPage } from '@concord/protocol';
import logs from '../kit/logs.config.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';

const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const ann: TestUser = { user: 'ann' };
const log = '/records/rooms/r/messages';

async function withRoom(texts: readonly string[] = []): Promise<TestServer> {
  const server = await startServer({ config: logs });
  await server.json('POST', '/records/rooms', { id: 'r', title: 'Proofs', members: ['ann'] }, lead);
  for (const [i, text] of texts.entries()) await server.json('POST', log, { id: `e${i + 1}`, text }, ann);
  return server;
}

async function search(server: TestServer, query: string, more = ''): Promise<LogSearchPage> {
  return await server.json<LogSearchPage>('GET', `${log}?query=${encodeURIComponent(query)}${more}`, undefined, ann);
}

async function found(server: TestServer, query: string): Promise<readonly number[]> {
  return (await search(server, query)).items.map(({ seq }) => seq);
}

async function codeOf(server: TestServer, path: string, as: TestUser): Promise<string> {
  const response = await server.fetch(path, { as });
  return response.ok ? '200' : ((await response.json()) as ErrorBody).error.code;
}

describe('a search over HTTP', () => {
  it('answers with the entries as they are, the newest first, a page at a time', async () => {
    const server = await withRoom(['Größe of the menu?', 'A4', 'The menus are printed', 'Menu for <@ben>', 'Ménü']);
    const first = await search(server, 'menu', '&limit=2');
    expect(first).toEqual({ items: [expect.objectContaining({ id: 'e5' }), expect.objectContaining({ id: 'e4' })], before: 4 });
    expect(first.items[1]).toEqual(await server.json<LogEntry>('GET', `${log}/e4`, undefined, ann));
    expect(await search(server, 'menu', '&limit=2&before=4')).toMatchObject({ items: [{ id: 'e3' }, { id: 'e1' }] });
    expect(await found(server, 'grosse')).toEqual([1]);
    expect(await found(server, 'ben')).toEqual([4]);
    expect(await found(server, '?')).toEqual([]);
  });

  it('knows an entry from the moment that it is posted, edited, or deleted', async () => {
    const server = await withRoom(['red']);
    expect(await found(server, 'red')).toEqual([1]);
    await server.json('PATCH', `${log}/e1`, { text: 'blue' }, ann);
    expect(await found(server, 'red')).toEqual([]);
    expect(await found(server, 'blue')).toEqual([1]);
    await server.json('DELETE', `${log}/e1`, undefined, ann);
    expect(await found(server, 'blue')).toEqual([]);
    const keys: string[] = [];
    for await (const [key] of server.store.range({ prefix: 'log/' })) if (key.includes('/s/')) keys.push(key);
    expect(keys).toEqual([]);
  });

  it('is for who may read the log, as it is then', async () => {
    const server = await withRoom(['secret']);
    const path = `${log}?query=secret`;
    expect(await codeOf(server, path, ann)).toBe('200');
    expect(await codeOf(server, path, { user: 'cid' })).toBe('not_found');
    expect(await codeOf(server, path, { ...ann, account: 'other' })).toBe('not_found');
    await server.json('PATCH', '/records/rooms/r', { members: [] }, lead);
    expect(await codeOf(server, path, ann)).toBe('not_found');
    await server.json('DELETE', '/records/rooms/r', undefined, lead);
    expect(await codeOf(server, path, lead)).toBe('record_deleted');
    await server.json('POST', '/records/rooms/r/purge', undefined, lead);
    for await (const [key] of server.store.range({ prefix: 'log/' })) expect.unreachable(key);
  });

  it('refuses what it does not know, by name', async () => {
    const server = await withRoom();
    for (const query of ['a b c d e f g h i', 'a&limit=101', 'a&before=0', 'a&after=1', 'a&thread=1', 'a&query=b'])
      expect(await codeOf(server, `${log}?query=${query.replaceAll(' ', '+')}`, ann)).toBe('bad_request');
    expect(await codeOf(server, `${log}?query=`, ann)).toBe('200');
  });
});
