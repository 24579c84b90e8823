import type { Json } from '@concord/protocol';
import type * as Y from 'yjs';
import { clampToSafe, counterTotal, readMembers, readRoles, scalarsRoot } from './read.ts';
import type { RichTextDoc } from './rich-text/nodes.ts';
import { writeRichText } from './rich-text/write.ts';
import { writeScalar } from './scalar.ts';
import { isScalar, type FieldSet, type Fields, type MembersSchema, type SetSchema, type SharedSchema } from './schema.ts';
import { writeList } from './write-list.ts';
import { writeText } from './write-text.ts';

/**
 * Turns values that `validateFields` has checked into the smallest edits of the document: what is the same
 * already is not touched, and edits of others to the rest of a text, list or set are kept. It opens no
 * transaction: call it in one, so that all of it is one update. Names the schema does not know are ignored.
 */
export function writeFields({ fields }: FieldSet, doc: Y.Doc, values: Fields): void {
  for (const [name, field] of fields) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) continue;
    if (isScalar(field)) writeScalar(doc.getMap(scalarsRoot), field, value);
    else writeShared(field, doc, value);
  }
}

function writeShared(field: SharedSchema, doc: Y.Doc, value: Json): void {
  switch (field.kind) {
    case 'text':
      return writeText(doc.getText(field.root), value as string);
    case 'richText':
      return writeRichText(doc.getXmlFragment(field.root), value as RichTextDoc);
    case 'list':
      return writeList(field, doc.getArray(field.root), value as readonly Fields[]);
    case 'counter':
      return writeCounter(doc.getMap(field.root), doc.clientID, value as number | { readonly increment: number });
    case 'set':
      return writeSet(field, doc.getMap(field.root), value as readonly string[]);
    case 'members':
      return writeRoles(field, doc.getMap(field.root), value as { readonly [user: string]: string });
  }
}

/** Only this client's own entry changes: nobody else writes to it, so nothing concurrent is lost. */
function writeCounter(sums: Y.Map<unknown>, clientId: number, value: number | { readonly increment: number }): void {
  const change = typeof value === 'number' ? value - counterTotal(sums) : value.increment;
  if (change === 0) return;
  const key = String(clientId);
  const own = sums.get(key);
  sums.set(key, clampToSafe((Number.isSafeInteger(own) ? (own as number) : 0) + change));
}

function writeSet(field: SetSchema, members: Y.Map<unknown>, value: readonly string[]): void {
  const wanted = new Set(value);
  const present = new Set(readMembers(field, members));
  for (const member of present) if (!wanted.has(member)) members.delete(member);
  for (const member of wanted) if (!present.has(member)) members.set(member, true);
}

function writeRoles(field: MembersSchema, members: Y.Map<unknown>, value: { readonly [user: string]: string }): void {
  const present = readRoles(field, members);
  for (const user of Object.keys(present)) if (!Object.hasOwn(value, user)) members.delete(user);
  for (const [user, role] of Object.entries(value)) if (present[user] !== role) members.set(user, role);
}
