import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { CorrectedNotice, RecordView } from '@concord/protocol';
import { collection, defineConfig, field } from '@concord/schema';
import { connected, connectedYjs, flushed } from '../kit/providers.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/until.ts';

const name = 'acme/guarded/g1';
const config = defineConfig({
  collections: {
    guarded: collection({
      fields: {
        title: field.string({ max: 10, pattern: /^[a-z ]*$/ }),
        status: field.enum(['open', 'closed'], { default: 'open' }),
        estimate: field.number({ min: 0 }),
        body: field.text({ max: 10 }),
        rich: field.richText(),
        lines: field.list({ item: field.string(), amount: field.number({ min: 0 }) }, { max: 3 }),
        votes: field.counter(),
        tags: field.set({ max: 2, maxLength: 5 }),
      },
      createOnConnect: true,
      quietMs: 20,
      maxQuietMs: 100,
    }),
  },
});

/** What the document holds, root by root. */
function shownIn(document: Y.Doc): Record<string, unknown> {
  return {
    fields: document.getMap('fields').toJSON(),
    body: document.getText('body').toString(),
    rich: document.getXmlFragment('rich').toString(),
    lines: document.getArray('lines').toJSON(),
    votes: document.getMap('votes').toJSON(),
    tags: document.getMap('tags').toJSON(),
    other: document.getMap('other').toJSON(),
  };
}

function row(entries: Readonly<Record<string, unknown>>): Y.Map<unknown> {
  return new Y.Map(Object.entries(entries));
}

const before = {
  fields: { title: 'held', estimate: 3 },
  body: 'six 67',
  rich: '',
  lines: [{ item: 'first', amount: 1 }],
  votes: {},
  tags: { red: true },
  other: {},
};

async function start(): Promise<TestServer> {
  const server = await startServer({ config });
  const first = await connected(server, name, { as: { user: 'first' } });
  first.document.transact(() => {
    first.document.getMap('fields').set('title', 'held');
    first.document.getMap('fields').set('estimate', 3);
    first.document.getText('body').insert(0, 'six 67');
    first.document.getArray('lines').insert(0, [row({ item: 'first', amount: 1 })]);
    first.document.getMap('tags').set('red', true);
  });
  await flushed(first);
  first.destroy();
  return server;
}

type Attempt = readonly [
  what: string,
  edit: (document: Y.Doc) => void,
  corrections: CorrectedNotice['corrections'],
  after?: Partial<Record<keyof typeof before, unknown>>,
];

const fields = (document: Y.Doc): Y.Map<unknown> => document.getMap('fields');
const lines = (document: Y.Doc): Y.Array<Y.Map<unknown>> => document.getArray('lines');
const attempts: readonly Attempt[] = [
  ['a type', (doc) => fields(doc).set('title', 7), [{ field: 'title', rule: 'must be a string', value: 'held' }]],
  ['a pattern', (doc) => fields(doc).set('title', 'BAD'), [{ field: 'title', rule: 'must match ^[a-z ]*$', value: 'held' }]],
  ['a range', (doc) => fields(doc).set('estimate', -1), [{ field: 'estimate', rule: 'must be at least 0', value: 3 }]],
  [
    'a range, behind a value that was good',
    (doc) => [4, -1].forEach((value) => fields(doc).set('estimate', value)),
    [{ field: 'estimate', rule: 'must be at least 0', value: 3 }],
  ],
  [
    'an enum',
    (doc) => fields(doc).set('status', 'lost'),
    [{ field: 'status', rule: 'must be one of open, closed', value: null }],
  ],
  [
    'an unknown field',
    (doc) => fields(doc).set('__proto__', { a: 1 }),
    [{ field: '__proto__', rule: 'is no field', value: null }],
  ],
  [
    'a type in a scalar',
    (doc) => fields(doc).set('title', row({ a: 1 })),
    [{ field: 'title', rule: 'must be a string', value: 'held' }],
  ],
  [
    'an unknown root',
    (doc) => doc.getMap('other').set('smuggled', row({ a: 1 })),
    [{ field: 'other', rule: 'is no field', value: null }],
  ],
  [
    'the length of a text',
    (doc) => doc.getText('body').insert(3, '🙂🙂🙂🙂'),
    [{ field: 'body', rule: 'must have at most 10 characters', value: null }],
    { body: 'six🙂🙂 67' },
  ],
  [
    'the length of a text, in the middle of a pair',
    (doc) => doc.getText('body').insert(0, 'a🙂🙂'),
    [{ field: 'body', rule: 'must have at most 10 characters', value: null }],
    { body: 'a🙂six 67' },
  ],
  [
    'what a text holds',
    (doc) => doc.getText('body').insertEmbed(2, { image: 1 }),
    [{ field: 'body', rule: 'must hold text', value: null }],
  ],
  [
    'what rich text holds',
    (doc) => {
      const element = new Y.XmlElement('paragraph');
      doc.getXmlFragment('rich').insert(0, [element]);
      element.setAttribute('level', new Y.Map() as never);
    },
    [{ field: 'rich', rule: 'must hold elements and text', value: null }],
    { rich: '<paragraph></paragraph>' },
  ],
  [
    'a value in a row',
    (doc) => lines(doc).get(0).set('amount', -5),
    [{ field: 'lines.amount', rule: 'must be at least 0', value: 1 }],
  ],
  [
    'values in a new row',
    (doc) => lines(doc).push([row({ item: 'new', amount: 'much', extra: 1 })]),
    [
      { field: 'lines.amount', rule: 'must be a number', value: null },
      { field: 'lines.extra', rule: 'is no field', value: null },
    ],
    { lines: [{ item: 'first', amount: 1 }, { item: 'new' }] },
  ],
  ['a row', (doc) => doc.getArray<unknown>('lines').push(['no row']), [{ field: 'lines', rule: 'must hold rows', value: null }]],
  [
    'the number of rows',
    (doc) =>
      lines(doc).insert(
        0,
        ['a', 'b', 'c'].map((item) => row({ item })),
      ),
    [{ field: 'lines', rule: 'must have at most 3 rows', value: null }],
    { lines: [{ item: 'a' }, { item: 'b' }, { item: 'first', amount: 1 }] },
  ],
  ['a counter', (doc) => doc.getMap('votes').set('7', 0.5), [{ field: 'votes', rule: 'must be a whole number', value: null }]],
  [
    "a counter's keys",
    (doc) => doc.getMap('votes').set('ann', 1),
    [{ field: 'votes', rule: 'must be kept by client id', value: null }],
  ],
  [
    'a member',
    (doc) => doc.getMap('tags').set('crimson', true),
    [{ field: 'tags', rule: 'must have at most 5 characters', value: null }],
  ],
  [
    "a member's value",
    (doc) => doc.getMap('tags').set('red', 'yes'),
    [{ field: 'tags', rule: 'must hold true for each member', value: true }],
  ],
  [
    'the number of members',
    (doc) => ['blue', 'green'].forEach((tag) => doc.getMap('tags').set(tag, true)),
    [{ field: 'tags', rule: 'must have at most 2 members', value: null }],
    { tags: { red: true, blue: true } },
  ],
];

