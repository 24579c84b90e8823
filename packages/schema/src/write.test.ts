import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { readFields, writeFields, type Fields } from './index.ts';
import { replicaOf, sync, tickets, updateBytes } from './testing.ts';

function documentWith(values: Fields): Y.Doc {
  const doc = new Y.Doc();
  write(doc, values);
  return doc;
}

function write(doc: Y.Doc, values: Fields): void {
  doc.transact(() => writeFields(tickets, doc, values));
}

/** Each replica writes without knowing of the other; both must come to the same view. */
function concurrently(start: Fields, first: (doc: Y.Doc) => void, second: (doc: Y.Doc) => void): Fields {
  const a = documentWith(start);
  const b = replicaOf(a);
  first(a);
  second(b);
  sync(a, b);
  expect(readFields(tickets, a)).toEqual(readFields(tickets, b));
  return readFields(tickets, a);
}

const full: Fields = {
  title: 'Broken lamp',
  code: 'X1',
  status: 'waiting',
  estimate: 2.5,
  urgent: true,
  due: '2026-11-21',
  assignee: '7',
  meta: { a: [1, { b: null }] },
  source: 'Hello 😀 world',
  notes: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Hi' }] }] },
  lines: [
    { item: 'lamp', amount: 1, paid: false },
    { item: 'bulb', amount: null, paid: true },
  ],
  likes: 3,
  tags: ['home', 'light'],
};

describe('writeFields', () => {
  it('writes what readFields reads, on every replica', () => {
    const doc = documentWith(full);
    expect(readFields(tickets, doc)).toEqual(full);
    expect(readFields(tickets, replicaOf(doc))).toEqual(full);
  });

  it('makes no update where nothing changes', () => {
    const doc = documentWith(full);
    expect(updateBytes(doc, () => writeFields(tickets, doc, full))).toBe(0);
    expect(updateBytes(doc, () => writeFields(tickets, doc, { ...full, id: '1', version: 3 }))).toBe(0);
  });

  it('clears a scalar with null, so that its default holds', () => {
    const doc = documentWith(full);
    write(doc, { status: null, estimate: null });
    expect(readFields(tickets, doc)).toMatchObject({ status: 'open', estimate: null });
    expect(doc.getMap('fields').has('status')).toBe(false);
  });

  it('[R2] keeps a cursor in a text where it was', () => {
    const doc = documentWith({ source: 'The quick brown fox' });
    const text = doc.getText('source');
    const cursor = Y.createRelativePositionFromTypeIndex(text, 10);
    write(doc, { source: 'A very quick brown fox!' });
    expect(text.toString()).toBe('A very quick brown fox!');
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBe('A very quick '.length);
  });

  it('[R2] merges a text with what others type meanwhile', () => {
    const view = concurrently(
      { source: 'one two three' },
      (doc) => write(doc, { source: 'one 2 three' }),
      (doc) => doc.getText('source').insert(13, ' four'),
    );
    expect(view['source']).toBe('one 2 three four');
  });

  it('never splits a surrogate pair', () => {
    for (const [before, after] of [
      ['a😀b', 'a😁b'],
      ['😀', '😀😁'],
      ['x😀', '𐀀'],
      ['😀😁', '😁'],
    ] as const) {
      const doc = documentWith({ source: before });
      write(doc, { source: after });
      expect(readFields(tickets, replicaOf(doc))['source']).toBe(after);
    }
  });

  it('rewrites a text that holds something embedded', () => {
    const doc = documentWith({ source: 'abc' });
    doc.getText('source').insertEmbed(1, { image: 'x' });
    write(doc, { source: 'abcd' });
    expect(doc.getText('source').toDelta()).toEqual([{ insert: 'abcd' }]);
  });

  it('takes no long for a long text of which nothing is left', () => {
    const noise = (offset: number): string =>
      Array.from({ length: 200_000 }, (_, index) => String.fromCharCode(97 + ((index * (index + offset)) % 26))).join('');
    const doc = documentWith({ source: noise(1) });
    const started = performance.now();
    write(doc, { source: noise(2) });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(readFields(tickets, doc)['source']).toBe(noise(2));
  });

  it('finds the small changes of a long text', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `This is line ${index}.`);
    const doc = documentWith({ source: lines.join('\n') });
    const changed = lines.with(10, 'This is line ten.').with(4990, 'This line is the last but nine.').toSpliced(2000, 1);
    expect(updateBytes(doc, () => writeFields(tickets, doc, { source: changed.join('\n') }))).toBeLessThan(300);
    expect(readFields(tickets, doc)['source']).toBe(changed.join('\n'));
  });
});

