import {
  AuthorizationError,
  ConflictError,
  NotFoundError,
  SnackBaseError,
  ValidationError,
  type SnackBaseClient,
} from '@snackbase/sdk';
import { describe, expect, it } from 'vitest';
import { handClock } from '../kit/hand-clock.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { addUser, admin, signedIn, snackbaseConfig } from '../kit/snackbase.ts';

async function start(options: TestServerOptions = {}): Promise<{ server: TestServer; client: SnackBaseClient }> {
  const server = await startServer({ config: snackbaseConfig, ...options });
  await addUser(server, 'ada');
  return { server, client: await signedIn(server) };
}

/** Five posts, created one after the other. */
async function startWithPosts(): Promise<{ server: TestServer; client: SnackBaseClient }> {
  const clock = handClock();
  const world = await start({ clock });
  for (const [index, title] of ['one', 'two', 'three', 'four', "it's five"].entries()) {
    clock.advance(1000);
    const views = index === 4 ? null : index * 10;
    await world.client.records.create('posts', {
      id: `p${index + 1}`,
      title,
      views,
      status: index % 2 === 0 ? 'published' : 'draft',
    });
  }
  return world;
}

const ids = ({ items }: { readonly items: readonly { readonly id: string }[] }): string => items.map(({ id }) => id).join(' ');

