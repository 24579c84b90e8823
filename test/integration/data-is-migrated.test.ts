import { expect, it } from 'vitest';
import * as Y from 'yjs';
import type { RecordView } from '@concord/protocol';
import { collection, compileConfig, defineConfig, field, policy } from '@concord/schema';
import { LayoutError, migrate, verifyStore } from '@concord/server';
import type { Store } from '@concord/store';
import { openLevelStore } from '@concord/store/level';
import { crashImage } from '../kit/crash-image.ts';
import { readAll } from '../kit/feed-readers.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connected, flushed } from '../kit/providers.ts';
import { frames, openRawDocument, updatesOf } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type { TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const hr: TestUser = { user: 'hanna', roles: ['member', 'hr'] };
const secret = 'canaryXYZZY';
const access = { read: ['hr'], write: ['hr'] };
const groups = { pay: access };

/** What a config may say of fields that more or fewer people may read. */
const configOf = (own: object = {}, group: object = {}): unknown => {
  const isGrouped = Object.keys(group).length > 0;
  return defineConfig({
    collections: {
      staff: collection({
        fields: {
          name: field.string(),
          bio: field.text(),
          salary: field.number(own),
          story: field.text({ ...own, ...group }),
          verdict: field.richText({ ...own, ...group }),
          marks: field.set({ ...own, ...group }),
          lines: field.list({ what: field.string() }, { ...own, ...group }),
        },
        ...(isGrouped ? { groups } : {}),
      }),
    },
  });
};
const open = configOf();
const closed = configOf({ access });

const values = {
  name: 'Ann',
  bio: 'public',
  salary: 3,
  story: `story of ${secret}`,
  verdict: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: secret }] }] },
  marks: [secret],
  lines: [{ what: secret }],
};

/** A store with two records and a history, left by a server with the first config. */
async function leftBehind(): Promise<string> {
  const server = await startServer({ config: open });
  await server.json('POST', '/records/staff', { id: 'ann', ...values, salary: 1 }, hr);
  await server.json('PATCH', '/records/staff/ann', { salary: 2, marks: [`${secret} before`] }, hr);
  await server.json('PATCH', '/records/staff/ann', { salary: 3, marks: [secret] }, hr);
  await server.json('POST', '/records/staff', { id: 'ben', name: 'Ben' }, hr);
  await server.json('POST', '/records/staff', { id: 'gone', ...values }, hr);
  await server.json('DELETE', '/records/staff/gone', undefined, hr);
  await server.stop();
  return server.folder;
}

async function withStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openLevelStore({ path: folder });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function migrated(folder: string, config: unknown): Promise<number> {
  const schema = compileConfig(config, 'concord.config.ts');
  return await withStore(folder, async (store) => {
    const { records } = await migrate({ store, schema, now: () => Date.now() });
    expect((await verifyStore({ store, schema })).problems).toEqual([]);
    return records;
  });
}

/** Everything that is stored of a document, as text. */
async function storedOf(store: Store, name: string): Promise<string> {
  const found: string[] = [];
  for await (const [key, value] of store.range({ prefix: '' }))
    if (key.endsWith(`/${name}`) && key.startsWith('snapshot/')) found.push(Buffer.from(value).toString('latin1'));
  for await (const [, value] of store.entries(`journal/${name}`)) found.push(Buffer.from(value).toString('latin1'));
  return found.join('\n');
}

