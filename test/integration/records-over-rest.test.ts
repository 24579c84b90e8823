import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { ChangesPage, ErrorBody, RecordView } from '@concord/protocol';
import { connected, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const json = { 'content-type': 'application/json' };

/** A request that is refused: its status, code and field. */
async function refusal(server: TestServer, method: string, path: string, body?: unknown): Promise<string> {
  const response = await server.fetch(path, {
    method,
    ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }),
  });
  const { error } = (await response.json()) as ErrorBody;
  return [response.status, error.code, error.field].filter((part) => part !== undefined).join(' ');
}

async function events(server: TestServer): Promise<ChangesPage['results']> {
  return (await server.json<ChangesPage>('GET', '/changes?since=0&limit=1000')).results;
}

const paragraph = (text: string): object => ({ type: 'paragraph', content: [{ type: 'text', text }] });

const full = {
  name: 'Ünïcode 🧡',
  count: -2.5,
  done: true,
  due: '2026-11-21T10:00:00Z',
  kind: 'b',
  parent: 'other',
  meta: { deep: [1, null, { x: 'y' }] },
  body: 'line one\nline two',
  rich: {
    type: 'doc',
    content: [
      paragraph('Hello'),
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph('a <b> & "c"')] }] },
      { type: 'paragraph', content: [{ type: 'text', text: 'bold', marks: [{ type: 'bold' }] }] },
    ],
  },
  lines: [
    { item: 'Lamp', amount: 2 },
    { item: null, amount: 0.5 },
  ],
  votes: 7,
  tags: ['alpha', 'beta'],
};
const empty = {
  name: null,
  count: null,
  done: null,
  due: null,
  kind: null,
  parent: null,
  meta: null,
  body: '',
  rich: { type: 'doc', content: [] },
  lines: [],
  votes: 0,
  tags: [],
};