describe("SnackBase's client", () => {
  it('creates, reads, replaces, changes and deletes records', async () => {
    const { server, client } = await start();
    const created = await client.records.create('posts', { title: 'Hello', views: 3 });
    expect(created).toEqual({
      id: expect.any(String) as unknown,
      account_id: 'acme',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      created_by: 'ada',
      updated_at: created.created_at,
      updated_by: 'ada',
      title: 'Hello',
      status: 'draft',
      views: 3,
      author: null,
      body: '',
    });
    const { id } = created;
    expect(await client.records.get('posts', id)).toEqual(created);
    expect(await client.records.patch('posts', id, { status: 'published', body: 'Text' })).toMatchObject({
      status: 'published',
      views: 3,
    });
    // A whole record: what is left out has no value any more, but for a text, which others may be writing.
    expect(await client.records.update('posts', id, { title: 'Replaced' })).toMatchObject({
      title: 'Replaced',
      status: 'draft',
      views: null,
      body: 'Text',
    });
    // Sent back as it came.
    expect(await client.records.update('posts', id, { ...created, title: 'Again' })).toMatchObject({ title: 'Again', views: 3 });
    expect(await client.records.get('posts', id, { fields: ['title', 'created_by'] })).toEqual({
      id,
      title: 'Again',
      created_by: 'ada',
    });
    // It is a record like all others.
    expect(await server.json('GET', `/records/posts/${id}`)).toMatchObject({ title: 'Again', createdBy: 'ada', version: 4 });
    expect(await client.records.delete('posts', id)).toEqual({ success: true });
    await expect(client.records.get('posts', id)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.records.delete('posts', id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('lists by skip and limit, newest first, with a total', async () => {
    const { client } = await startWithPosts();
    const all = await client.records.list('posts');
    expect(all).toMatchObject({ total: 5, skip: 0, limit: 30, has_more: false });
    expect(ids(all)).toBe('p5 p4 p3 p2 p1');
    const page = await client.records.list('posts', { sort: '+id', skip: 1, limit: 2 });
    expect([ids(page), page.total, page.skip, page.limit]).toEqual(['p2 p3', 5, 1, 2]);
    expect(ids(await client.records.list('posts', { sort: '-views,id' }))).toBe('p4 p3 p2 p1 p5');
    expect(ids(await client.records.list('posts', { skip: 9 }))).toBe('');
    expect((await client.records.list('posts', { sort: 'id', limit: 1, fields: 'title' })).items).toEqual([
      { id: 'p1', title: 'one' },
    ]);
  });

  it('lists what matches a filter', async () => {
    const { client } = await startWithPosts();
    const found = async (filter: string): Promise<string> => ids(await client.records.list('posts', { filter, sort: 'id' }));
    expect(await found("status = 'published' && views >= 20")).toBe('p3');
    expect(await found('title ~ "%T%" || views IS NULL')).toBe('p2 p3 p5');
    expect(await found('title IN ("one", \'two\') && !(views > 5)')).toBe('p1');
    expect(await found("created_by = 'ada' && account_id IS NOT NULL").catch((error: Error) => error.message)).toMatch(
      'account_id',
    );
    const query = (): ReturnType<typeof client.records.query> => client.records.query('posts').sort('id');
    expect(ids(await query().filter('title', '=', "it's five").get())).toBe('p5');
    expect(ids(await query().filter('views', 'IN', [0, 10]).filter('status', '!=', 'draft').get())).toBe('p1');
    expect(ids(await query().filter('views', '=', null).get())).toBe('p5');
    expect(ids(await query().filter('views > 5 || views IS NULL').filter('status', '=', 'draft').limit(5).get())).toBe('p2 p4');
    expect(await query().filter('title', '~', 'four').select(['title']).first()).toEqual({ id: 'p4', title: 'four' });
  });

  it('pages by cursor, forth and back', async () => {
    const { client } = await startWithPosts();
    const list = (more: object): ReturnType<typeof client.records.list> =>
      client.records.list('posts', { sort: '-views', limit: 2, ...more });
    const first = await list({ cursor: '', include_count: true });
    expect(first).toEqual({
      items: first.items,
      next_cursor: expect.any(String) as unknown,
      prev_cursor: null,
      has_more: true,
      total: 5,
    });
    expect(ids(first)).toBe('p4 p3');
    const second = await list({ cursor: first.next_cursor });
    expect([ids(second), second.total, second.has_more]).toEqual(['p2 p1', null, true]);
    // Whatever comes in between.
    await client.records.create('posts', { id: 'p9', title: 'new', views: 99 });
    const third = await list({ cursor: second.next_cursor });
    expect([ids(third), third.next_cursor, third.has_more]).toEqual(['p5', null, false]);
    const back = await list({ cursor_before: third.prev_cursor });
    expect([ids(back), back.has_more]).toEqual(['p2 p1', true]);
    expect(ids(await list({ cursor_before: back.prev_cursor }))).toBe('p4 p3');
    expect(
      ids(
        await client.records
          .query('posts')
          .sort('views', 'desc')
          .page(1, 2)
          .cursor(first.next_cursor ?? '')
          .get(),
      ),
    ).toBe('p2 p1');
    for (const more of [
      { cursor: 'made up' },
      { cursor: first.next_cursor, sort: 'title' },
      { cursor: first.next_cursor, cursor_before: 'x' },
    ])
      await expect(list(more), JSON.stringify(more)).rejects.toMatchObject({ status: 400 });
  });

  it('puts records in the place of references', async () => {
    const { server, client } = await start();
    await client.records.create('authors', { id: 'a1', name: 'Ann' });
    await client.records.create('authors', { id: 'a2', name: 'Bob', mentor: 'a1' });
    await client.records.create('posts', { id: 'p1', title: 'x', author: 'a2' });
    await client.records.create('posts', { id: 'p2', title: 'y', author: 'gone' });
    const deep = await client.records.get('posts', 'p1', { expand: 'author.mentor' });
    expect(deep).toMatchObject({ author: { id: 'a2', name: 'Bob', mentor: { id: 'a1', name: 'Ann', mentor: null } } });
    const { items } = await client.records.query('posts').expand('author').sort('id').get();
    expect(items).toMatchObject([{ author: { id: 'a2', mentor: 'a1' } }, { author: null }]);
    await expect(client.records.list('posts', { expand: 'title' })).rejects.toThrow('not a reference field');
    await server.json('DELETE', '/records/authors/a2');
    expect(await client.records.get('posts', 'p1', { expand: ['author'] })).toMatchObject({ author: null });
  });

  it('writes many records at once, or none', async () => {
    const { client } = await start();
    const created = await client.records.batchCreate('posts', [
      { id: 'p1', title: 'a' },
      { id: 'p2', title: 'b' },
    ]);
    expect(created).toMatchObject({ count: 2, created: [{ id: 'p1', account_id: 'acme' }, { id: 'p2' }] });
    const updated = await client.records.batchUpdate('posts', [
      { id: 'p1', data: { views: 1 } },
      { id: 'p2', data: { title: 'c' } },
    ]);
    expect(updated).toMatchObject({
      count: 2,
      updated: [
        { id: 'p1', title: 'a', views: 1 },
        { id: 'p2', title: 'c' },
      ],
    });
    const broken = client.records.batchUpdate('posts', [
      { id: 'p1', data: { views: 7 } },
      { id: 'none', data: { views: 7 } },
    ]);
    await expect(broken).rejects.toBeInstanceOf(NotFoundError);
    expect(await client.records.get('posts', 'p1')).toMatchObject({ views: 1 });
    const many = Array.from({ length: 101 }, (_, index) => ({ title: String(index) }));
    await expect(client.records.batchCreate('posts', many)).rejects.toMatchObject({
      status: 400,
      details: { error: 'batch_too_large' },
    });
    expect(await client.records.batchCreate('posts', many.slice(1))).toMatchObject({ count: 100 });
    expect((await client.records.list('posts')).total).toBe(102);
    await expect(client.records.batchDelete('posts', ['p1', 'none'])).rejects.toBeInstanceOf(NotFoundError);
    expect(await client.records.batchDelete('posts', ['p1', 'p2'])).toEqual({ deleted: ['p1', 'p2'], count: 2 });
    expect((await client.records.list('posts')).total).toBe(100);
  });

  it('understands what it is refused', async () => {
    const { server, client } = await start();
    await client.records.create('posts', { id: 'p1', title: 'a' });
    const invalid = await client.records.create('posts', { title: 'x', views: -1 }).catch((error: unknown) => error);
    expect(invalid).toBeInstanceOf(ValidationError);
    expect(invalid).toMatchObject({
      status: 422,
      field: 'views',
      fields: { views: ['must be at least 0'] },
      message: 'views: must be at least 0',
    });
    await expect(client.records.update('posts', 'p1', { views: 1 })).rejects.toMatchObject({ field: 'title' });
    await expect(client.records.create('posts', { id: 'p1', title: 'a' })).rejects.toBeInstanceOf(ConflictError);
    await expect(client.records.get('posts', 'none')).rejects.toMatchObject({ status: 404, details: { error: 'Not found' } });
    for (const name of ['nothing', 'secrets']) await expect(client.records.list(name)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.collections.list()).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.records.list('posts', { filter: 'title = ' })).rejects.toMatchObject({
      status: 400,
      message: 'Expected a value at position 8',
      details: { error: 'Invalid filter expression' },
    });
    for (const more of [{ limit: 101 }, { skip: -1 }, { sort: 'nothing' }, { sort: 'createdAt' }, { fields: 'nothing' }])
      await expect(client.records.list('posts', more), JSON.stringify(more)).rejects.toBeInstanceOf(SnackBaseError);
    await server.json('POST', '/records/tasks', { id: 't1', title: 'mine', owner: 'root' }, admin);
    await expect(client.records.patch('tasks', 't1', { title: 'x' })).rejects.toBeInstanceOf(NotFoundError);
    const { key } = await server.json<{ key: string }>(
      'POST',
      '/api-keys',
      { name: 'r', roles: ['member'], scopes: ['posts:read'] },
      admin,
    );
    const reader = await signedIn(server, 'ada', { apiKey: key });
    await reader.internalAuthManager.clear();
    await expect(reader.records.delete('posts', 'p1')).rejects.toBeInstanceOf(AuthorizationError);
  });

  it('sees nothing of another account', async () => {
    const { server, client } = await startWithPosts();
    await addUser(server, 'ben', { account: 'other' });
    const other = await signedIn(server, 'ben');
    expect((await other.records.list('posts', { filter: "created_by = 'ada'" })).total).toBe(0);
    for (const attempt of [
      () => other.records.get('posts', 'p1'),
      () => other.records.patch('posts', 'p1', { title: 'x' }),
      () => other.records.update('posts', 'p1', { title: 'x' }),
      () => other.records.delete('posts', 'p1'),
      () => other.records.batchUpdate('posts', [{ id: 'p1', data: { title: 'x' } }]),
      () => other.records.batchDelete('posts', ['p1']),
    ])
      await expect(attempt()).rejects.toBeInstanceOf(NotFoundError);
    await other.records.create('posts', { id: 'p1', title: 'own' });
    expect(await client.records.get('posts', 'p1')).toMatchObject({ title: 'one', account_id: 'acme' });
  });
});
