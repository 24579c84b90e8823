import type { Schema } from '@tiptap/pm/model';
import { richTextToJson, type RichTextNode } from '@concord/schema';
import type * as Y from 'yjs';

/**
 * The name of a node or mark in the text that the editor does not know, or null. The binding takes what it cannot show out
 * of the document, for everybody: such a text is not to be opened by it.
 */
export function unknownContent(fragment: Y.XmlFragment, schema: Schema): string | null {
  return firstUnknown(richTextToJson(fragment).content, schema);
}

function firstUnknown(nodes: readonly RichTextNode[], schema: Schema): string | null {
  for (const { type, marks = [], content = [] } of nodes) {
    if (schema.nodes[type] === undefined) return type;
    for (const mark of marks) if (schema.marks[mark.type] === undefined) return mark.type;
    const below = firstUnknown(content, schema);
    if (below !== null) return below;
  }
  return null;
}
