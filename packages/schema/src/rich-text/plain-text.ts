import type { RichTextDoc, RichTextNode } from './nodes.ts';

/** The document's characters: a line per block that holds text, and a line break where one is. */
export function richTextToPlainText(doc: RichTextDoc): string {
  const lines: string[] = [];
  collectLines(doc.content, lines);
  return lines.join('\n');
}

function collectLines(nodes: readonly RichTextNode[], lines: string[]): void {
  let line: string | null = null;
  for (const node of nodes) {
    if (node.text !== undefined) line = (line ?? '') + node.text;
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
