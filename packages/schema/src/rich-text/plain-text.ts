import { mentionText } from './mention.ts';
import type { RichTextDoc, RichTextNode } from './nodes.ts';

/** The document's characters: a line per block that holds text, a line break where one is, and `@` before who is mentioned. */
export function richTextToPlainText(doc: RichTextDoc): string {
  const lines: string[] = [];
  collectLines(doc.content, lines);
  return lines.join('\n');
}

function collectLines(nodes: readonly RichTextNode[], lines: string[]): void {
  let line: string | null = null;
  for (const node of nodes) {
    if (node.text !== undefined) line = (line ?? '') + node.text;
    else if (node.type === 'mention') line = (line ?? '') + (mentionText(node) ?? '');
    else if (node.type === 'hardBreak' || node.type === 'hard_break') line = `${line ?? ''}\n`;
    else {
      if (line !== null) lines.push(line);
      line = null;
      if (node.content !== undefined) collectLines(node.content, lines);
      else if (node.type === 'paragraph') lines.push('');
    }
  }
  if (line !== null) lines.push(line);
}
