import * as Y from 'yjs';
import { align, applyAlignment, createInterner } from '../align.ts';
import { canonicalJson, jsonEqual } from '../json-value.ts';
import { checkRichText, pushJoined } from './check.ts';
import { withoutNulls } from './marks.ts';
import { maxRichTextDepth, type RichTextDoc, type RichTextNode } from './nodes.ts';
import { isReadableElement, readAttributes, readElement, readText, type KnownNodes } from './read.ts';
import { createText, writeTextRun } from './text-run.ts';

/** Siblings as y-prosemirror counts them: a run of text, or an element. What is neither has no nodes. */
interface Unit {
  readonly nodes: readonly RichTextNode[];
  readonly element: Y.XmlElement | null;
  /** Adjacent Y.XmlTexts, as concurrent edits leave them, are one run. */
  readonly texts: readonly Y.XmlText[];
  /** Y children this unit takes up. */
  readonly length: number;
}

/** What one call has found out about nodes: each is looked at once, so a tree costs its size, not its size per level. */
interface Memory {
  readonly known: KnownNodes;
  /** Equal nodes have equal numbers. */
  idOf(nodes: readonly RichTextNode[]): number;
  /** The first thousand characters: enough to tell paragraphs apart. */
  textOf(nodes: readonly RichTextNode[]): string;
}

/**
 * Turns the fragment into `doc` by the smallest edit: equal nodes stay as they are, a node of the same name
 * is edited in place, and texts change only where they differ, in characters and in formatting. Call it
 * inside a transaction. Throws `invalid_record` before it edits, where `doc` is no ProseMirror JSON.
 */
export function writeRichText(fragment: Y.XmlFragment, doc: RichTextDoc): void {
  writeChildren(fragment, checkRichText(doc, 'doc').content, 1, createMemory());
}

function writeChildren(parent: Y.XmlFragment, content: readonly RichTextNode[], depth: number, memory: Memory): void {
  const all = unitsOf(parent.toArray(), depth, memory.known);
  const starts = startsOf(all);
  // Empty texts and what cannot be read show in no view; they take part only where a text can go on in them.
  const units = all
    .map((unit, index) => ({ ...unit, start: starts[index] ?? 0 }))
    .filter((unit) => unit.nodes.length > 0 || unit.texts.length > 0);
  const wanted = groupTexts(content);
  const oldIds = units.map((unit) => memory.idOf(unit.nodes));
  const newIds = wanted.map(memory.idOf);
  const pairs = align(oldIds, newIds, (i, j) => likeness(units[i], wanted[j], memory));
  applyAlignment(units.length, wanted.length, pairs, {
    replace: (start, count, newStart, newEnd) => {
      const before = units[start - 1];
      const removed = units.slice(start, start + count);
      const keepsTexts = wanted.length === 0;
      for (const unit of removed.toReversed()) removeUnit(parent, unit, keepsTexts);
      const index = before === undefined ? 0 : before.start + before.length;
      if (newEnd > newStart) parent.insert(index, wanted.slice(newStart, newEnd).map(createNodes));
    },
    edit: (i, j) => {
      const [unit, nodes] = [units[i], wanted[j]];
      if (unit === undefined || nodes === undefined || oldIds[i] === newIds[j]) return;
      if (unit.element !== null && nodes[0] !== undefined) writeElement(unit.element, nodes[0], depth, memory);
      else writeTextRun(unit.texts, nodes);
    },
  });
}

function writeElement(element: Y.XmlElement, node: RichTextNode, depth: number, memory: Memory): void {
  const present = readAttributes(element);
  const attrs = node.attrs ?? {};
  for (const name of Object.keys(element.getAttributes()))
    if (name !== 'ychange' && !Object.hasOwn(attrs, name)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(attrs)) {
    if (!jsonEqual(present[name], value)) element.setAttribute(name, value as unknown as string);
  }
  writeChildren(element, node.content ?? [], depth + 1, memory);
}

/**
 * An emptied text stays where it was when nothing is left beside it: what somebody types into it meanwhile is
 * kept, as in y-prosemirror. Empty texts are nobody's loss, and stay.
 */
function removeUnit(parent: Y.XmlFragment, unit: Unit & { readonly start: number }, keepsTexts: boolean): void {
  if (unit.element === null && unit.nodes.length === 0) return;
  if (unit.element === null && keepsTexts) for (const text of unit.texts) text.delete(0, text.length);
  else parent.delete(unit.start, unit.length);
}

