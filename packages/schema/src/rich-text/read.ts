import type { Json } from '@concord/protocol';
import * as Y from 'yjs';
import { jsonProblem } from '../json-value.ts';
import { pushJoined } from './check.ts';
import { marksOf, type Formatting } from './marks.ts';
import { maxRichTextDepth, type RichTextAttributes, type RichTextDoc, type RichTextNode } from './nodes.ts';

/** A stretch of a Y.XmlText: a string with its formatting, or something embedded, which is one unit long. */
export interface Stretch {
  readonly insert: unknown;
  readonly attributes?: Formatting;
}

/**
 * A Y.XmlFragment as ProseMirror JSON, by the conventions of y-prosemirror. Never throws: what is no node
 * (hooks, embeds, an element called `text`, more than 100 levels) is not shown.
 */
export function richTextToJson(fragment: Y.XmlFragment): RichTextDoc {
  return { type: 'doc', content: readChildren(fragment, 1) };
}

/** Elements that were read already, for who goes through a tree level by level. */
export type KnownNodes = Map<Y.XmlElement, RichTextNode>;

function readChildren(parent: Y.XmlFragment, depth: number, known?: KnownNodes): RichTextNode[] {
  const nodes: RichTextNode[] = [];
  if (depth > maxRichTextDepth) return nodes;
  for (const child of childrenOf(parent)) {
    if (child instanceof Y.XmlText) for (const node of readText(child)) pushJoined(nodes, node);
    else if (isReadableElement(child)) nodes.push(readElement(child, depth, known));
  }
  return nodes;
}

/** The children as they are: a client that does not keep to the schema may have put anything there. */
function childrenOf(parent: Y.XmlFragment): readonly unknown[] {
  return parent.toArray();
}

export function isReadableElement(child: unknown): child is Y.XmlElement {
  return (
    child instanceof Y.XmlElement && typeof child.nodeName === 'string' && child.nodeName !== 'text' && child.nodeName !== ''
  );
}

export function readElement(element: Y.XmlElement, depth: number, known?: KnownNodes): RichTextNode {
  const present = known?.get(element);
  if (present !== undefined) return present;
  const attrs = readAttributes(element);
  const content = readChildren(element, depth + 1, known);
  const node: RichTextNode = {
    type: element.nodeName,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content } : {}),
  };
  known?.set(element, node);
  return node;
}

export function readAttributes(element: Y.XmlElement): RichTextAttributes {
  const attrs: Record<string, Json> = {};
  for (const [name, value] of Object.entries(element.getAttributes() as { [name: string]: unknown })) {
    if (value !== null && name !== 'ychange' && name !== '__proto__' && jsonProblem(value, 16) === null)
      attrs[name] = value as Json;
  }
  return attrs;
}

export function readText(text: Y.XmlText): RichTextNode[] {
  const nodes: RichTextNode[] = [];
  for (const { insert, attributes } of stretchesOf(text)) {
    if (typeof insert !== 'string' || insert === '') continue;
    const marks = marksOf(attributes);
    pushJoined(nodes, { type: 'text', ...(marks.length > 0 ? { marks } : {}), text: insert });
  }
  return nodes;
}

export function stretchesOf(text: Y.Text): readonly Stretch[] {
  return text.toDelta() as readonly Stretch[];
}
