import * as Y from 'yjs';
import { diffText } from '../text-diff.ts';
import { formattingChange } from './marks.ts';
import type { RichTextMark, RichTextNode } from './nodes.ts';
import { stretchesOf } from './read.ts';

/** A new Y.XmlText of these text nodes, as y-prosemirror makes it. */
export function createText(nodes: readonly RichTextNode[]): Y.XmlText {
  const text = new Y.XmlText();
  text.applyDelta(nodes.map((node) => ({ insert: node.text ?? '', attributes: formattingChange({}, node.marks ?? []) ?? {} })));
  return text;
}

/**
 * Turns a run of adjacent Y.XmlTexts into these text nodes: first the characters, where an insertion takes
 * on the formatting before it, then the formatting, where it is still another.
 */
export function writeTextRun(texts: readonly Y.XmlText[], nodes: readonly RichTextNode[]): void {
  for (const text of texts) removeEmbeds(text);
  const wanted = nodes.map((node) => node.text ?? '').join('');
  const present = texts.map(plainText).join('');
  for (const { index, remove, insert } of diffText(present, wanted).toReversed()) replaceInRun(texts, index, remove, insert);
  formatRun(texts, nodes);
}

function replaceInRun(texts: readonly Y.XmlText[], index: number, remove: number, insert: string): void {
  let start = 0;
  let [left, inserted] = [remove, insert === ''];
  for (const text of texts) {
    const length = text.length;
    const from = index - start;
    if (from <= length && !inserted) {
      text.insert(from, insert);
      inserted = true;
      const here = Math.min(left, length - from);
      if (here > 0) text.delete(from + insert.length, here);
      left -= here;
    } else if (left > 0 && from < length) {
      const at = Math.max(from, 0);
      const here = Math.min(left, length - at);
      text.delete(at, here);
      left -= here;
    }
    start += length;
  }
}

interface Reformat {
  readonly text: Y.XmlText;
  readonly index: number;
  readonly length: number;
  readonly change: { readonly [key: string]: object | null };
}

/** Walks both ways of cutting the same characters into stretches at once, and formats where they differ. */
function formatRun(texts: readonly Y.XmlText[], nodes: readonly RichTextNode[]): void {
  const wanted = nodes.map((node) => ({ length: node.text?.length ?? 0, marks: node.marks ?? [] }));
  const changes: Reformat[] = [];
  let [node, used] = [0, 0];
  for (const text of texts) {
    let index = 0;
    for (const { insert, attributes } of stretchesOf(text)) {
      let left = (insert as string).length;
      while (left > 0) {
        const target: { length: number; marks: readonly RichTextMark[] } = wanted[node] ?? { length: used + left, marks: [] };
        const length = Math.min(left, target.length - used);
        const change = length === 0 ? null : formattingChange(attributes ?? {}, target.marks);
        if (change !== null) changes.push({ text, index, length, change });
        index += length;
        left -= length;
        used += length;
        if (used === target.length) [node, used] = [node + 1, 0];
      }
    }
  }
  for (const { text, index, length, change } of changes) text.format(index, length, change);
}

function plainText(text: Y.XmlText): string {
  return stretchesOf(text)
    .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
    .join('');
}

/** An embed takes an index, and shows in no view. */
function removeEmbeds(text: Y.XmlText): void {
  let index = 0;
  for (const { insert } of stretchesOf(text)) {
    if (typeof insert === 'string') index += insert.length;
    else text.delete(index, 1);
  }
}
