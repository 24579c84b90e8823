import type { Json } from '@concord/protocol';
import { isScalar, jsonEqual, readFields, scalarsRoot, type FieldSchema, type SharedSchema } from '@concord/schema';
import type * as Y from 'yjs';
import type { ClientPart } from './client-schema.ts';

/** The values of one part's fields as plain JSON, read when they are asked for. */
export interface PartValues {
  /** The same object until it has changed. */
  get(field: string): Json;
  stop(): void;
}

/**
 * @param onChange hears of the fields that a transaction has changed. Of a text, rich text or list it is not known whether
 *   its value is another: to read a long one at each keystroke would hold up who types.
 */
export function createPartValues(part: ClientPart, doc: Y.Doc, onChange: (fields: readonly string[]) => void): PartValues {
  const values = new Map<string, Json>();
  const stale = new Set(part.fields.keys());
  const fieldOfRoot = new Map<string, string>();
  doc.getMap(scalarsRoot);
  for (const field of part.fields.values()) {
    if (isScalar(field)) continue;
    fieldOfRoot.set(field.root, field.name);
    defineRoot(doc, field);
  }

  function get(name: string): Json {
    const field = part.fields.get(name) as FieldSchema;
    const known = values.get(name);
    if (!stale.delete(name) && known !== undefined) return known;
    const next = readFields({ fields: new Map([[name, field]]) }, doc)[name] ?? null;
    if (known !== undefined && jsonEqual(known, next)) return known;
    values.set(name, next);
    return next;
  }

  /** The fields that lie in a root. */
  function touched(root: string, keys: ReadonlySet<string | null> | undefined): readonly string[] {
    if (root !== scalarsRoot) return fieldOfRoot.has(root) ? [fieldOfRoot.get(root) as string] : [];
    return [...(keys ?? [])].filter((key): key is string => key !== null && part.fields.has(key));
  }

  const listen = (transaction: Y.Transaction): void => {
    const changed: string[] = [];
    // Every type that holds a changed one is here, and so the roots are.
    for (const type of transaction.changedParentTypes.keys()) {
      const root = type._item === null ? rootName(doc, type) : undefined;
      if (root !== undefined) changed.push(...touched(root, transaction.changed.get(type)));
    }
    const news = changed.filter((name) => {
      stale.add(name);
      const field = part.fields.get(name);
      if (field === undefined || !isScalar(field) || !values.has(name)) return true;
      return values.get(name) !== get(name);
    });
    if (news.length > 0) onChange(news);
  };
  doc.on('afterTransaction', listen);
  return { get, stop: () => doc.off('afterTransaction', listen) };
}

/** Yjs tells of no changes in a root whose type nobody has named. */
function defineRoot(doc: Y.Doc, { kind, root }: SharedSchema): void {
  if (kind === 'text') doc.getText(root);
  else if (kind === 'richText') doc.getXmlFragment(root);
  else if (kind === 'list') doc.getArray(root);
  else doc.getMap(root);
}

function rootName(doc: Y.Doc, type: unknown): string | undefined {
  for (const [name, root] of doc.share) if (root === type) return name;
  return undefined;
}