/** The store, in the hands of a process that comes to its end before it commits any more. */
function endingAfter(store: Store, commits: number): Store {
  let left = commits;
  const commit: Store['commit'] = (...args) =>
    left-- > 0 ? store.commit(...args) : Promise.reject(new Error('the end of the process'));
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = name === 'commit' ? commit : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const get = (server: TestServer, as?: TestUser): Promise<RecordView> => server.json('GET', '/records/staff/ann', undefined, as);

/** Who reads the feed ends with what the record is, though its events were made when it lay elsewhere. */
async function expectToldAsItIs(server: TestServer): Promise<void> {
  for (const as of [hr, undefined]) {
    const view = await get(server, as);
    const told = (await readAll(server, '0', { as })).filter(({ record }) => record === 'ann').at(-1);
    expect(told).toMatchObject({ version: view.version, data: view });
  }
}

it('access added to a field that has data is refused at the start, with what to do, and nothing is changed', async () => {
  const folder = await leftBehind();
  const refused = startServer({ config: closed, folder });
  await expect(refused).rejects.toThrow(LayoutError);
  await expect(refused).rejects.toThrow(
    /staff\.salary: from the content of the record to a part of its own[^]*staff\.marks[^]*concord migrate/,
  );
});

it('access added to a field moves its data away from those who may not read it, history and all, once it is migrated', async () => {
  const folder = await leftBehind();
  // Somebody has the record on their own machine.
  const copy = new Y.Doc();
  const before = await startServer({ config: open, folder });
  const offline = await connected(before, 'acme/staff/ann', { document: copy });
  offline.destroy();
  // And an edit waits for one before it, which has never come.
  const marks = new Y.Doc().getMap('marks');
  const [, waiting] = updatesOf(
    marks.doc as Y.Doc,
    () => marks.set('first', true),
    () => marks.set(`${secret} waits`, true),
  );
  const early = await openRawDocument(before, 'acme/staff/ann');
  early.send(frames.update('acme/staff/ann', waiting as Uint8Array));
  await until('it to be on disk', () => early.acks('acme/staff/ann') === 1);
  await before.stop();

  expect(await migrated(folder, closed)).toBe(2);
  await withStore(folder, async (store) => {
    expect(await storedOf(store, 'acme/staff/ann')).not.toContain(secret);
    expect(await storedOf(store, 'acme/staff/gone')).not.toContain(secret);
    expect(await storedOf(store, 'acme/staff/ann/marks')).toContain(secret);
    expect(await storedOf(store, 'acme/staff/ann/marks')).not.toContain('before');
  });
  const server = await startServer({ config: closed, folder });
  expect(await get(server, hr)).toMatchObject({ ...values, version: 3 });
  expect(Object.keys(await get(server)).slice(6)).toEqual(['name', 'bio']);
  const told = await readAll(server);
  expect(told.map(({ record, type, changed }) => [record, type, changed])).toEqual([
    ['ann', 'staff.create', ['name', 'bio']],
    ['ben', 'staff.create', ['name', 'bio']],
    ['gone', 'staff.create', ['name', 'bio']],
    ['gone', 'staff.delete', []],
  ]);
  expect(JSON.stringify(told)).not.toContain(secret);
  expect((await readAll(server, '0', { as: hr })).find(({ record }) => record === 'ann')).toMatchObject({ data: { salary: 1 } });

  // Who comes home with what was is not disturbed, disturbs nobody, and brings back nothing.
  copy.getText('bio').insert(0, 'still ');
  const home = await connected(server, 'acme/staff/ann', { document: copy });
  await flushed(home);
  const other = await connected(server, 'acme/staff/ann');
  expect(other.document.getText('bio').toString()).toBe('still public');
  expect(other.document.getMap('fields').toJSON()).toEqual({ name: 'Ann' });
  expect(Buffer.from(Y.encodeStateAsUpdate(other.document)).toString('latin1')).not.toContain(secret);
  await until('it to be told', async () => (await get(server)).version === 4);
  await server.json('POST', '/records/staff/gone/restore', undefined, hr);
  expect(await server.json('GET', '/records/staff/gone', undefined, hr)).toMatchObject(values);
  const edit = await connected(server, 'acme/staff/ann/salary', { as: hr });
  edit.document.getMap('fields').set('salary', 4);
  await flushed(edit);
  await until('that to be told', async () => (await get(server, hr))['salary'] === 4);
  expect(await get(server, hr)).toMatchObject({ version: 5, bio: 'still public' });
  await server.stop();
  const schema = compileConfig(closed, 'concord.config.ts');
  await withStore(folder, async (store) => expect((await verifyStore({ store, schema })).problems).toEqual([]));
});

it('access changed to that of a group, and taken away again, moves the data there and back', async () => {
  const folder = await leftBehind();
  const grouped = configOf({}, { group: 'pay' });
  await migrated(folder, closed);
  const first = await startServer({ config: closed, folder });
  await first.json('PATCH', '/records/staff/ann', { story: 'another', salary: 7 }, hr);
  const { version } = await get(first, hr);
  await first.stop();

  await expect(startServer({ config: grouped, folder })).rejects.toThrow(/staff\.story: from a part of its own to the part pay/);
  await migrated(folder, grouped);
  const second = await startServer({ config: grouped, folder });
  expect(await get(second, hr)).toMatchObject({ ...values, salary: 7, story: 'another', version });
  await expectToldAsItIs(second);
  expect(await get(second)).toMatchObject({ salary: 7 });
  await second.json('PATCH', '/records/staff/ann', { story: 'a third' }, hr);
  await second.stop();

  await migrated(folder, open);
  const third = await startServer({ config: open, folder });
  expect(await get(third)).toMatchObject({ ...values, salary: 7, story: 'a third', version: version + 1 });
  await expectToldAsItIs(third);
  await third.json('PATCH', '/records/staff/ann', { story: 'a fourth' });
  await third.stop();
  const schema = compileConfig(open, 'concord.config.ts');
  await withStore(folder, async (store) => {
    expect((await verifyStore({ store, schema })).problems).toEqual([]);
    expect(await storedOf(store, 'acme/staff/ann/pay')).not.toContain(secret);
  });
});

it('a migration that ends half-way goes on where it was', async () => {
  const folder = await leftBehind();
  const schema = compileConfig(closed, 'concord.config.ts');
  for (let commits = 0; ; commits++) {
    const finished = await withStore(folder, (store) =>
      migrate({ store: endingAfter(store, commits), schema, now: () => 0 }).then(
        () => true,
        () => false,
      ),
    );
    if (finished) break;
    await expect(startServer({ config: closed, folder })).rejects.toThrow(LayoutError);
    expect(commits).toBeLessThan(10);
  }
  await migrated(folder, closed);
  const server = await startServer({ config: closed, folder });
  expect(await get(server, hr)).toMatchObject({ ...values, version: 3 });
});

it('what was typed and not yet derived when the server was killed is told after the migration', async () => {
  const folder = await leftBehind();
  // Time stands still, so no quiet period ends by itself.
  const server = await startServer({ config: open, folder, clock: handClock() });
  const typist = await connected(server, 'acme/staff/ann', { as: hr });
  typist.document.getMap('fields').set('salary', 50);
  typist.document.getText('bio').insert(0, 'very ');
  await flushed(typist);
  const image = await crashImage(server);
  await migrated(image, closed);
  const next = await startServer({ config: closed, folder: image });
  expect(await get(next, hr)).toMatchObject({ salary: 50, bio: 'very public' });
  expect((await readAll(next, '0', { as: hr })).slice(-2).map(({ changed }) => changed)).toEqual(
    expect.arrayContaining([['salary'], ['bio']]),
  );
});

it('[F5] what decided on access where it lay before decides on what is replayed', async () => {
  const isMember = policy({ reads: ['members'], allow: ({ user, record }) => record['members'].includes(user.id) });
  const teams = (own: object): unknown =>
    defineConfig({
      collections: {
        teams: collection({ fields: { name: field.string(), members: field.set(own) }, access: { read: isMember } }),
      },
    });
  const before = await startServer({ config: teams({ delegable: true }) });
  await before.json('POST', '/records/teams', { id: 't', name: 'first', members: ['alice'] });
  await before.stop();
  const config = teams({ access: { write: ['hr'] } });
  await migrated(before.folder, config);
  const server = await startServer({ config, folder: before.folder });
  const { items } = await server.json<{ items: RecordView[] }>('GET', '/records/teams');
  expect(items).toMatchObject([{ name: 'first', members: ['alice'] }]);
  expect((await readAll(server)).map(({ data }) => data)).toEqual(items);
  expect(await readAll(server, '0', { as: hr })).toEqual([]);
});

it('a record that was begun and not yet derived when the server was killed has its data moved, too', async () => {
  const notes = (own: object): unknown =>
    defineConfig({
      collections: { notes: collection({ fields: { title: field.string(), body: field.text(own) }, createOnConnect: true }) },
    });
  const server = await startServer({ config: notes({}), clock: handClock() });
  const typist = await connected(server, 'acme/notes/n');
  typist.document.getMap('fields').set('title', 'begun');
  typist.document.getText('body').insert(0, secret);
  await flushed(typist);
  const image = await crashImage(server);
  const config = notes({ access });
  await expect(startServer({ config, folder: image })).rejects.toThrow(/notes\.body/);
  await migrated(image, config);
  const next = await startServer({ config, folder: image });
  expect(await next.json('GET', '/records/notes/n', undefined, hr)).toMatchObject({ title: 'begun', body: secret });
  const other = await connected(next, 'acme/notes/n');
  expect(Buffer.from(Y.encodeStateAsUpdate(other.document)).toString('latin1')).not.toContain(secret);
});

it('access and kind changed at once are refused: where the data is could not be told', async () => {
  const folder = await leftBehind();
  const schemaWith = (fields: Record<string, unknown>): unknown => ({ collections: { staff: { fields } } });
  const config = schemaWith({ name: field.string(), story: field.string({ access }) });
  const refused = /staff\.story has got another kind or root together with another access/;
  await expect(startServer({ config, folder })).rejects.toThrow(refused);
  await expect(migrated(folder, config)).rejects.toThrow(refused);
  await startServer({ config: open, folder });
});