function unitsOf(children: readonly unknown[], depth: number, known: KnownNodes): Unit[] {
  const units: Unit[] = [];
  for (const child of children) {
    const last = units.at(-1);
    if (child instanceof Y.XmlText) {
      if (last === undefined || last.texts.length === 0)
        units.push({ nodes: readText(child), element: null, texts: [child], length: 1 });
      else
        units[units.length - 1] = {
          nodes: joined([...last.nodes, ...readText(child)]),
          element: null,
          texts: [...last.texts, child],
          length: last.length + 1,
        };
    } else if (isReadableElement(child) && depth <= maxRichTextDepth) {
      units.push({ nodes: [readElement(child, depth, known)], element: child, texts: [], length: 1 });
    } else {
      units.push({ nodes: [], element: null, texts: [], length: 1 });
    }
  }
  return units;
}

function startsOf(units: readonly Unit[]): number[] {
  let next = 0;
  return units.map((unit) => {
    next += unit.length;
    return next - unit.length;
  });
}

/** The nodes in units: texts that follow each other are one. */
function groupTexts(content: readonly RichTextNode[]): RichTextNode[][] {
  const groups: RichTextNode[][] = [];
  for (const node of content) {
    const last = groups.at(-1);
    if (node.text !== undefined && last?.[0]?.text !== undefined) last.push(node);
    else groups.push([node]);
  }
  return groups;
}

function joined(nodes: readonly RichTextNode[]): RichTextNode[] {
  const result: RichTextNode[] = [];
  for (const node of nodes) pushJoined(result, node);
  return result;
}

function createNodes(nodes: readonly RichTextNode[]): Y.XmlText | Y.XmlElement {
  const [node] = nodes;
  if (node === undefined || node.text !== undefined) return createText(nodes);
  const element = new Y.XmlElement(node.type);
  for (const [name, value] of Object.entries(node.attrs ?? {})) element.setAttribute(name, value as unknown as string);
  element.insert(0, groupTexts(node.content ?? []).map(createNodes));
  return element;
}

/** How well `nodes` can go on from `unit`; 0 where it cannot: text and element, or another name. */
function likeness(unit: Unit | undefined, nodes: readonly RichTextNode[] | undefined, memory: Memory): number {
  const node = nodes?.[0];
  if (unit === undefined || nodes === undefined || node === undefined) return 0;
  if (unit.element === null ? node.text === undefined : unit.element.nodeName !== node.type || node.text !== undefined) return 0;
  const sameAttributes = jsonEqual(unit.nodes[0]?.attrs ?? {}, node.attrs ?? {}) ? 1 : 0;
  return 1 + sameAttributes + likeText(memory.textOf(unit.nodes), memory.textOf(nodes));
}

/** From 0 to 4, by how much is common at both ends. */
function likeText(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end += 1;
  return (4 * (start + end)) / Math.max(a.length, b.length, 1);
}

function createMemory(): Memory {
  const idOfKey = createInterner();
  const ids = new Map<RichTextNode, number>();
  const texts = new Map<RichTextNode, string>();
  const idOfNode = (node: RichTextNode): number => {
    const id = ids.get(node) ?? idOfKey(keyOf(node, idOfNode));
    ids.set(node, id);
    return id;
  };
  const textOfNode = (node: RichTextNode): string => {
    const text = texts.get(node) ?? node.text?.slice(0, 1000) ?? textOf(node.content ?? []);
    texts.set(node, text);
    return text;
  };
  const textOf = (nodes: readonly RichTextNode[]): string => {
    let text = '';
    for (const node of nodes) {
      if (text.length >= 1000) break;
      text += textOfNode(node);
    }
    return text.slice(0, 1000);
  };
  return { known: new Map(), textOf, idOf: (nodes) => idOfKey(`[${nodes.map(idOfNode).join()}]`) };
}

function keyOf(node: RichTextNode, idOf: (node: RichTextNode) => number): string {
  if (node.text !== undefined) return `text ${canonicalJson((node.marks ?? []).map(withoutNulls))} ${node.text}`;
  return `node ${JSON.stringify(node.type)} ${canonicalJson(node.attrs ?? {})} ${(node.content ?? []).map(idOf).join()}`;
}