describe('[R1] an edit that breaks', () => {
  it.each(attempts.map(([what, edit, corrections, after]) => ({ what, edit, corrections, after })))(
    '$what is put right before anybody sees it',
    async ({ edit, corrections, after }) => {
      const server = await start();
      const writer = await connected(server, name, { as: { user: 'writer' } });
      const peer = await connected(server, name, { as: { user: 'peer' } });
      const yves = await connectedYjs(server, name, { as: { user: 'yves' } });
      const notices: unknown[] = [];
      writer.on('stateless', ({ payload }: { payload: string }) => notices.push(JSON.parse(payload)));
      // What a peer holds after each update, and before it: nothing in between can be observed.
      const seen: unknown[] = [];
      peer.document.on('update', () => seen.push(shownIn(peer.document)));
      const wanted = { ...before, ...after };

      writer.document.transact(() => edit(writer.document));
      await flushed(writer);
      await until('the writer to be put right', () => JSON.stringify(shownIn(writer.document)) === JSON.stringify(wanted));
      await until('the peer to hear of it', () => seen.length > 0);
      await flushed(peer);
      expect(seen).toEqual([wanted]);
      expect(notices.filter((notice) => (notice as CorrectedNotice).type === 'corrected')).toEqual([
        { type: 'corrected', corrections },
      ]);
      await until('nothing to be unsynced', () => writer.unsyncedChanges === 0);
      await until('Yves to be in step', () => JSON.stringify(shownIn(yves.doc)) === JSON.stringify(wanted));

      // A y-websocket client hears nothing, and ends in the same.
      yves.doc.transact(() => edit(yves.doc));
      await until('Yves to be put right', () => sameEverywhere([yves.doc, peer.document]));

      await server.stop();
      const again = await startServer({ config, folder: server.folder });
      const late = await connected(again, name);
      expect(shownIn(late.document)).toEqual(shownIn(peer.document));
    },
  );
});

function sameEverywhere(documents: readonly Y.Doc[]): boolean {
  return new Set(documents.map((document) => JSON.stringify(shownIn(document)))).size === 1;
}

it('[R1] turns a connection read-only whose edits need correction all the time, and says so', async () => {
  const server = await start();
  const ann = await connected(server, name);
  const ben = await connected(server, name, { as: { user: 'ben' } });
  const told: unknown[] = [];
  ann.on('stateless', ({ payload }: { payload: string }) => {
    const notice = JSON.parse(payload) as { readonly type: string };
    if (notice.type !== 'flushed') told.push(notice);
  });
  for (let value = 1; value <= 11; value++) {
    ann.document.getMap('fields').set('estimate', -value);
    await flushed(ann);
    await until('the correction', () => ann.document.getMap('fields').get('estimate') === 3);
  }
  expect(told).toHaveLength(12);
  expect(told.at(-1)).toEqual({ type: 'read_only', code: 'guard_limit' });
  ann.document.getMap('fields').set('estimate', 5);
  await flushed(ann);
  expect(ann.unsyncedChanges).toBeGreaterThan(0);
  ben.document.getMap('fields').set('title', 'by ben');
  await flushed(ben);
  const view = await until('the view', async () => {
    const response = await server.fetch('/records/guarded/g1');
    const found = response.ok && ((await response.json()) as RecordView);
    return found && found['title'] === 'by ben' && found;
  });
  expect(view['estimate']).toBe(3);
});
