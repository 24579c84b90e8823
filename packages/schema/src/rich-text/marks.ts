import { fnv1a } from '../digest.ts';
import { canonicalJson, isPlainObject, jsonEqual, jsonProblem } from '../json-value.ts';
import type { RichTextAttributes, RichTextMark } from './nodes.ts';

/**
 * Marks as y-prosemirror keeps them: formatting attributes of the Y.XmlText, mark name → mark attributes.
 * Marks of which several may lie on one text (comments) are kept as `name--<8 characters of a hash>`.
 */
export type Formatting = { readonly [key: string]: unknown };

const hashedName = /^(.*)--[a-zA-Z0-9+/=]{8}$/s;

/** The mark's name behind a formatting key. */
function markName(key: string): string {
  return hashedName.exec(key)?.[1] ?? key;
}

/** The marks of a stretch of text, in normal form. A value that is no object (`bold: true`) is a mark without attributes. */
export function marksOf(formatting: Formatting | undefined): RichTextMark[] {
  if (formatting === undefined) return [];
  const marks: RichTextMark[] = [];
  for (const [key, value] of Object.entries(formatting)) {
    const type = markName(key);
    if (value === null || type === 'ychange' || type === '') continue;
    const attrs = attributesOf(value);
    marks.push(Object.keys(attrs).length > 0 ? { type, attrs } : { type });
  }
  return sortMarks(marks);
}

function attributesOf(value: unknown): RichTextAttributes {
  return isPlainObject(value) && jsonProblem(value, 16) === null ? (value as RichTextAttributes) : {};
}

/** By name, then by attributes; each mark once. */
export function sortMarks(marks: readonly RichTextMark[]): RichTextMark[] {
  if (marks.length < 2) return [...marks];
  const byKey = new Map(marks.map((mark) => [`${mark.type}\0${canonicalJson(mark.attrs ?? {})}`, mark]));
  return [...byKey.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, mark]) => mark);
}

/** What to set (null: clear) so that text formatted by `current` carries exactly `wanted`. Null where it does already. */
export function formattingChange(
  current: Formatting,
  wanted: readonly RichTextMark[],
): Record<string, RichTextAttributes | null> | null {
  const change: Record<string, RichTextAttributes | null> = {};
  const kept = new Set<string>();
  const missing: RichTextMark[] = [];
  for (const mark of wanted) {
    const key = Object.keys(current).find((candidate) => !kept.has(candidate) && carries(candidate, current[candidate], mark));
    if (key === undefined) missing.push(mark);
    else kept.add(key);
  }
  for (const [key, value] of Object.entries(current)) {
    if (!kept.has(key) && value !== null && markName(key) !== 'ychange') change[key] = null;
  }
  for (const mark of missing) change[keyFor(mark, wanted)] = mark.attrs ?? {};
  return Object.keys(change).length === 0 ? null : change;
}

function carries(key: string, value: unknown, mark: RichTextMark): boolean {
  return (
    value !== null &&
    markName(key) === mark.type &&
    jsonEqual(withoutNulls({ type: mark.type, attrs: attributesOf(value) }), withoutNulls(mark))
  );
}

/** y-prosemirror takes an attribute that is null for one that is not there. */
export function withoutNulls({ type, attrs }: RichTextMark): RichTextMark {
  return { type, attrs: Object.fromEntries(Object.entries(attrs ?? {}).filter(([, value]) => value !== null)) };
}

/** A hash only where two marks of one name meet: the schema that says which may is the editor's. */
function keyFor(mark: RichTextMark, all: readonly RichTextMark[]): string {
  const alone = all.every((other) => other === mark || other.type !== mark.type);
  return alone && markName(mark.type) === mark.type ? mark.type : `${mark.type}--${hash(mark)}`;
}

/** Any 8 characters of base64 do: readers cut them off. */
function hash(mark: RichTextMark): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let rest = fnv1a(canonicalJson(mark.attrs ?? {}));
  let text = '';
  for (let index = 0; index < 8; index += 1) {
    text += alphabet[Number(rest & 63n)] ?? '';
    rest >>= 6n;
  }
  return text;
}
