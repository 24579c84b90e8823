import type { RichTextDoc, RichTextNode } from '@concord/schema';

/** `**bold**`, `*italic*` and `` `code` `` become marks. */
function inline(source: string): RichTextNode[] {
  return source.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/).flatMap((piece): RichTextNode[] => {
    if (piece === '') return [];
    if (piece.startsWith('**')) return [{ type: 'text', text: piece.slice(2, -2), marks: [{ type: 'bold' }] }];
    if (piece.startsWith('*')) return [{ type: 'text', text: piece.slice(1, -1), marks: [{ type: 'italic' }] }];
    if (piece.startsWith('`')) return [{ type: 'text', text: piece.slice(1, -1), marks: [{ type: 'code' }] }];
    return [{ type: 'text', text: piece }];
  });
}

const items = (lines: readonly string[]): RichTextNode[] =>
  lines.map((line) => ({ type: 'listItem', content: [paragraph(line)] }));

export const doc = (...content: RichTextNode[]): RichTextDoc => ({ type: 'doc', content });
export const paragraph = (source: string): RichTextNode => ({ type: 'paragraph', content: inline(source) });
export const heading = (source: string): RichTextNode => ({ type: 'heading', attrs: { level: 2 }, content: inline(source) });
export const bullets = (...lines: string[]): RichTextNode => ({ type: 'bulletList', content: items(lines) });
export const numbered = (...lines: string[]): RichTextNode => ({
  type: 'orderedList',
  attrs: { start: 1 },
  content: items(lines),
});
export const quote = (source: string): RichTextNode => ({ type: 'blockquote', content: [paragraph(source)] });
export const code = (source: string): RichTextNode => ({ type: 'codeBlock', content: [{ type: 'text', text: source }] });
