import { scalarsRoot, type FieldSchema } from '@concord/schema';
import * as Y from 'yjs';

/** Whether a document holds anything of the field, valid or not. */
export function holdsField(document: Y.Doc, field: FieldSchema): boolean {
  if (!('root' in field)) return document.getMap(scalarsRoot).has(field.name);
  const root = rootOf(document, field);
  return root._length > 0 || [...root._map.values()].some((item) => !item.deleted);
}

/**
 * Takes a field out of a document for good: its values, those before them, and, where these are data, its keys.
 *
 * Yjs forgets the content of what is deleted, but keeps in which place it was and under which key. What lay in the field
 * becomes a gap instead, which has a length and nothing else; so replicas that have it still fit. Edits that wait for
 * others are given up, as nobody can tell what they are about. For a document that nobody else uses, which is good for
 * nothing but to be encoded afterwards.
 */
export function eraseField(document: Y.Doc, field: FieldSchema): void {
  const root = rootOf(document, field);
  const isOfField = (item: Y.Item): boolean => item.parent === root && ('root' in field || item.parentSub === field.name);
  document.transact((transaction) => {
    for (const structs of document.store.clients.values())
      for (const struct of structs) if (struct instanceof Y.Item && isOfField(struct)) struct.delete(transaction);
  });
  document.store.pendingStructs = null;
  document.store.pendingDs = null;
  for (const structs of document.store.clients.values())
    for (const [index, struct] of structs.entries())
      if (struct instanceof Y.Item && isOfField(struct)) structs[index] = new Y.GC(struct.id, struct.length);
}

/** Typed, as it may never have been asked for. */
function rootOf(document: Y.Doc, field: FieldSchema): Y.AbstractType<unknown> {
  return typedRoot(document, field) as unknown as Y.AbstractType<unknown>;
}

function typedRoot(document: Y.Doc, field: FieldSchema): Y.Text | Y.XmlFragment | Y.Array<unknown> | Y.Map<unknown> {
  if (!('root' in field)) return document.getMap(scalarsRoot);
  if (field.kind === 'text') return document.getText(field.root);
  if (field.kind === 'richText') return document.getXmlFragment(field.root);
  if (field.kind === 'list') return document.getArray(field.root);
  return document.getMap(field.root);
}