describe('a record of every kind of field', () => {
  it('is created, read, changed, deleted, and each of it is told', async () => {
    const server = await startServer();
    const created = await server.fetch('/records/everything', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ id: 'e1', ...full }),
    });
    const view = (await created.json()) as RecordView;
    expect({
      status: created.status,
      etag: created.headers.get('etag'),
      location: created.headers.get('location'),
      view,
    }).toEqual({
      status: 201,
      etag: '"1"',
      location: '/api/v1/records/everything/e1',
      view: {
        id: 'e1',
        version: 1,
        createdAt: expect.any(String) as string,
        createdBy: 'alice',
        updatedAt: view.createdAt,
        updatedBy: 'alice',
        ...full,
      },
    });
    expect(view.createdAt).toBe(new Date(view.createdAt).toISOString());
    expect(await server.json('GET', '/records/everything/e1')).toEqual(view);

    const changed = await server.json<RecordView>('PATCH', '/records/everything/e1', { count: 1 }, { user: 'ben' });
    expect(changed).toMatchObject({
      ...full,
      count: 1,
      version: 2,
      createdBy: 'alice',
      updatedBy: 'ben',
      createdAt: view.createdAt,
    });
    const removed = await server.fetch('/records/everything/e1', { method: 'DELETE' });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
    expect(await refusal(server, 'GET', '/records/everything/e1')).toBe('410 record_deleted');

    const told = await events(server);
    expect(told.map(({ type, version, changed: fields, previous }) => ({ type, version, fields, previous }))).toEqual([
      { type: 'everything.create', version: 1, fields: Object.keys(full), previous: {} },
      { type: 'everything.update', version: 2, fields: ['count'], previous: { count: -2.5 } },
      { type: 'everything.delete', version: 3, fields: [], previous: {} },
    ]);
    expect(told[0]?.data).toEqual(view);
    expect(told[1]?.data).toEqual(changed);
    expect(told[2]?.data).toMatchObject({ ...full, count: 1 });
  });

  it('has defaults where nothing was given, and an id of its own', async () => {
    const server = await startServer();
    const view = await server.json<RecordView>('POST', '/records/everything', {});
    expect(view).toMatchObject({ version: 1, ...empty });
    expect(view.id).toMatch(/^[0-9a-f-]{36}$/);
    const ticket = await server.json<RecordView>('POST', '/records/tickets', { title: 'x' });
    expect(ticket).toMatchObject({ status: 'open', estimate: null, body: '', notes: { type: 'doc', content: [] } });
  });

  it('loses its values on null and nothing else', async () => {
    const server = await startServer();
    await server.json('POST', '/records/everything', { id: 'e1', ...full });
    const scalars = { name: null, count: null, done: null, due: null, kind: null, parent: null, meta: null };
    expect(await server.json('PATCH', '/records/everything/e1', scalars)).toMatchObject({ ...full, ...scalars, version: 2 });
    const shared = { body: '', rich: { type: 'doc', content: [] }, lines: [], votes: 0, tags: [] };
    expect(await server.json('PATCH', '/records/everything/e1', shared)).toMatchObject({ ...empty, version: 3 });
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x', status: 'closed' });
    expect(await server.json('PATCH', '/records/tickets/t1', { status: null })).toMatchObject({ status: 'open' });
    expect(await refusal(server, 'PATCH', '/records/tickets/t1', { title: null })).toBe('422 invalid_record title');
  });

  it('says which field is at fault, and stays as it was', async () => {
    const server = await startServer();
    const before = await server.json<RecordView>('POST', '/records/everything', { id: 'e1', ...full });
    const mistakes: readonly (readonly [input: object, field: string])[] = [
      [{ name: 7 }, 'name'],
      [{ count: '7' }, 'count'],
      [{ done: 'yes' }, 'done'],
      [{ due: 'tomorrow' }, 'due'],
      [{ due: '2026-02-30' }, 'due'],
      [{ kind: 'c' }, 'kind'],
      [{ parent: 'no/id' }, 'parent'],
      [{ body: 7 }, 'body'],
      [{ body: '\ud800' }, 'body'],
      [{ rich: 'text' }, 'rich'],
      [
        { rich: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 7 }] }] } },
        'rich.content.0.content.0.text',
      ],
      [{ lines: {} }, 'lines'],
      [{ lines: [{ item: 'x' }, { item: 'y', amount: 'z' }] }, 'lines.1.amount'],
      [{ lines: [{ item: 'x', colour: 'red' }] }, 'lines.0.colour'],
      [{ votes: 1.5 }, 'votes'],
      [{ votes: { increment: 'x' } }, 'votes.increment'],
      [{ tags: 'a' }, 'tags'],
      [{ tags: ['a', 7] }, 'tags.1'],
      [{ colour: 'red' }, 'colour'],
      [{ version: 7 }, 'version'],
      [{ id: 'e2' }, 'id'],
    ];
    for (const [input, field] of mistakes) {
      expect(await refusal(server, 'PATCH', '/records/everything/e1', input)).toBe(`422 invalid_record ${field}`);
      if ('id' in input) continue;
      expect(await refusal(server, 'POST', '/records/everything', input)).toBe(`422 invalid_record ${field}`);
    }
    expect(await refusal(server, 'POST', '/records/tickets', { status: 'open' })).toBe('422 invalid_record title');
    expect(await refusal(server, 'POST', '/records/tickets', { title: 'x', estimate: -1 })).toBe('422 invalid_record estimate');
    expect(await refusal(server, 'POST', '/records/everything', { id: '../x' })).toBe('400 invalid_name id');
    expect(await refusal(server, 'POST', '/records/everything', [])).toBe('422 invalid_record');
    expect(await refusal(server, 'PATCH', '/records/everything/none', { name: 'x' })).toBe('404 not_found');
    expect(await server.json('GET', '/records/everything/e1')).toEqual(before);
    expect(await events(server)).toHaveLength(1);
  });

  it('is made once: its id stays taken, deleted or not', async () => {
    const server = await startServer();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        server.fetch('/records/tickets', { method: 'POST', headers: json, body: JSON.stringify({ id: 'one', title: 'x' }) }),
      ),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', ...Array.from({ length: 7 }, () => '409')]);
    await server.json('DELETE', '/records/tickets/one');
    expect(await refusal(server, 'POST', '/records/tickets', { id: 'one', title: 'y' })).toBe('409 record_exists id');
    await server.json('POST', '/records/tickets/one/purge');
    expect(await refusal(server, 'POST', '/records/tickets', { id: 'one', title: 'y' })).toBe('409 record_exists id');
    // Another collection, and another account, have ids of their own.
    await server.json('POST', '/records/notes', { id: 'one', title: 'y' });
    await server.json('POST', '/records/tickets', { id: 'one', title: 'y' }, { account: 'globex' });
  });

  it('changes nothing, and tells nothing, where a change changes nothing', async () => {
    const server = await startServer();
    const before = await server.json<RecordView>('POST', '/records/everything', { id: 'e1', ...full });
    expect(await server.json('PATCH', '/records/everything/e1', full)).toEqual(before);
    expect(await server.json('PATCH', '/records/everything/e1', {})).toEqual(before);
    expect(await events(server)).toHaveLength(1);
  });
});

