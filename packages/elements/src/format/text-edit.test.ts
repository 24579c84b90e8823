import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { editOf, mapOffset, mapThroughDelta, type DeltaPart } from './text-edit.ts';

const apply = (text: string, edit: ReturnType<typeof editOf>): string =>
  edit === null ? text : text.slice(0, edit.index) + edit.insert + text.slice(edit.index + edit.remove);

it.each([
  ['abc', 'abXc', 3, { index: 2, remove: 0, insert: 'X' }],
  ['abc', 'ac', 1, { index: 1, remove: 1, insert: '' }],
  ['abc', 'aXYZ', 4, { index: 1, remove: 2, insert: 'XYZ' }],
  // Which of several equal characters was typed, or taken out, the caret says.
  ['aaa', 'aaaa', 1, { index: 0, remove: 0, insert: 'a' }],
  ['aaa', 'aaaa', 4, { index: 3, remove: 0, insert: 'a' }],
  ['aaa', 'aa', 0, { index: 0, remove: 1, insert: '' }],
  ['a b c', 'a b b c', 4, { index: 2, remove: 0, insert: 'b ' }],
  // A character of two units is replaced as a whole.
  ['x😀y', 'x😁y', 3, { index: 1, remove: 2, insert: '😁' }],
  ['same', 'same', 2, null],
])('from "%s" to "%s" with the caret at %i', (before, after, caret, edit) => {
  expect(editOf(before, after, caret)).toEqual(edit);
  expect(apply(before, editOf(before, after, caret))).toBe(after);
});

it.each([0, 1, 4095, 4096, 4097, 8192, 12_287, 12_288])(
  'finds what was done at %i of a long text, as close to the caret as it can',
  (at) => {
    const before = 'ab'.repeat(6144);
    const after = `${before.slice(0, at)}abab${before.slice(at)}`;
    const edit = editOf(before, after, at + 4);
    expect(apply(before, edit)).toBe(after);
    expect(edit).toMatchObject({ remove: 0 });
    expect(edit?.insert).toHaveLength(4);
    expect(edit?.index).toBe(at);
    expect(apply(after, editOf(after, before, at))).toBe(before);
  },
);

it('keeps a caret by its neighbours, whatever others do to the text', () => {
  const deltaOf = (change: (text: Y.Text) => void): readonly DeltaPart[] => {
    const text = new Y.Doc().getText('t');
    text.insert(0, 'The lamp flickers');
    let delta: readonly DeltaPart[] = [];
    text.observe((event) => (delta = event.delta as readonly DeltaPart[]));
    text.doc?.transact(() => change(text));
    return delta;
  };
  const caret = 'The lamp'.length;
  expect(
    mapThroughDelta(
      deltaOf((text) => text.insert(4, 'old ')),
      caret,
    ),
  ).toBe(caret + 4);
  expect(
    mapThroughDelta(
      deltaOf((text) => text.insert(caret, ' here')),
      caret,
    ),
  ).toBe(caret);
  expect(
    mapThroughDelta(
      deltaOf((text) => text.delete(0, 4)),
      caret,
    ),
  ).toBe(caret - 4);
  expect(
    mapThroughDelta(
      deltaOf((text) => text.delete(6, 6)),
      caret,
    ),
  ).toBe(6);
  expect(
    mapThroughDelta(
      deltaOf((text) => (text.delete(0, 3), text.insert(0, 'That'), text.insert(text.length, '!'))),
      caret,
    ),
  ).toBe(caret + 1);
});

it('guesses where a caret belongs where only the texts are known', () => {
  expect(mapOffset('abcdef', 'XXabcdef', 3)).toBe(5);
  expect(mapOffset('abcdef', 'abcdefXX', 3)).toBe(3);
  expect(mapOffset('abcdef', 'af', 3)).toBe(1);
});
