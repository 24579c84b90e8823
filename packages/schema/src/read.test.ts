import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readFields } from './index.ts';
import { replicaOf, tickets } from './testing.ts';

const empty = {
  title: null,
  code: 'none',
  status: 'open',
  estimate: null,
  urgent: null,
  due: null,
  assignee: null,
  meta: null,
  source: '',
  notes: { type: 'doc', content: [] },
  lines: [],
  likes: 0,
  tags: [],
};

describe('readFields', () => {
  it('shows every declared field of an empty document, in order, and makes no root', () => {
    const doc = new Y.Doc();
    expect(readFields(tickets, doc)).toEqual(empty);
    expect(Object.keys(readFields(tickets, doc))).toEqual(Object.keys(empty));
    expect(doc.share.size).toBe(0);
  });

  it('reads invalid scalars as their default or null, and leaves out what it does not know', () => {
    const doc = new Y.Doc();
    const fields = doc.getMap('fields');
    for (const [name, value] of Object.entries({
      title: 'x'.repeat(21),
      code: 7,
      status: 'gone',
      estimate: Number.NaN,
      urgent: 'yes',
      due: 'tomorrow',
      assignee: '../1',
      meta: { long: 'x'.repeat(200) },
      stranger: 1,
    })) {
      fields.set(name, value);
    }
    fields.set('__proto__', { polluted: true });
    fields.set('estimate', new Y.Text('7'));
    doc.getMap('tags').set('ok', true);
    doc.getMap('tags').set('much too long', true);
    doc.getMap('tags').set('no', false);
    doc.getMap('likes').set('1', 2);
    doc.getMap('likes').set('2', 'x');
    doc.getMap('likes').set('constructor', 5);
    doc.getMap('likes').set('3', 0.5);
    doc.getArray('lines').push([
      new Y.Map([
        ['item', 'a'],
        ['amount', -1],
      ] as [string, unknown][]),
      'stray',
      { item: 'plain' },
      new Y.Map(),
    ]);
    const view = readFields(tickets, replicaOf(doc));
    expect(view).toEqual({
      ...empty,
      tags: ['ok'],
      likes: 2,
      lines: [
        { item: 'a', amount: null, paid: false },
        { item: null, amount: null, paid: false },
      ],
    });
    expect((view as { polluted?: boolean }).polluted).toBeUndefined();
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('never throws, whatever type a stock client made of a root', () => {
    const roots = ['fields', 'source', 'notes', 'lines', 'likes', 'tags'];
    const makers: ((doc: Y.Doc, root: string) => void)[] = [
      (doc, root) => doc.getText(root).insertEmbed(0, { image: 1 }),
      (doc, root) => doc.getArray(root).push([1, 'a', null, new Uint8Array(2), new Y.Text('x'), new Y.Array()]),
      (doc, root) => doc.getMap(root).set('title', new Y.Map()),
      (doc, root) =>
        doc
          .getXmlFragment(root)
          .insert(0, [new Y.XmlText('x'), new Y.XmlElement('text'), new Y.XmlHook('hook') as unknown as Y.XmlText]),
      (doc, root) => doc.getText(root).insert(0, 'hello', { bold: true, '': 1 }),
    ];
    for (const root of roots) {
      for (const make of makers) {
        const doc = new Y.Doc();
        make(doc, root);
        expect(Object.keys(readFields(tickets, doc))).toEqual(Object.keys(empty));
        expect(Object.keys(readFields(tickets, replicaOf(doc)))).toEqual(Object.keys(empty));
      }
    }
  });

  it('cuts rich text that is nested deeper than it may be', () => {
    const doc = new Y.Doc();
    let parent: Y.XmlFragment = doc.getXmlFragment('notes');
    for (let depth = 0; depth < 3000; depth += 1) {
      const child = new Y.XmlElement('blockquote');
      parent.insert(0, [child]);
      parent = child;
    }
    let levels = 0;
    for (
      let node = readFields(tickets, doc)['notes'] as { content?: unknown[] } | undefined;
      node !== undefined;
      node = node.content?.[0] as typeof node
    )
      levels += 1;
    expect(levels).toBe(101);
  });
});
