import type * as Y from 'yjs';
import { diffText } from './text-diff.ts';

/** Turns the text into `wanted` by insertions and deletions only where they differ, so cursors elsewhere stay. */
export function writeText(text: Y.Text, wanted: string): void {
  removeEmbeds(text);
  for (const { index, remove, insert } of diffText(text.toString(), wanted).toReversed()) {
    if (remove > 0) text.delete(index, remove);
    if (insert !== '') text.insert(index, insert);
  }
}

/** An embed takes an index but stands in no string; plain text has no place for it. */
function removeEmbeds(text: Y.Text): void {
  if (text.length === text.toString().length) return;
  let index = 0;
  for (const { insert } of text.toDelta() as readonly { readonly insert: unknown }[]) {
    if (typeof insert === 'string') index += insert.length;
    else text.delete(index, 1);
  }
}