describe('lists', () => {
  const lines = [
    { item: 'lamp', amount: 1, paid: false },
    { item: 'bulb', amount: 2, paid: false },
    { item: 'wire', amount: 3, paid: false },
  ];

  it('merge edits to different fields of one row', () => {
    const view = concurrently(
      { lines },
      (doc) => write(doc, { lines: [lines[0] ?? null, { item: 'bulb', amount: 20, paid: false }, lines[2] ?? null] }),
      (doc) => write(doc, { lines: [lines[0] ?? null, { item: 'bulb', amount: 2, paid: true }, lines[2] ?? null] }),
    );
    expect(view['lines']).toEqual([lines[0], { item: 'bulb', amount: 20, paid: true }, lines[2]]);
  });

  it('merge a row that goes with an edit to one behind it', () => {
    const view = concurrently(
      { lines },
      (doc) => write(doc, { lines: lines.slice(1) }),
      (doc) => write(doc, { lines: lines.with(2, { item: 'wire', amount: 30, paid: true }) }),
    );
    expect(view['lines']).toEqual([lines[1], { item: 'wire', amount: 30, paid: true }]);
  });

  it('merge rows that come at both ends', () => {
    const [first, last] = [
      { item: 'first', amount: null, paid: false },
      { item: 'last', amount: null, paid: false },
    ];
    const view = concurrently(
      { lines },
      (doc) => write(doc, { lines: [first, ...lines] }),
      (doc) => write(doc, { lines: [...lines, last] }),
    );
    expect(view['lines']).toEqual([first, ...lines, last]);
  });

  it('know a row again that was changed when another one went', () => {
    const doc = documentWith({ lines });
    const wire = doc.getArray<Y.Map<unknown>>('lines').get(2);
    write(doc, { lines: [lines[0] ?? null, { item: 'wire', amount: 30, paid: true }] });
    expect(doc.getArray('lines').get(1)).toBe(wire);
    expect(readFields(tickets, doc)['lines']).toEqual([lines[0], { item: 'wire', amount: 30, paid: true }]);
  });

  it('lose what is no row when they are written', () => {
    const doc = documentWith({ lines });
    doc.getArray('lines').insert(1, ['stray', { item: 'plain' }]);
    write(doc, { lines: lines.slice(0, 2) });
    expect(doc.getArray('lines').toJSON()).toHaveLength(2);
    expect(readFields(tickets, doc)['lines']).toEqual(lines.slice(0, 2));
  });
});

describe('counters and sets', () => {
  it('add up what is counted at once', () => {
    const view = concurrently(
      { likes: 10 },
      (doc) => write(doc, { likes: { increment: 2 } }),
      (doc) => write(doc, { likes: { increment: -5 } }),
    );
    expect(view['likes']).toBe(7);
  });

  it('set a total by the own entry only', () => {
    const a = documentWith({ likes: 10 });
    const b = replicaOf(a);
    write(b, { likes: 4 });
    expect(readFields(tickets, b)['likes']).toBe(4);
    expect(b.getMap('likes').toJSON()).toEqual({ [a.clientID]: 10, [b.clientID]: -6 });
  });

  it('merge members that come and go', () => {
    const view = concurrently(
      { tags: ['a', 'b'] },
      (doc) => write(doc, { tags: ['a', 'b', '__proto__'] }),
      (doc) => write(doc, { tags: ['b', 'c'] }),
    );
    expect(view['tags']).toEqual(['__proto__', 'b', 'c']);
  });
});
