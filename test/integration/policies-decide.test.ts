import { describe, expect, it } from 'vitest';
import type { ErrorBody, FeedEvent, RecordView } from '@concord/protocol';
import { collection, defineConfig, field, policy } from '@concord/schema';
import { openStream, readAll, readPage } from '../kit/feed-readers.ts';
import { gate } from '../kit/gate.ts';
import guarded from '../kit/guarded.config.ts';
import { connect, connected, connectedYjs, flushed } from '../kit/providers.ts';
import { frames, openRaw, openRawDocument, openRawYjs, updateWriting } from '../kit/raw-client.ts';
import { startServer, type TestServer, type TestServerOptions } from '../kit/server.ts';
import { tokenFor, type TestUser } from '../kit/tokens.ts';
import { until } from '../kit/until.ts';

const ann: TestUser = { user: 'ann' };
const ben: TestUser = { user: 'ben' };
/** Says who is in a project. */
const lead: TestUser = { user: 'lea', roles: ['member', 'lead'] };
const path = '/records/projects/p';
const document = 'acme/projects/p';

/** A project of Lea's, which Ann may edit and see the budget of. */
async function withProject(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startServer({ config: guarded, ...options });
  await server.json('POST', '/records/projects', { id: 'p', title: 'Moon', members: ['ann'], editors: ['ann'] }, lead);
  await server.json('PATCH', path, { budget: 1 }, ann);
  return server;
}

