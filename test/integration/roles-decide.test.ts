import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '@concord/protocol';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { connect, connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const member: TestUser = { user: 'ann', roles: ['member'] };
const editor: TestUser = { user: 'ed', roles: ['member', 'editor'] };
const admin: TestUser = { user: 'ada', roles: ['admin'] };

async function answer(server: TestServer, as: TestUser, method: string, path: string, body?: unknown): Promise<string> {
  const response = await server.fetch(path, {
    method,
    as,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (response.ok) return String(response.status);
  return `${response.status} ${((await response.json()) as ErrorBody).error.code}`;
}

/** Every way to read or write a collection by request. */
const requests: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['GET', ''],
  ['GET', "?filter=title = 'x'"],
  ['GET', '?filter=nonsense'],
  ['GET', '/one'],
  ['GET', '/none'],
  ['GET', '/gone'],
  ['POST', '', { id: 'one', title: 'x' }],
  ['POST', '', { id: 'new', title: 'x' }],
  ['POST', '', { nonsense: 1 }],
  ['PATCH', '/one', { title: 'x' }],
  ['PATCH', '/none', { title: 'x' }],
  ['PATCH', '/one', { nonsense: 1 }],
  ['DELETE', '/one'],
  ['DELETE', '/none'],
  ['POST', '/gone/restore'],
  ['POST', '/gone/purge'],
  ['POST', '/batch', { records: [{ id: 'new', title: 'x' }] }],
  ['POST', '/batch', { records: [] }],
  ['PATCH', '/batch', { records: [{ id: 'one', title: 'x' }] }],
  ['PATCH', '/batch', { records: [] }],
  ['DELETE', '/batch', { ids: ['one'] }],
  ['DELETE', '/batch', { ids: [] }],
];

async function withSecrets(): Promise<TestServer> {
  const server = await startServer();
  await server.json('POST', '/records/secrets/batch', { records: ['one', 'gone'].map((id) => ({ id, title: 'hidden' })) }, admin);
  await server.json('DELETE', '/records/secrets/gone', undefined, admin);
  return server;
}

describe('a collection that one may not read', () => {
  it('is not there, whatever is asked of it', async () => {
    const server = await withSecrets();
    for (const [method, path, body] of requests) {
      expect(await answer(server, member, method, `/records/secrets${path}`, body), `${method} ${path}`).toBe('404 not_found');
      expect(await answer(server, editor, method, `/records/secrets${path}`, body), `${method} ${path}`).toBe('404 not_found');
    }
    for (const query of ['collections=secrets', 'collections=secrets:create', 'collections=secrets&filter=nonsense']) {
      const unknown = query.replace('secrets', 'unknown');
      expect(await answer(server, member, 'GET', `/changes?since=0&${query}`)).toBe('404 not_found');
      expect(await answer(server, member, 'GET', `/changes?since=0&${unknown}`)).toBe('404 not_found');
    }
    expect(await server.json('GET', '/records/secrets/one', undefined, admin)).toMatchObject({ title: 'hidden', version: 1 });
    const provider = await connect(server, 'acme/secrets/one', { as: member });
    let reason: string | undefined;
    provider.on('authenticationFailed', (data: { reason: string }) => (reason = data.reason));
    expect(await until('a refusal', () => reason)).toBe('not_found');
  });

  it('[F5] is told of to those only who may read it, live and replayed', async () => {
    const server = await withSecrets();
    const streams = await Promise.all([openStream(server, '0', { as: member }), openStream(server, '0', { as: admin })]);
    await server.json('PATCH', '/records/secrets/one', { title: 'still hidden' }, admin);
    await server.json('POST', '/records/tickets', { id: 't1', title: 'for all' }, member);
    await streams[0]?.has(1);
    await streams[1]?.has(5);
    expect(streams[0]?.events).toMatchObject([{ type: 'tickets.create' }]);
    expect(streams[1]?.events).toHaveLength(5);
    expect(await readAll(server, '0', { as: member })).toEqual(streams[0]?.events);
    expect(await readAll(server, '0', { as: admin })).toEqual(streams[1]?.events);
    expect((await readPage(server, '0', { as: member, feed: 'longpoll' })).results).toEqual(streams[0]?.events);
    expect(await readAll(server, '0', { as: member, query: 'record=one' })).toEqual([]);
  });
});

describe('a collection that one may only read', () => {
  it('shows what it has, and says that writing is not allowed', async () => {
    const server = await startServer();
    await server.json('POST', '/records/articles', { id: 'a1', title: 'news' }, editor);
    expect(await answer(server, member, 'GET', '/records/articles')).toBe('200');
    expect(await server.json('GET', '/records/articles/a1', undefined, member)).toMatchObject({ title: 'news' });
    for (const [method, path, body] of [
      ['POST', '', { title: 'x' }],
      ['PATCH', '/a1', { title: 'x' }],
      ['DELETE', '/a1', undefined],
      ['POST', '/a1/restore', undefined],
      ['POST', '/a1/purge', undefined],
      ['POST', '/batch', { records: [{ title: 'x' }] }],
      ['PATCH', '/batch', { records: [{ id: 'a1', title: 'x' }] }],
      ['DELETE', '/batch', { ids: ['a1'] }],
    ] as const) {
      expect(await answer(server, member, method, `/records/articles${path}`, body), `${method} ${path}`).toBe('403 forbidden');
      expect(await answer(server, admin, method, `/records/articles${path}`, body), `${method} ${path}`).toBe('403 forbidden');
    }
    expect(await readAll(server, '0', { as: member })).toHaveLength(1);
    expect(await answer(server, editor, 'DELETE', '/records/articles/a1')).toBe('204');
  });

  it('is synced read-only: what is typed there is not taken, and nobody sees it', async () => {
    const server = await startServer();
    await server.json('POST', '/records/articles', { id: 'a1', title: 'news' }, editor);
    const reader = await connected(server, 'acme/articles/a1', { as: member });
    const writer = await connected(server, 'acme/articles/a1', { as: editor });
    expect(reader.document.getMap('fields').get('title')).toBe('news');

    const raw = await openRawDocument(server, 'acme/articles/a1', member);
    raw.send(
      frames.update('acme/articles/a1', updateWriting('graffiti')),
      frames.step2('acme/articles/a1', updateWriting('more')),
    );
    await until('both to be refused', () => raw.received.filter((frame) => frame.kind === 'saved' && !frame.saved).length === 2);

    writer.document.getMap('fields').set('title', 'more news');
    await flushed(writer);
    await until('the reader to see it', () => reader.document.getMap('fields').get('title') === 'more news');
    await server.json('PATCH', '/records/articles/a1', { title: 'last news' }, editor);
    expect((await readAll(server)).map(({ actors }) => actors.join())).toEqual(['ed', 'ed', 'ed']);
    expect(writer.document.getText('body').toString()).toBe('');
  });
});
