import { ConcordError, type Json } from '@concord/protocol';
import { entryProblem, isPlainObject } from '../json-value.ts';
import { sortMarks } from './marks.ts';
import { maxRichTextDepth, type RichTextAttributes, type RichTextDoc, type RichTextMark, type RichTextNode } from './nodes.ts';

const maxAttributeDepth = 16;

/**
 * Checks that `value` is ProseMirror JSON and returns it in normal form, which is what a document reads as:
 * no attributes that are null, no empty texts, adjacent texts with the same marks joined, marks sorted.
 * Marks on anything but text are dropped, as y-prosemirror does. Which nodes an editor knows is its matter.
 *
 * Throws `invalid_record` with the path below `path`.
 */
export function checkRichText(value: unknown, path: string): RichTextDoc {
  if (!isPlainObject(value) || value['type'] !== 'doc')
    throw invalid(path, 'must be a ProseMirror document: { "type": "doc", "content": [] }');
  checkKeys(value, ['type', 'content'], path);
  return { type: 'doc', content: checkContent(value['content'], `${path}.content`, 1) };
}

function checkContent(value: unknown, path: string, depth: number): RichTextNode[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(path, 'must be a list of nodes');
  if (value.length > 0 && depth > maxRichTextDepth) throw invalid(path, `must be at most ${maxRichTextDepth} levels deep`);
  const nodes: RichTextNode[] = [];
  value.forEach((item: unknown, index) => {
    const node = checkNode(item, `${path}.${index}`, depth);
    if (node !== null) pushJoined(nodes, node);
  });
  return nodes;
}

function checkNode(value: unknown, path: string, depth: number): RichTextNode | null {
  if (!isPlainObject(value)) throw invalid(path, 'must be a node');
  const type = checkType(value['type'], path);
  if (type === 'text') {
    checkKeys(value, ['type', 'text', 'marks'], path);
    return checkText(value, path);
  }
  checkKeys(value, ['type', 'attrs', 'content', 'marks'], path);
  const attrs = checkAttributes(value['attrs'], `${path}.attrs`);
  for (const name of Object.keys(attrs)) if (attrs[name] === null) delete attrs[name];
  const content = checkContent(value['content'], `${path}.content`, depth + 1);
  return { type, ...(Object.keys(attrs).length > 0 ? { attrs } : {}), ...(content.length > 0 ? { content } : {}) };
}

function checkText(value: { readonly [key: string]: unknown }, path: string): RichTextNode | null {
  const text = value['text'];
  if (typeof text !== 'string') throw invalid(`${path}.text`, 'must be a string');
  if (!text.isWellFormed()) throw invalid(`${path}.text`, 'must not hold a lone surrogate');
  const given = value['marks'] ?? [];
  if (!Array.isArray(given)) throw invalid(`${path}.marks`, 'must be a list of marks');
  const marks = sortMarks(given.map((mark: unknown, index) => checkMark(mark, `${path}.marks.${index}`)));
  if (text === '') return null;
  return { type: 'text', ...(marks.length > 0 ? { marks } : {}), text };
}

function checkMark(value: unknown, path: string): RichTextMark {
  if (!isPlainObject(value)) throw invalid(path, 'must be a mark');
  checkKeys(value, ['type', 'attrs'], path);
  const type = checkType(value['type'], path);
  const attrs = checkAttributes(value['attrs'], `${path}.attrs`);
  return Object.keys(attrs).length > 0 ? { type, attrs } : { type };
}

function checkType(type: unknown, path: string): string {
  if (typeof type !== 'string' || !/^[^\p{C}\p{Z}]{1,100}$/u.test(type))
    throw invalid(`${path}.type`, 'must be a name of 1 to 100 characters');
  return type;
}

function checkAttributes(value: unknown, path: string): Record<string, Json> {
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value)) throw invalid(path, 'must be an object');
  for (const [name, attribute] of Object.entries(value)) {
    const problem = name === '__proto__' ? 'must not have a key "__proto__"' : entryProblem(attribute, maxAttributeDepth - 1);
    if (problem !== null) throw invalid(path, problem);
    if (!name.isWellFormed()) throw invalid(path, 'must not hold a lone surrogate');
  }
  const { ychange: _shown, ...attrs } = value as RichTextAttributes;
  return attrs;
}

function checkKeys(value: object, known: readonly string[], path: string): void {
  for (const key of Object.keys(value))
    if (!known.includes(key)) throw invalid(`${path}.${key.slice(0, 80)}`, `is not known here: there are ${known.join(', ')}`);
}

/** Appends a node, joining a text to one before it that has the same marks. */
export function pushJoined(nodes: RichTextNode[], node: RichTextNode): void {
  const last = nodes.at(-1);
  if (last?.text !== undefined && node.text !== undefined && JSON.stringify(last.marks) === JSON.stringify(node.marks)) {
    nodes[nodes.length - 1] = { ...last, text: last.text + node.text };
  } else {
    nodes.push(node);
  }
}

function invalid(field: string, message: string): ConcordError {
  return new ConcordError('invalid_record', { field, message });
}
