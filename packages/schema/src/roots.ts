import * as Y from 'yjs';

/**
 * The root types of a document, for reading: null where nothing is there yet, or where somebody holds it as
 * another type. (Yjs throws on the latter, and a view must not.)
 */
export function existingText(doc: Y.Doc, root: string): Y.Text | null {
  return isOpen(doc, root, Y.Text) ? doc.getText(root) : null;
}
export function existingFragment(doc: Y.Doc, root: string): Y.XmlFragment | null {
  return isOpen(doc, root, Y.XmlFragment) ? doc.getXmlFragment(root) : null;
}
export function existingArray(doc: Y.Doc, root: string): Y.Array<unknown> | null {
  return isOpen(doc, root, Y.Array) ? doc.getArray(root) : null;
}
export function existingMap(doc: Y.Doc, root: string): Y.Map<unknown> | null {
  return isOpen(doc, root, Y.Map) ? doc.getMap(root) : null;
}

/** A root that came by an update has no type of its own (it is an AbstractType) until somebody asks for one. */
function isOpen(doc: Y.Doc, root: string, type: { readonly prototype: Y.AbstractType<never> | object }): boolean {
  const held: unknown = doc.share.get(root);
  if (held === undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(held);
  return prototype === type.prototype || prototype === Y.AbstractType.prototype;
}
