import { describe, expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import type { ErrorBody, RecordView } from '@concord/protocol';
import { collection, defineConfig, field } from '@concord/schema';
import { verifyStore } from '@concord/server';
import { openLevelStore } from '@concord/store/level';
import { crashImage } from '../kit/crash-image.ts';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import guarded from '../kit/guarded.config.ts';
import { handClock } from '../kit/hand-clock.ts';
import { connect, connected, connectedYjs, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs } from '../kit/raw-client.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const member: TestUser = { user: 'mo', roles: ['member'] };
const hr: TestUser = { user: 'hanna', roles: ['member', 'hr'] };
const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };

/** What must not be seen, in a form that no encoding hides. */
const canary = 'canaryXYZZY';
const salary = 987_654_321;
const staff = 'collections=staff';

async function withAnn(): Promise<TestServer> {
  const server = await startServer({ config: guarded });
  await server.json('POST', '/records/staff', { id: 'ann', name: 'Ann', salary }, hr);
  await server.json('PATCH', '/records/staff/ann', { bonus: 7, verdict: paragraph(canary), remarks: [canary] }, lead);
  return server;
}

function paragraph(text: string): object {
  return { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}

async function refusal(server: TestServer, as: TestUser, method: string, path: string, body?: unknown): Promise<string> {
  const response = await server.fetch(path, {
    method,
    as,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return String(response.status);
  const { code, field } = (JSON.parse(text) as ErrorBody).error;
  return field === undefined ? code : `${code} ${field}`;
}

describe('a part that one may not read', () => {
  it('is not there: nothing of it comes by any request, list, event, document or description', async () => {
    const server = await withAnn();
    const exchanges: { readonly asked: string; readonly answered: string }[] = [];
    const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
      const response = await server.fetch(path, {
        method,
        as: member,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const answered = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
      exchanges.push({ asked: `${path} ${JSON.stringify(body)}`, answered });
    };
    const stream = await openStream(server, '0', { as: member });
    const raw = await openRaw(server);
    const token = await tokenFor(member);
    for (const name of ['acme/staff/ann', 'acme/staff/ann/salary', 'acme/staff/ann/review', 'acme/staff/ann/grade'])
      raw.send(frames.token(name, token), frames.step1(name));
    await until('the grade to be open', () => raw.kinds('acme/staff/ann/grade').includes('step2'));

    const filtered = (filter: string): string => `filter=${encodeURIComponent(filter)}`;
    await ask('GET', '/records/staff');
    await ask('GET', '/records/staff?total=true&sort=-updatedAt');
    await ask('GET', '/records/staff?sort=salary');
    await ask('GET', `/records/staff?${filtered('salary > 3')}`);
    await ask('GET', `/records/staff?${filtered("remarks contains 'x'")}`);
    await ask('GET', `/records/staff?${filtered('nonsense = 3')}`);
    await ask('GET', '/records/staff?fields=name,salary');
    await ask('GET', '/records/staff/ann');
    await ask('GET', '/records/staff/ann?richText=html');
    await ask('GET', '/records/staff/ann?fields=verdict');
    await ask('PATCH', '/records/staff/ann', { bio: 'hello' });
    await ask('PATCH', '/records/staff/ann', { salary: 1 });
    await ask('PATCH', '/records/staff/ann', { nonsense: 1 });
    await ask('PATCH', '/records/staff/batch', { records: [{ id: 'ann', bio: 'hello again' }] });
    await ask('POST', '/records/staff', { id: 'ann', name: 'Another' });
    await ask('POST', '/records/staff', { id: 'ben', name: 'Ben', bonus: 3 });
    await ask('DELETE', '/records/staff/ann');
    await ask('GET', `/changes?since=0&collections=staff&${filtered('bonus is null')}`);
    await ask('GET', '/openapi.json');
    for (const where of ['/api/v1/openapi.json', '/api/docs', '/api/docs/json', '/api/docs/yaml'])
      exchanges.push({ asked: `${where}, by nobody`, answered: await (await fetch(`${server.url}${where}`)).text() });

    // While those who may, edit it in every way there is.
    const editor = await connected(server, 'acme/staff/ann/review', { as: lead });
    editor.document.getMap('remarks').set(`${canary} too`, true);
    editor.awareness?.setLocalStateField('cursor', canary);
    await flushed(editor);
    await server.json('PATCH', '/records/staff/ann', { salary: salary + 1 }, hr);
    await server.json('DELETE', '/records/staff/ann', undefined, hr);
    await server.json('POST', '/records/staff/ann/restore', undefined, hr);
    for (const feed of ['poll', 'longpoll'])
      for (const more of ['', '&collections=staff', '&record=ann', `&collections=staff&${filtered("name = 'Ann'")}`])
        await ask('GET', `/changes?since=0&feed=${feed}${more}`);
    await until(
      'the restored record on the stream',
      () => stream.events.at(-1)?.type === 'staff.create' && stream.events.length > 1,
    );
    await raw.settled();

    exchanges.push({ asked: 'a stream', answered: JSON.stringify([stream.events, stream.named]) });
    for (const frame of raw.received) {
      const answered = 'body' in frame ? Buffer.from(frame.body).toString('latin1') : JSON.stringify(frame);
      exchanges.push({ asked: frame.document, answered });
    }
    for (const { asked, answered } of exchanges)
      for (const word of [canary, String(salary), String(salary + 1), 'salary', 'bonus', 'verdict', 'review', 'remarks'])
        // An error may repeat what it was asked for, and nothing else.
        if (!asked.includes(word)) expect(answered.includes(word), `${asked} shows ${word}`).toBe(false);
    expect(exchanges.length).toBeGreaterThan(30);
    for (const name of ['acme/staff/ann/salary', 'acme/staff/ann/review'])
      expect(raw.received.filter(({ document }) => document === name)).toEqual([
        { document: name, kind: 'denied', text: 'not_found' },
      ]);
  });

  it('is unknown: nothing can be asked by it, or written to it, and that is answered like nonsense', async () => {
    const server = await withAnn();
    for (const [method, path, body, answer] of [
      ['GET', '/records/staff?sort=salary', undefined, 'invalid_sort sort'],
      ['GET', '/records/staff?filter=salary is null', undefined, 'invalid_filter filter'],
      ['GET', '/records/staff?fields=salary', undefined, 'bad_request salary'],
      ['GET', '/changes?collections=staff&filter=salary is null', undefined, 'invalid_filter filter'],
      ['PATCH', '/records/staff/ann', { salary: 1 }, 'invalid_record salary'],
      ['PATCH', '/records/staff/ann', { remarks: [] }, 'invalid_record remarks'],
      ['POST', '/records/staff', { name: 'x', salary: 1 }, 'invalid_record salary'],
      ['PATCH', '/records/staff/batch', { records: [{ id: 'ann', salary: 1 }] }, 'invalid_record records.0.salary'],
    ] as const) {
      expect(await refusal(server, member, method, path, body), path).toBe(answer);
      const nonsense = JSON.parse(JSON.stringify(body ?? null).replace(/salary|remarks/, 'nonsense')) as unknown;
      expect(await refusal(server, member, method, path.replace('salary', 'nonsense'), nonsense ?? undefined)).toBe(
        answer.replace(/salary|remarks/, 'nonsense'),
      );
    }
    for (const name of ['acme/staff/ann/salary', 'acme/staff/ann/nonsense', 'acme/staff/ann/name', 'acme/staff/nobody/salary']) {
      const provider = await connect(server, name, { as: member });
      let reason: string | undefined;
      provider.on('authenticationFailed', (data: { reason: string }) => (reason = data.reason));
      expect(await until('a refusal', () => reason), name).toBe('not_found');
      const raw = await openRawYjs(server, name, await tokenFor(member));
      expect(await raw.ended()).toEqual({ code: 4404, reason: 'not_found' });
      expect(raw.received).toEqual([]);
    }
  });

  it('[R5] shows in no version, no time and no event that it was written', async () => {
    const server = await withAnn();
    const before = await server.json<RecordView>('GET', '/records/staff/ann', undefined, member);
    const { cursor } = await readPage(server, '0', { as: member });
    expect(before).toMatchObject({ version: 1, updatedBy: 'hanna' });
    const review = await connected(server, 'acme/staff/ann/review', { as: lead });
    review.document.getMap('fields').set('bonus', 99);
    await flushed(review);
    await server.json('PATCH', '/records/staff/ann', { salary: 5 }, hr);
    await until('both to be told of', async () => (await readAll(server, '0', { as: hr })).length === 4);

    expect(await server.json('GET', '/records/staff/ann', undefined, member)).toEqual(before);
    expect((await readPage(server, cursor, { as: member })).results).toEqual([]);
    const unchanged = await server.fetch('/records/staff/ann', { as: member, headers: { 'if-none-match': '"1"' } });
    expect(unchanged.status).toBe(304);
    await server.fetch('/records/staff/ann', {
      method: 'PATCH',
      as: member,
      headers: { 'content-type': 'application/json', 'if-match': '"1"' },
      body: JSON.stringify({ bio: 'unaware' }),
    });
    expect(await server.json('GET', '/records/staff/ann', undefined, member)).toMatchObject({ version: 2, bio: 'unaware' });
  });
});

describe('a part that one may not read, and its size and age', () => {
  it('make no event too large but for those who may', async () => {
    const server = await startServer({ config: { ...guarded, limits: { maxEventBytes: 2_000 } } });
    await server.json('POST', '/records/staff', { id: 'ann', name: 'Ann' }, hr);
    const { cursor } = await readPage(server, '0', { as: member });
    const changes = async (as: TestUser): Promise<unknown[]> =>
      (await readAll(server, '0', { as })).slice(1).map(({ truncated, data }) => truncated ?? data?.['bio']);
    // Each fits by itself, and both do not; the second not even by itself.
    const bio = 'b'.repeat(900);
    await server.json('PATCH', '/records/staff/ann', { bio, remarks: ['r'.repeat(900)] }, lead);
    await server.json('PATCH', '/records/staff/ann', { bio: 'short', remarks: ['r'.repeat(2_000)] }, lead);
    expect(await changes(member)).toEqual([bio, 'short']);
    expect(await changes(lead)).toEqual([true, true]);
    expect((await readPage(server, cursor, { as: member })).results).toHaveLength(2);
  });

  it('[F4] make a reader list again where compaction has left nothing of its record but what it may not see', async () => {
    const clock = handClock();
    const server = await startServer({ config: { ...guarded, feed: { keepMs: 1 } }, clock });
    const expiresIn = 1_000_000_000;
    await server.json('POST', '/records/staff', { id: 'ann', name: 'Ann' }, { ...hr, expiresIn });
    await server.json('PATCH', '/records/staff/ann', { salary }, { ...hr, expiresIn });
    await server.json('POST', '/records/projects', { id: 'p' }, { ...lead, expiresIn });
    await server.json('PATCH', '/records/projects/p', { members: ['mo'] }, { ...lead, expiresIn });
    const everything: TestUser = { user: 'hanna', roles: ['member', 'hr', 'lead'], expiresIn };
    clock.advance(2 * 60 * 60 * 1000);
    await until(
      'the feed to be compacted',
      async () => (await readAll(server, '0', { as: everything, query: staff })).length === 1,
    );
    expect(await readAll(server, '0', { as: everything, query: staff })).toMatchObject([{ data: { name: 'Ann', salary } }]);
    for (const collections of ['staff', 'projects']) {
      const query = `collections=${collections}`;
      const page = await readPage(server, '0', { as: { ...member, expiresIn }, query });
      expect(page).toMatchObject({ resumed: false, reset: 'compacted', results: [] });
    }
  });
});

describe('a part that one may read', () => {
  it('[R5] is one record with the rest: one view, one version that rises with each change, one history', async () => {
    const server = await withAnn();
    const view = await server.json<RecordView>('GET', '/records/staff/ann', undefined, hr);
    expect(view).toEqual({
      id: 'ann',
      version: 3,
      createdAt: view.createdAt,
      createdBy: 'hanna',
      updatedAt: view.updatedAt,
      updatedBy: 'lea',
      name: 'Ann',
      bio: '',
      salary,
      bonus: 7,
      verdict: paragraph(canary),
      remarks: [canary],
      grade: null,
    });
    expect(Object.keys(await server.json('GET', '/records/staff/ann', undefined, lead))).not.toContain('salary');
    expect(await readAll(server, '0', { as: hr })).toMatchObject([
      { type: 'staff.create', version: 2, changed: Object.keys(view).slice(6), data: { salary, bonus: null, remarks: [] } },
      {
        type: 'staff.update',
        version: 3,
        changed: ['bonus', 'verdict', 'remarks'],
        previous: { bonus: null, remarks: [] },
        actors: ['lea'],
      },
    ]);
    expect((await readAll(server, '0', { as: hr })).at(-1)?.data).toEqual(view);
    const asMember = await readAll(server, '0', { as: member });
    expect(asMember).toMatchObject([{ type: 'staff.create', version: 1, changed: ['name', 'bio', 'grade'], previous: {} }]);
    expect(Object.keys(asMember[0]?.data ?? {})).toEqual(
      Object.keys(view).filter((name) => !['salary', 'bonus', 'verdict', 'remarks'].includes(name)),
    );

    // A condition speaks of all that its sender may read.
    const patch = (as: TestUser, version: number, body: object): Promise<number> =>
      server
        .fetch('/records/staff/ann', {
          method: 'PATCH',
          as,
          headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
          body: JSON.stringify(body),
        })
        .then(({ status }) => status);
    const review = await connected(server, 'acme/staff/ann/review', { as: lead });
    review.document.getMap('fields').set('bonus', 8);
    await flushed(review);
    expect(await patch(hr, 3, { salary: 1 })).toBe(412);
    expect(await patch(hr, 4, { salary: 1 })).toBe(200);
    expect(await patch(lead, 3, { bonus: 9 })).toBe(200);
  });

  it('is sorted and filtered by, by who may read it only', async () => {
    const server = await withAnn();
    await server.json('POST', '/records/staff', { id: 'ben', name: 'Ben', salary: 3 }, hr);
    const ids = async (as: TestUser, query: string): Promise<string[]> =>
      (await server.json<{ items: RecordView[] }>('GET', `/records/staff?${query}`, undefined, as)).items.map(({ id }) => id);
    expect(await ids(hr, 'sort=salary')).toEqual(['ben', 'ann']);
    expect(await ids(hr, 'filter=salary > 3')).toEqual(['ann']);
    expect(await ids(lead, `filter=${encodeURIComponent(`remarks contains '${canary}'`)}`)).toEqual(['ann']);
    expect(await ids(member, 'filter=grade is null')).toEqual(['ann', 'ben']);
  });

  it('stands in the description of the API, for who may read it', async () => {
    const server = await withAnn();
    const propertiesFor = async (as: TestUser): Promise<readonly string[]> => {
      const { components } = await server.json<{
        components: { schemas: Record<string, { properties: object; required?: string[] }> };
      }>('GET', '/openapi.json', undefined, as);
      expect(components.schemas['staff']?.required).not.toContain('salary');
      return Object.keys(components.schemas['staff.update']?.properties ?? {});
    };
    expect(await propertiesFor(hr)).toEqual(['name', 'bio', 'salary', 'bonus', 'verdict', 'remarks', 'grade']);
    expect(await propertiesFor(lead)).toEqual(['name', 'bio', 'bonus', 'verdict', 'remarks', 'grade']);
    expect(await propertiesFor(member)).toEqual(['name', 'bio', 'grade']);
    expect((await fetch(`${server.url}/api/v1/openapi.json?token=made-up`)).status).toBe(401);
  });

  it('[J8] is derived after a crash as the rest of its record is', async () => {
    // Time stands still, so no quiet period ends by itself.
    const server = await startServer({ config: guarded, clock: handClock() });
    await server.json('POST', '/records/staff', { id: 'ann', name: 'Ann', salary }, hr);
    const review = await connected(server, 'acme/staff/ann/review', { as: lead });
    review.document.getMap('fields').set('bonus', 70);
    await flushed(review);
    const folder = await crashImage(server);
    const second = await startServer({ config: guarded, folder });
    expect(await server.json('GET', '/records/staff/ann', undefined, lead)).toMatchObject({ version: 1, bonus: null });
    expect(await second.json('GET', '/records/staff/ann', undefined, lead)).toMatchObject({
      version: 2,
      bonus: 70,
      updatedBy: 'lea',
    });
    expect(await second.json('GET', '/records/staff/ann', undefined, member)).toMatchObject({ version: 1, updatedBy: 'hanna' });
    await second.stop();
    const store = await openLevelStore({ path: folder });
    onTestFinished(() => store.close());
    expect((await verifyStore({ store, schema: second.schema })).problems).toEqual([]);
  });

  it('is written by who may write it, and read only by all others', async () => {
    const server = await withAnn();
    expect(await refusal(server, member, 'PATCH', '/records/staff/ann', { grade: 'a' })).toBe('forbidden grade');
    expect(await refusal(server, hr, 'PATCH', '/records/staff/ann', { bonus: 1 })).toBe('forbidden bonus');
    expect(await refusal(server, hr, 'PATCH', '/records/staff/batch', { records: [{ id: 'ann', remarks: [] }] })).toBe(
      'forbidden records.0.remarks',
    );
    expect(await refusal(server, member, 'POST', '/records/staff', { name: 'x', grade: 'a' })).toBe('forbidden grade');

    const reader = await connected(server, 'acme/staff/ann/review', { as: hr });
    expect(reader.authorizedScope).toBe('readonly');
    const other = await openRawDocument(server, 'acme/staff/ann/review', hr);
    const forged = new Y.Doc();
    forged.getMap('fields').set('bonus', 1_000);
    const state = Y.encodeStateAsUpdate(forged);
    other.send(frames.update('acme/staff/ann/review', state), frames.step2('acme/staff/ann/review', state));
    await until(
      'both to be refused',
      () => other.received.filter((frame) => frame.kind === 'saved' && !frame.saved).length === 2,
    );
    const yjs = await connectedYjs(server, 'acme/staff/ann/review', { as: hr });
    yjs.doc.getMap('fields').set('bonus', 2_000);
    const writer = await connected(server, 'acme/staff/ann/review', { as: lead });
    expect(writer.authorizedScope).toBe('read-write');
    writer.document.getMap('fields').set('bonus', 12);
    await flushed(writer);
    await until('the reader to see it', () => reader.document.getMap('fields').get('bonus') === 12);
    await until('it to be told of', async () => (await readAll(server, '0', { as: hr })).at(-1)?.data?.['bonus'] === 12);
    expect(await server.json('GET', '/records/staff/ann', undefined, hr)).toMatchObject({ bonus: 12 });
  });

  it('is one document for all fields of a group, and a small one', async () => {
    const server = await withAnn();
    const review = await connected(server, 'acme/staff/ann/review', { as: lead });
    expect(review.document.getMap('fields').toJSON()).toEqual({ bonus: 7 });
    expect(review.document.getXmlFragment('verdict').toString()).toBe(`<paragraph>${canary}</paragraph>`);
    const content = await connected(server, 'acme/staff/ann', { as: hr });
    expect(content.document.getMap('fields').toJSON()).toEqual({ name: 'Ann' });
  });

  it('goes and comes back with its record, and is purged with it', async () => {
    const server = await withAnn();
    const reasons: string[] = [];
    const review = await connect(
      server,
      'acme/staff/ann/review',
      { as: lead },
      { onClose: ({ event }) => reasons.push(event.reason) },
    );
    await until('the review to be synced', () => review.isSynced);
    review.document.getMap('fields').set('bonus', 77);
    await server.json('DELETE', '/records/staff/ann', undefined, hr);
    await until('the editor to be told', () => reasons.includes('record_deleted'));
    expect(await refusal(server, lead, 'PATCH', '/records/staff/ann', { bonus: 1 })).toBe('record_deleted');
    await server.json('POST', '/records/staff/ann/restore', undefined, hr);
    expect(await server.json('GET', '/records/staff/ann', undefined, hr)).toMatchObject({ salary, bonus: 77 });
    await server.json('DELETE', '/records/staff/ann', undefined, hr);
    await server.json('POST', '/records/staff/ann/purge', undefined, hr);
    expect(JSON.stringify(await readAll(server, '0', { as: hr }))).not.toContain(canary);
    for await (const [key, value] of server.store.range({ prefix: '' }))
      expect(Buffer.from(value).toString('latin1'), key).not.toContain(canary);
    for (const part of ['', '/review', '/salary'])
      for await (const [seq] of server.store.entries(`journal/acme/staff/ann${part}`))
        expect.unreachable(`entry ${seq} of ${part}`);
  });
});

describe('a part that the config has no more', () => {
  it('[R3] is purged with its record', async () => {
    const configOf = (more: Parameters<typeof collection>[0]['fields']): unknown =>
      defineConfig({ collections: { staff: collection({ fields: { name: field.string(), ...more } }) } });
    const before = await startServer({ config: configOf({ note: field.text({ access: { read: ['hr'], write: ['hr'] } }) }) });
    await before.json('POST', '/records/staff', { id: 'ann', name: 'Ann', note: canary }, hr);
    await before.stop();
    const server = await startServer({ config: configOf({}), folder: before.folder });
    await server.json('DELETE', '/records/staff/ann');
    await server.json('POST', '/records/staff/ann/purge');
    for await (const [key, value] of server.store.range({ prefix: '' }))
      expect(Buffer.from(value).toString('latin1'), key).not.toContain(canary);
    for await (const [seq] of server.store.entries('journal/acme/staff/ann/note')) expect.unreachable(`entry ${seq}`);
  });
});

describe('a field of another part', () => {
  it('[R1] cannot be smuggled into a document that one may write', async () => {
    const server = await withAnn();
    const stream = await openStream(server, 'now', { as: hr });
    const writer = await connected(server, 'acme/staff/ann', { as: member });
    const notices: string[] = [];
    writer.on('stateless', ({ payload }: { payload: string }) => notices.push(payload));
    writer.document.transact(() => {
      writer.document.getMap('fields').set('salary', 1);
      writer.document.getMap('fields').set('name', 'Anne');
      writer.document.getMap('remarks').set('mine', true);
    });
    await flushed(writer);
    await until('the notice', () => notices.find((payload) => payload.includes('corrected')));
    expect(JSON.parse(notices[0] ?? '')).toMatchObject({
      type: 'corrected',
      corrections: [
        { field: 'salary', rule: 'is no field', value: null },
        { field: 'remarks', rule: 'is no field', value: null },
      ],
    });
    expect(writer.document.getMap('fields').toJSON()).toEqual({ name: 'Anne' });
    await stream.has(1);
    expect(stream.events[0]).toMatchObject({ changed: ['name'], data: { salary, remarks: [canary], name: 'Anne' } });
  });
});