describe('[R2] a PATCH meets the edits of others', () => {
  it('changes a text where it differs, so that a cursor in it stays where it was', async () => {
    const server = await startServer();
    const text = 'The quick brown fox jumps over the lazy dog.';
    await server.json('POST', '/records/tickets', { id: 't1', title: 'x', body: text });
    const ann = await connected(server, 'acme/tickets/t1', { as: { user: 'ann' } });
    const body = ann.document.getText('body');
    const at = text.indexOf('jumps');
    const cursor = Y.createRelativePositionFromTypeIndex(body, at);
    const deltas: unknown[] = [];
    body.observe(({ delta }) => deltas.push(delta));

    const wanted = 'A quick brown fox jumps over the lazy cat.';
    expect(await server.json('PATCH', '/records/tickets/t1', { body: wanted }, { user: 'ben' })).toMatchObject({ body: wanted });
    await until('the change to arrive', () => body.toString() === wanted);
    const position = Y.createAbsolutePositionFromRelativePosition(cursor, ann.document);
    expect(wanted.slice(position?.index)).toMatch(/^jumps/);
    // Everything between the two words was left alone.
    expect(JSON.stringify(deltas)).not.toContain('brown');
  });

  it('keeps what is typed at the same time, in text, rich text, list, counter and set', async () => {
    const server = await startServer();
    await server.json('POST', '/records/everything', {
      id: 'e1',
      body: 'begin end',
      rich: { type: 'doc', content: [paragraph('first'), paragraph('last')] },
      lines: [
        { item: 'Lamp', amount: 1 },
        { item: 'Desk', amount: 2 },
      ],
      votes: 10,
      tags: ['a'],
    });
    const ann = await connected(server, 'acme/everything/e1', { as: { user: 'ann' } });
    const { document } = ann;
    document.transact(() => {
      document.getText('body').insert(0, 'Ann: ');
      const first = document.getXmlFragment('rich').get(0) as Y.XmlElement;
      (first.get(0) as Y.XmlText).insert(0, 'the ');
      (document.getArray('lines').get(0) as Y.Map<unknown>).set('amount', 5);
      document.getMap('votes').set(String(document.clientID), 3);
      document.getMap('tags').set('b', true);
    });
    // What the other side writes was read before Ann typed; the smallest edit leaves hers alone.
    await flushed(ann);
    const view = await server.json<RecordView>('PATCH', '/records/everything/e1', {
      votes: { increment: 2 },
      name: 'named',
    });
    expect(view).toMatchObject({ votes: 15, tags: ['a', 'b'], body: 'Ann: begin end', name: 'named' });
    const patched = await server.json<RecordView>('PATCH', '/records/everything/e1', {
      body: 'Ann: begin, end',
      rich: { type: 'doc', content: [paragraph('the first'), paragraph('at last')] },
      lines: [
        { item: 'Lamp', amount: 5 },
        { item: 'Desk', amount: 4 },
        { item: 'Chair', amount: null },
      ],
      votes: 20,
      tags: ['b', 'c'],
    });
    await until('Ann to have all of it', () => document.getText('body').toString() === 'Ann: begin, end');
    expect(document.getArray('lines').toJSON()).toEqual([
      { item: 'Lamp', amount: 5 },
      { item: 'Desk', amount: 4 },
      { item: 'Chair' },
    ]);
    expect(Object.keys(document.getMap('tags').toJSON()).toSorted()).toEqual(['b', 'c']);
    expect([...document.getMap('votes').values()].reduce<number>((sum, value) => sum + Number(value), 0)).toBe(20);
    expect(patched).toMatchObject({ votes: 20, tags: ['b', 'c'] });
    expect(document.getMap('votes').get(String(document.clientID))).toBe(3);
  });

  it('counts every increment, whoever sends it', async () => {
    const server = await startServer();
    await server.json('POST', '/records/everything', { id: 'e1' });
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        server.json('PATCH', '/records/everything/e1', { votes: { increment: 1 } }, { user: `user${index % 3}` }),
      ),
    );
    expect(await server.json('GET', '/records/everything/e1')).toMatchObject({ votes: 30, version: 31 });
  });

  it('shows rich text as HTML where that is asked for', async () => {
    const server = await startServer();
    await server.json('POST', '/records/everything', { id: 'e1', rich: full.rich });
    const html = '<p>Hello</p><ul><li><p>a &lt;b&gt; &amp; "c"</p></li></ul><p><strong>bold</strong></p>';
    const view = await server.json<RecordView>('GET', '/records/everything/e1?richText=html');
    expect(String(view['rich']).replaceAll('&quot;', '"')).toBe(html);
    const list = await server.json<{ items: RecordView[] }>('GET', '/records/everything?richText=html&fields=rich');
    expect(list.items).toEqual([{ id: 'e1', version: 1, rich: view['rich'] }]);
    expect(await refusal(server, 'GET', '/records/everything/e1?richText=pdf')).toBe('400 bad_request richText');
  });
});