async function answer(server: TestServer, as: TestUser, method: string, where: string, body?: unknown): Promise<string> {
  const response = await server.fetch(where, {
    method,
    as,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return response.ok ? String(response.status) : ((await response.json()) as ErrorBody).error.code;
}

async function listed(server: TestServer, as: TestUser, query = ''): Promise<readonly RecordView[]> {
  return (await server.json<{ items: RecordView[] }>('GET', `/records/projects?${query}`, undefined, as)).items;
}

const told = (events: readonly FeedEvent[]): readonly string[] =>
  events.map(({ type, match, data }) => [type.split('.')[1], match, data?.['title']].filter(Boolean).join(' '));

describe('[R6] a policy', () => {
  it('decides at each request, on each record by itself', async () => {
    const server = await withProject();
    await server.json('POST', '/records/projects', { id: 'q', title: 'Mars', members: [] }, lead);
    expect((await listed(server, ann)).map(({ id }) => id)).toEqual(['p']);
    expect((await listed(server, lead, 'sort=-title&total=true')).map(({ id }) => id)).toEqual(['p', 'q']);
    expect(await listed(server, ben)).toEqual([]);
    expect(await answer(server, ann, 'GET', path)).toBe('200');
    for (const [method, where, body] of [
      ['GET', path, undefined],
      ['PATCH', path, { title: 'x' }],
      ['PATCH', '/records/projects/batch', { records: [{ id: 'p', title: 'x' }] }],
      ['DELETE', path, undefined],
      ['DELETE', '/records/projects/batch', { ids: ['p'] }],
      ['POST', `${path}/restore`, undefined],
      ['POST', `${path}/purge`, undefined],
    ] as const) {
      expect(await answer(server, ben, method, where, body), `${method} ${where}`).toBe('not_found');
      const nothing = JSON.parse(JSON.stringify(body ?? null).replace('"p"', '"none"')) as unknown;
      expect(await answer(server, ben, method, where.replace(path, '/records/projects/none'), nothing ?? undefined)).toBe(
        'not_found',
      );
    }
    expect(await answer(server, ann, 'PATCH', path, { title: 'The moon' })).toBe('200');
    expect(await answer(server, ann, 'DELETE', path)).toBe('forbidden');
    expect(await answer(server, ann, 'PATCH', path, { members: ['ann', 'ben'] })).toBe('forbidden');
    expect(await answer(server, lead, 'DELETE', path)).toBe('204');
    expect(await answer(server, ann, 'GET', path)).toBe('record_deleted');
    expect(await answer(server, ben, 'GET', path)).toBe('not_found');
    expect(await answer(server, ann, 'POST', `${path}/restore`)).toBe('forbidden');
  });

  it('decides on a part as on a record', async () => {
    const server = await withProject();
    expect(await server.json('GET', path, undefined, ann)).toMatchObject({ budget: 1 });
    expect(await server.json('GET', path, undefined, lead)).not.toHaveProperty('budget');
    expect((await listed(server, ann, 'filter=budget = 1')).map(({ id }) => id)).toEqual(['p']);
    // To who may not see it, it holds nothing.
    expect(await listed(server, lead, 'filter=budget = 1')).toEqual([]);
    expect((await listed(server, lead, 'filter=budget is null')).map(({ id }) => id)).toEqual(['p']);
    expect(await answer(server, lead, 'PATCH', path, { budget: 3 })).toBe('forbidden');
    const budget = await connected(server, `${document}/budget`, { as: ann });
    expect(budget.document.getMap('fields').get('budget')).toBe(1);
    const raw = await openRawYjs(server, `${document}/budget`, await tokenFor(lead));
    expect((await raw.ended()).reason).toBe('not_found');
  });

  it('decides on each record of a list that is sorted by a part, page by page', async () => {
    const server = await withProject();
    for (const id of ['q', 'r', 's']) await server.json('POST', '/records/projects', { id, members: ['ann'] }, lead);
    const seen: string[] = [];
    for (let page = ''; ;) {
      const where = `/records/projects?sort=-budget&limit=1${page}`;
      const { items, nextPage } = await server.json<{ items: RecordView[]; nextPage?: string }>('GET', where, undefined, ann);
      seen.push(...items.map(({ id }) => id));
      if (nextPage === undefined) break;
      page = `&page=${nextPage}`;
    }
    // Of the others she does not see the budget.
    expect(seen).toEqual(['p', 'q', 'r', 's']);
  });

  it('cannot change what it is given: neither the record, nor who asks', async () => {
    const lines: Record<string, unknown>[] = [];
    const meddling = policy({
      reads: ['tags', 'owners'],
      allow({ user, record }) {
        for (const list of [record['tags'], record['owners'], user.roles] as string[][]) {
          try {
            list.push('boss');
          } catch {
            // It goes on as if it had succeeded.
          }
        }
        return true;
      },
    });
    const config = defineConfig({
      collections: {
        things: collection({
          fields: { tags: field.set({ delegable: true }), owners: field.set({ access: { write: ['boss'] } }) },
          access: { read: meddling },
        }),
      },
    });
    const server = await startServer({ config, onLog: (line) => lines.push(line) });
    await server.json('POST', '/records/things', { id: 't', tags: ['a'] }, ann);
    await connected(server, 'acme/things/t', { as: ann });
    expect(await answer(server, ann, 'PATCH', '/records/things/t', { owners: ['ann'] })).toBe('forbidden');
    await server.json('PATCH', '/records/things/t', { tags: ['a', 'b'] }, ann);
    expect(await server.json('GET', '/records/things/t', undefined, ann)).toMatchObject({ tags: ['a', 'b'], owners: [] });
    expect((await readAll(server, '0', { as: ann })).map(({ changed }) => changed)).toEqual([['tags', 'owners'], ['tags']]);
  });

  it('sees nothing in a field that is younger than the record, not even that it is not there', async () => {
    const fields = { title: field.string() };
    const before = await startServer({ config: defineConfig({ collections: { things: collection({ fields }) } }) });
    await before.json('POST', '/records/things', { id: 't', title: 'old' }, lead);
    await before.stop();
    const isOpen = policy({ reads: ['members'], allow: ({ record }) => record['members'].length === 0 });
    const config = defineConfig({
      collections: {
        things: collection({ fields: { ...fields, members: field.set({ delegable: true }) }, access: { read: isOpen } }),
      },
    });
    const server = await startServer({ config, folder: before.folder });
    expect(await server.json('GET', '/records/things/t', undefined, ann)).toMatchObject({ title: 'old' });
    expect(told(await readAll(server, '0', { as: ann }))).toEqual(['create enter old']);
  });

  it('that fails denies, and is logged, and takes nobody along', async () => {
    const lines: Record<string, unknown>[] = [];
    const server = await withProject({ onLog: (line) => lines.push(line) });
    expect(await answer(server, ann, 'POST', '/records/broken', { id: 'b', title: 'x' })).toBe('201');
    expect(await answer(server, ann, 'GET', '/records/broken/b')).toBe('not_found');
    expect((await server.json<{ items: [] }>('GET', '/records/broken', undefined, ann)).items).toEqual([]);
    expect(told(await readAll(server, '0', { as: ann }))).toEqual(['create enter Moon', 'update stay Moon']);
    const provider = await connect(server, 'acme/broken/b', { as: ann });
    let reason: string | undefined;
    provider.on('authenticationFailed', (data: { reason: string }) => (reason = data.reason));
    expect(await until('a refusal', () => reason)).toBe('not_found');
    expect(lines.filter(({ msg }) => msg === 'a policy has failed; it denies').length).toBeGreaterThan(0);
    expect(JSON.stringify(lines.find(({ msg }) => msg === 'a policy has failed; it denies'))).toContain(
      'a policy with a mistake',
    );
  });

  it('is judged on the record that a create would make', async () => {
    const server = await startServer({ config: guarded });
    expect(await server.json('POST', '/records/drafts', { id: 'd', title: 'mine', owner: 'ann' }, ann)).toMatchObject({
      title: 'mine',
    });
    // One may make what one may not read, and is shown no more than that it is made.
    const given = await server.json('POST', '/records/drafts', { id: 'e', title: 'hers', owner: 'ann' }, ben);
    expect(Object.keys(given).toSorted()).toEqual(['createdAt', 'createdBy', 'id', 'updatedAt', 'updatedBy', 'version']);
    expect(await answer(server, ben, 'GET', '/records/drafts/e')).toBe('not_found');
    const beginner = await connected(server, 'acme/drafts/new', { as: ben });
    beginner.document.getMap('fields').set('title', 'begun');
    await flushed(beginner);
    expect(beginner.document.getMap('fields').get('title')).toBe('begun');
  });
});

describe('access that is taken away', () => {
  it('[R6] closes every document of the record, without a quiet time, to whoever lost it and to nobody else', async () => {
    const server = await withProject();
    await server.json('PATCH', path, { members: ['ann', 'ben'] }, lead);
    const reasons: string[] = [];
    const note = { onClose: ({ event }: { event: { reason: string } }) => reasons.push(event.reason) };
    const content = await connect(server, document, { as: ann }, note);
    const budget = await connect(server, `${document}/budget`, { as: ann }, note);
    const members = await connect(server, `${document}/members`, { as: ann }, note);
    const overYjs = await connectedYjs(server, document, { as: ann });
    let closed: { code: number; reason: string } | undefined;
    overYjs.on('closed', (event: { code: number; reason: string }) => (closed = event));
    const other = await connected(server, document, { as: ben });
    await until('all to be synced', () => [content, budget, members].every(({ isSynced }) => isSynced));

    // By an edit, as a page makes it, and not by a request.
    const manager = await connected(server, `${document}/members`, { as: lead });
    manager.document.getMap('members').delete('ann');
    await until('Ann to be sent away', () => reasons.filter((reason) => reason === 'forbidden').length === 3);
    expect(await until('the other socket to end', () => closed)).toMatchObject({ code: 4403, reason: 'forbidden' });

    other.document.getText('body').insert(0, 'still here');
    manager.document.getMap('members').set('carl', true);
    await flushed(manager);
    expect(content.document.getText('body').toString()).toBe('');
    expect(members.document.getMap('members').has('carl')).toBe(false);
    expect(await answer(server, ann, 'GET', path)).toBe('not_found');
  });

  it('[R6] takes along the very edit that takes it, and what is asked for and written before that is on disk', async () => {
    const held = gate();
    const server = await withProject({ store: held.store });
    const content = await openRawDocument(server, document, ann);
    const budget = await openRawDocument(server, `${document}/budget`, ann);
    const overYjs = await openRawYjs(server, document, await tokenFor(ann));
    overYjs.send(frames.step1(undefined));
    await until('the other to be open', () => overYjs.kinds().includes('step2'));
    overYjs.received.length = 0;
    const writer = await openRawDocument(server, document, lead);
    const release = held.hold();
    let patched: Promise<unknown> | undefined;
    await held.reachedBy(() => {
      patched = server.json('PATCH', path, { title: 'Mars', members: [], editors: [] }, lead);
    });
    content.send(frames.step1(document));
    overYjs.send(frames.step1(undefined));
    writer.send(frames.update(document, updateWriting('among us')));
    for (const raw of [content, overYjs, writer]) await raw.settled();
    release();
    await patched;
    await until('the writer to be answered', () => writer.acks(document) === 1);
    expect((await overYjs.ended()).reason).toBe('forbidden');
    for (const [raw, name] of [
      [content, document],
      [budget, `${document}/budget`],
    ] as const) {
      await until('the document to be closed', () => raw.received.length > 0);
      await raw.settled();
      expect(raw.received).toEqual([{ document: name, kind: 'closed', text: 'forbidden' }]);
    }
    expect(overYjs.received).toEqual([]);
  });

  it('[R6] while a document is being opened shows not even who is there', async () => {
    const held = gate();
    const server = await withProject({ store: held.store });
    const raw = await openRaw(server);
    const reads = held.holdReads(`record/${document}`);
    raw.send(frames.token(document, await tokenFor(ann)), frames.step1(document));
    await until('the record to be read for her', () => reads.isReached);
    const other = await connected(server, document, { as: lead });
    other.awareness?.setLocalStateField('cursor', 3);
    await flushed(other);
    await server.json('PATCH', path, { members: [] }, lead);
    reads.release();
    await until('an answer', () => raw.received.length > 0);
    await raw.settled();
    expect(raw.received).toEqual([{ document, kind: 'denied', text: 'not_found' }]);
  });

  it('[R5] to a part makes another record of it, also where the version is one that was before', async () => {
    const server = await withProject();
    await server.json('PATCH', path, { members: ['ann', 'ben'] }, lead);
    const fetched = async (headers: Record<string, string> = {}): Promise<Response> => {
      const response = await server.fetch(path, { as: ann, headers });
      await response.text();
      return response;
    };
    const tag = (await fetched()).headers.get('etag') ?? '';
    expect((await fetched({ 'if-none-match': tag })).status).toBe(304);
    const writeIf = (condition: string): Promise<number> =>
      server
        .fetch(path, {
          method: 'PATCH',
          as: ann,
          headers: { 'content-type': 'application/json', 'if-match': condition },
          body: JSON.stringify({}),
        })
        .then(({ status }) => status);
    expect(await writeIf(tag)).toBe(200);
    const { version } = await server.json<RecordView>('GET', path, undefined, ann);
    await server.json('PATCH', path, { editors: [] }, lead);
    expect((await fetched({ 'if-none-match': tag })).status).toBe(200);
    expect(await server.json('GET', path, undefined, ann)).toMatchObject({ version, editors: [] });
    expect(await writeIf(tag)).toBe(412);
    expect(await writeIf((await fetched()).headers.get('etag') ?? '')).toBe(200);
  });

  it('[R6] while a document is being loaded keeps it from being shown', async () => {
    const before = await withProject();
    await before.stop();
    const held = gate();
    const server = await startServer({ config: guarded, folder: before.folder, store: held.store });
    const raw = await openRaw(server);
    const reads = held.holdReads(`${document}/budget`);
    raw.send(frames.token(`${document}/budget`, await tokenFor(ann)), frames.step1(`${document}/budget`));
    await until('the budget to be loaded for her', () => reads.isReached);
    await server.json('PATCH', path, { editors: [] }, lead);
    reads.release();
    await until('it to be closed', () => raw.kinds(`${document}/budget`).includes('closed'));
    expect(raw.kinds(`${document}/budget`)).toEqual(['authenticated', 'closed']);
  });

  it('[R6] turns a document read-only, and writable again, saying so', async () => {
    const server = await withProject();
    const writer = await connected(server, document, { as: ann });
    const notices: unknown[] = [];
    writer.on('stateless', ({ payload }: { payload: string }) => notices.push(JSON.parse(payload)));
    await server.json('PATCH', path, { editors: [] }, lead);
    await until('the notice', () => notices.length === 1);
    expect(notices).toEqual([{ type: 'read_only', code: 'forbidden' }]);
    writer.document.getText('body').insert(0, 'not taken');
    await flushed(writer);
    await server.json('PATCH', path, { editors: ['ann'] }, lead);
    await until('the other notice', () => notices.some((notice) => (notice as { type: string }).type === 'writable'));
    const reader = await connected(server, document, { as: lead });
    expect(reader.document.getText('body').toString()).toBe('');
    // What was written meanwhile is sent with the next sync.
    const again = await connected(server, document, { as: ann, document: writer.document });
    await flushed(again);
    await until('it to arrive', () => reader.document.getText('body').toString() === 'not taken');
  });

  it('[F5] is told as a leave, without a word on what the record has become; what is given, as an enter', async () => {
    const server = await withProject();
    const streams = { ann: await openStream(server, '0', { as: ann }), ben: await openStream(server, '0', { as: ben }) };
    await streams.ann.has(2);
    const { cursor } = await readPage(server, '0', { as: ann });
    await server.json('PATCH', path, { title: 'Mars', members: ['ben'] }, lead);
    await server.json('PATCH', path, { title: 'Venus' }, lead);
    await streams.ben.has(2);
    await streams.ann.has(3);
    expect(told(streams.ann.events)).toEqual(['create enter Moon', 'update stay Moon', 'update leave']);
    expect(streams.ann.events[2]).toMatchObject({
      type: 'projects.update',
      collection: 'projects',
      record: 'p',
      match: 'leave',
      // The last that she has seen.
      version: streams.ann.events[1]?.version,
      changed: [],
      previous: {},
      actors: [],
    });
    expect(streams.ann.events[2]).not.toHaveProperty('data');
    expect(told(streams.ben.events)).toEqual(['update enter Mars', 'update stay Venus']);
    expect(streams.ben.events[0]).toMatchObject({ match: 'enter', previous: {}, data: { title: 'Mars', members: ['ben'] } });
    expect(JSON.stringify(streams.ben.events)).not.toMatch(/Moon|budget/);

    // Later, by another transport: what she may not see any more she is not shown again.
    expect(told((await readPage(server, cursor, { as: ann })).results)).toEqual(['update leave']);
    expect(told(await readAll(server, '0', { as: ann }))).toEqual(['update leave']);
    expect(told((await readPage(server, '0', { as: ben, feed: 'longpoll' })).results)).toEqual([
      'update enter Mars',
      'update stay Venus',
    ]);
    expect(told(await readAll(server, '0', { as: ben, query: 'collections=projects:update' }))).toEqual([
      'update enter Mars',
      'update stay Venus',
    ]);
    expect(told(await readAll(server, '0', { as: ben, query: 'collections=projects:create' }))).toEqual(['update enter Mars']);

    await server.json('DELETE', path, undefined, lead);
    await streams.ben.has(3);
    expect(told(streams.ben.events)).toEqual(['update enter Mars', 'update stay Venus', 'delete leave Venus']);
    expect(await readAll(server, '0', { as: ann })).toHaveLength(1);
  });

  it('[F5] to a part shows that part no more, and changes what the record is to who saw it', async () => {
    const server = await withProject();
    const stream = await openStream(server, 'now', { as: ann });
    await until('the stream to be open', () => stream.named.length === 1);
    await server.json('PATCH', path, { editors: ['lea'] }, lead);
    await stream.has(1);
    expect(stream.events[0]).toMatchObject({ changed: ['editors', 'budget'], previous: { editors: ['ann'] } });
    expect(stream.events[0]?.data).not.toHaveProperty('budget');
    expect(JSON.stringify((await readAll(server, '0', { as: ann })).map(({ data }) => data))).not.toContain('budget');
    const asLead = await readAll(server, '0', { as: lead });
    expect(asLead.at(-1)).toMatchObject({ changed: ['editors', 'budget'], data: { budget: 1 } });
  });

  it('[F5] and what is given shows nothing of what was before, nor of a record that is too large for an event', async () => {
    const server = await startServer({ config: { ...guarded, limits: { maxEventBytes: 2_000 } } });
    const owner: TestUser = { user: 'olga', roles: ['member', 'lead'] };
    const body = 'x'.repeat(3_000);
    const stream = await openStream(server, '0', { as: ben });
    await server.json('POST', '/records/projects', { id: 'p', title: 'Moon', body, editors: ['olga'] }, owner);
    await server.json('PATCH', path, { budget: 111 }, owner);
    await server.json('PATCH', path, { budget: 222, body: '', members: ['ben'], editors: ['olga', 'ben'] }, owner);
    await stream.has(1);
    expect(told(stream.events)).toEqual(['update enter Moon']);
    await server.json('PATCH', path, { editors: ['olga'] }, owner);
    await server.json('PATCH', path, { budget: 333, editors: ['olga', 'ben'] }, owner);
    await stream.has(3);
    expect(stream.events[2]).toMatchObject({ changed: ['editors', 'budget'], data: { budget: 333 } });
    expect(stream.events[2]?.previous).toEqual({ editors: ['olga'] });
    expect(JSON.stringify(stream.events)).not.toContain('111');
  });

  it('[F5] to a part takes it out of what is replayed, and out of what can be asked for there', async () => {
    // Nothing but the record as it is now can answer what is filtered for.
    const server = await startServer({ config: { ...guarded, limits: { maxEventBytes: 2_000 } } });
    const body = 'x'.repeat(3_000);
    await server.json('POST', '/records/projects', { id: 'p', title: 'Moon', body, members: ['ann'], editors: ['ann'] }, lead);
    const { cursor } = await readPage(server, '0', { as: ann });
    await server.json('PATCH', path, { budget: 60 }, ann);
    await server.json('PATCH', path, { title: 'Mars', body: '' }, ann);
    await server.json('PATCH', path, { editors: ['lea'] }, lead);
    const replayed = await readAll(server, cursor, { as: ann });
    // What she held is not there any more: each event says so, and none that there is nothing to say.
    expect(replayed.map(({ changed }) => changed)).toEqual([['budget'], ['title', 'body', 'budget'], ['editors', 'budget']]);
    expect(JSON.stringify(replayed.map(({ data, previous }) => [data, previous]))).not.toContain('budget');
    const asked = async (filter: string): Promise<readonly (string | undefined)[]> =>
      (await readAll(server, '0', { as: ann, query: `collections=projects&filter=${encodeURIComponent(filter)}` })).map(
        ({ match }) => match,
      );
    // Whatever it was, by what she may not see any more nothing matches from then on.
    expect(await asked('budget > 50')).toEqual(['leave']);
    expect(await asked('budget < 50')).toEqual(['leave']);
    expect(await asked('budget is null')).toEqual(['enter', 'stay', 'stay', 'stay']);
    await server.json('PATCH', path, { budget: 70 }, lead);
    expect(await asked('budget > 50')).toEqual(['leave']);
  });

  it('[F6] makes no cursor of one user good for another', async () => {
    const server = await withProject();
    const { cursor } = await readPage(server, '0', { as: ann });
    expect(await readPage(server, cursor, { as: ben })).toMatchObject({ resumed: false, reset: 'access', results: [] });
    expect(await readPage(server, cursor, { as: ann })).toMatchObject({ resumed: true });
    const listed = await server.json<{ cursor: string }>('GET', '/records/projects', undefined, ann);
    expect(await readPage(server, listed.cursor, { as: { ...ann, roles: ['member', 'hr'] } })).toMatchObject({ reset: 'access' });
  });

  it('by a new token with other roles takes effect on what is open', async () => {
    const server = await startServer({ config: guarded });
    await server.json('POST', '/records/staff', { id: 's', name: 'Sue', salary: 3 }, { user: 'hanna', roles: ['hr'] });
    let roles = ['hr'];
    const reasons: string[] = [];
    const provider = await connect(
      server,
      'acme/staff/s/salary',
      { as: { user: 'hanna', roles } },
      { token: () => tokenFor({ user: 'hanna', roles }), onClose: ({ event }) => reasons.push(event.reason) },
    );
    await until('it to be synced', () => provider.isSynced);
    roles = ['member'];
    await provider.sendToken();
    await until('it to be closed', () => reasons.length === 1);
    expect(reasons).toEqual(['not_found']);

    roles = ['lead'];
    const notices: unknown[] = [];
    const review = await connect(
      server,
      'acme/staff/s/review',
      { as: { user: 'hanna', roles } },
      {
        token: () => tokenFor({ user: 'hanna', roles }),
        onStateless: ({ payload }) => notices.push(JSON.parse(payload)),
      },
    );
    await until('the other to be synced', () => review.isSynced);
    roles = ['hr'];
    await review.sendToken();
    await until('the notice', () => notices.length === 1);
    expect(notices).toEqual([{ type: 'read_only', code: 'forbidden' }]);
  });
});
